"""What a run takes from the runs before it, and what it leaves to those after it."""

import argparse
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from gradcheck.config import Config
from gradcheck.errors import UsageError

if TYPE_CHECKING:
    from gradcheck.history import Journal, Located, Verdicts
    from gradcheck.model import Judged, LeftOut, Run
    from gradcheck.policy import Policy

M = TypeVar("M", bound="Located")


def add_history_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose members by what earlier runs saw."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--lf",
        "--last-failed",
        dest="last_failed",
        action="store_true",
        help="only what failed when it was judged last; everything where nothing did",
    )
    which.add_argument(
        "--changed",
        action="store_true",
        help="leave out what passed and has not changed since: its source, project source that "
        "it imports, options, versions; data files are not seen",
    )
    which.add_argument(
        "--resume",
        action="store_true",
        help="go on with an interrupted run of the same options",
    )
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="neither read nor write .gradcheck_cache in the project's folder",
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """What is left to do."""

    names: frozenset[str]
    """Members to judge."""
    left_out: "tuple[LeftOut, ...]" = ()
    """Members that need not be judged, with the reason."""


@contextmanager
def past_of(
    arguments: argparse.Namespace, config: Config, policy: "Policy"
) -> "Iterator[Past]":
    """Yield the memory of a run; its results can be read until it is left."""
    past = Past(arguments, config, policy)
    try:
        yield past
    finally:
        past.close()


class Past:
    """The memory of one run: ask it what to judge, tell it what was judged, take the run.

    Parameters
    ----------
    arguments
        As `add_history_arguments` and those that name targets give them.
    config
        Configuration in force.
    policy
        Options of the run.

    Raises
    ------
    UsageError
        Where something is asked of a memory that is switched off.
    """

    def __init__(self, arguments: argparse.Namespace, config: Config, policy: "Policy") -> None:
        from gradcheck.history import Folder

        self._arguments, self._config, self._policy = arguments, config, policy
        root, base = config.root.resolve(), self._base()
        self._where = "" if base == root else f"{_relative(base, root)}>"
        self._folder = None if arguments.no_cache or not config.cache else Folder(root)
        self._roots = root, base
        self._known: dict[str, str] = {}
        self._members: dict[str, Located] = {}
        self._journal: Journal | None = None
        if self._folder is None and _asked(arguments):
            raise UsageError(f"{_asked(arguments)} needs the cache, which is switched off")

    def plan(self, members: "Sequence[Located]") -> Plan:
        """Return which members to judge, and begin to write down what becomes of them.

        Raises
        ------
        UsageError
            Where there is no run to resume.
        """
        from gradcheck.history import recall, settle

        self._members = {member.name: member for member in members}
        self._known = self._fingerprints()
        if not members and self._arguments.shard:
            _say("nothing to run: part {} of {} holds no member".format(*self._arguments.shard))
        if self._folder is None:
            return self._begun(Plan(frozenset(self._known)))
        settle(self._folder)
        verdicts, damage = recall(self._folder)
        _say(damage)
        if self._arguments.resume:
            return self._resumed()
        if self._arguments.last_failed:
            return self._begun(self._last_failed(verdicts))
        if self._arguments.changed:
            return self._begun(self._changed(verdicts))
        return self._begun(Plan(frozenset(self._known)))

    def add(self, judged: "Judged") -> None:
        """Write down what became of a member."""
        self._open.add(judged, self._known.get(judged.member, ""))

    def run(
        self, *, seconds: float, interrupted: bool, left_out: "Sequence[LeftOut]" = ()
    ) -> "Run":
        """Return the run over everything that was added or taken over, and remember it."""
        from gradcheck.pipeline import recorded

        journal = self._open
        if self._remembers and self._folder is not None:
            self._doubt_edited()
            journal.fold(self._folder)
            if interrupted and not self._folder.trouble:
                _say("--resume goes on from here")
        if not interrupted:
            journal.end()
        _say(journal.trouble)
        _say(self._folder.trouble if self._folder else "")
        return recorded(
            journal.records,
            self._policy,
            seconds=seconds,
            interrupted=interrupted,
            left_out=_sorted([*journal.records.left_out, *left_out]),
        )

    def found(self, seen: Sequence[str]) -> Collection[str]:
        """Return which known failures there are: judged, or of members that were not judged."""
        from gradcheck.history import of_members

        names, waiting = set(self._open.records.names), set(seen) - set(self._open.outcomes)
        expected = self._config.expected_failures
        return {name for name in expected if name in names or of_members(name, waiting)}

    @property
    def leaves_out(self) -> bool:
        """Whether earlier runs may leave nothing to judge."""
        return bool(_asked(self._arguments))

    def close(self) -> None:
        """Give the journal's file back."""
        if self._journal is not None:
            self._journal.close()

    @property
    def _open(self) -> "Journal":
        assert self._journal is not None, "a run is planned before it is judged"
        return self._journal

    @property
    def _remembers(self) -> bool:
        """A run of one case or of some contracts proves too little to be remembered."""
        return self._policy.case is None and not self._policy.contracts

    def _fingerprints(self) -> dict[str, str]:
        from gradcheck.history import Fingerprints

        prints = Fingerprints(*self._roots, self._policy)
        return {name: prints.of(member) for name, member in self._members.items()}

    def _doubt_edited(self) -> None:
        """Forget which text passed where it was edited during the run: it may be put back."""
        for name, now in self._fingerprints().items():
            if name in self._open.outcomes and now != self._known[name]:
                self._open.doubt(name)

    def _base(self) -> Path:
        start = Path.cwd() if self._arguments.targets else self._config.root
        return start.resolve()

    def _begun(self, plan: Plan, why: str = "") -> Plan:
        from gradcheck.history import Header, Journal

        chosen = _asked(self._arguments)
        planned = tuple(sorted(plan.names)) if chosen else None
        header = Header(self._header(), planned, chosen, self._where)
        folder = self._folder if self._remembers else None
        self._journal = Journal.begin(folder, header)
        return plan

    def _header(self) -> "Mapping[str, object]":
        """What must be the same for a run to go on with another one."""
        from gradcheck.environment import environment

        arguments = self._arguments
        named = {
            "targets": tuple(arguments.targets) or self._config.targets,
            "-k": arguments.k,
            "--shard": arguments.shard,
            "folder": self._where,
        }
        return {**self._policy.to_dict(), **named, **environment()}

    def _resumed(self) -> Plan:
        from gradcheck.history import Journal
        from gradcheck.model import UNCHANGED, LeftOut

        folder = self._folder
        assert folder is not None
        self._journal = journal = Journal.resume(folder, self._header())
        header, known = journal.header, self._known
        planned = set(known if header.planned is None else header.planned) & set(known)
        done = {
            name
            for name, (_, before) in journal.outcomes.items()
            if name in planned and before and before == known[name]
        }
        journal.drop(set(journal.outcomes) - done)
        _say(f"resuming: {len(done)} of {_members(len(planned))} judged already")
        others = sorted(set(known) - planned) if header.why == "--changed" else []
        return Plan(frozenset(planned - done), tuple(LeftOut(n, UNCHANGED) for n in others))

    def _last_failed(self, verdicts: "Verdicts") -> Plan:
        from gradcheck.history import of_members

        known, expected = self._known, self._config.expected_failures
        failed = {name for name in known if self._where + name in verdicts.failed}
        stale = {of_members(name, known) for name in expected}
        mended = {name for name in stale if name and self._where + name in verdicts.passed}
        chosen = frozenset((failed - set(expected)) | mended)
        if chosen:
            _say(f"only what failed last: {len(chosen)} of {_members(len(known))}")
            return Plan(chosen)
        _say(f"nothing failed last: everything is run, {_members(len(known))}")
        return Plan(frozenset(known))

    def _changed(self, verdicts: "Verdicts") -> Plan:
        from gradcheck.history import of_members
        from gradcheck.model import UNCHANGED, LeftOut

        known = self._known
        same = verdicts.unchanged({self._where + n: now for n, now in known.items()})
        # Whether a known failure is stale is decided by judging it.
        kept = {of_members(name, known) for name in self._config.expected_failures}
        left = sorted(n for n in known if self._where + n in same and n not in kept)
        if left and len(left) == len(known):
            _say(f"nothing to run: {_members(len(left))} unchanged since they passed")
        return Plan(frozenset(known) - set(left), tuple(LeftOut(n, UNCHANGED) for n in left))


def chosen(members: Sequence[M], plan: Plan) -> list[M]:
    """Return the members to judge, in their order."""
    return [member for member in members if member.name in plan.names]


def _asked(arguments: argparse.Namespace) -> str:
    """Return the option that asks for what earlier runs saw; empty where none does."""
    options = {
        "--lf": arguments.last_failed,
        "--changed": arguments.changed,
        "--resume": arguments.resume,
    }
    return next((option for option, asked in options.items() if asked), "")


def _sorted(items: "Sequence[LeftOut]") -> "tuple[LeftOut, ...]":
    found = {item.name: item for item in items}
    return tuple(found[name] for name in sorted(found))


def _members(count: int) -> str:
    return f"{count} member{'' if count == 1 else 's'}"


def _relative(base: Path, root: Path) -> str:
    return base.relative_to(root).as_posix() if base.is_relative_to(root) else base.as_posix()


def _say(said: str) -> None:
    from gradcheck.cli.streams import stderr

    if said:
        stderr().write(f"gradcheck: {said}\n")
