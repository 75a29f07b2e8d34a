"""Judge the diagnosis by layers that are wrong on purpose: ``python -m tests.zoo.judge``.

The held-out set is judged, or layers to develop on with ``--set``.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Protocol

from gradcheck.model import Diagnosis, Finding, Severity, Target, Verdict
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy
from tests.zoo.development.collection import DEVELOPMENT, RIGHT
from tests.zoo.development.declaring import target_of
from tests.zoo.fourth_set.collection import FOURTH_SET
from tests.zoo.second_half.collection import SECOND_HALF
from tests.zoo.specimen import Specimen
from tests.zoo.third_set.collection import THIRD_SET

#: Shares of the causes that must be named first, and among the first three.
FIRST, AMONG_THREE = 0.90, 0.97
#: The set of which no layer was read while the diagnosis was made.
HELD_OUT = "held-out"
#: What is measured on it.
PAGE = Path("reports/sample/held-out-causes.md")


class Declared(Protocol):
    """A wrong layer, and what must be said of it."""

    @property
    def name(self) -> str: ...
    @property
    def wrong(self) -> type[Any]: ...
    @property
    def cause(self) -> str: ...
    @property
    def names(self) -> set[str]: ...
    @property
    def contracts(self) -> tuple[str, ...]: ...
    @property
    def tensor(self) -> str | None: ...
    @property
    def entries(self) -> Callable[[tuple[int, ...]], bool] | None: ...
    def target(self, layer: type[Any]) -> Target: ...


@dataclass(frozen=True)
class Answer:
    """What was answered to one wrong layer."""

    fired: tuple[str, ...]
    """Contracts that fired, be it with a remark."""
    places: tuple[tuple[str | None, tuple[int, ...] | None], ...]
    """Tensors and entries that the expected contracts named."""
    causes: tuple[Diagnosis, ...]
    """Causes of the finding that is the declared one, best first."""


@dataclass(frozen=True)
class Judgement:
    """A declaration beside the answer."""

    sin: Declared
    """The layer and what was to be said."""
    answer: Answer
    """What was said."""

    @property
    def contract(self) -> bool:
        """Whether the expected contracts fired."""
        return set(self.sin.contracts) <= set(self.answer.fired)

    @property
    def tensor(self) -> bool:
        """Whether they named the wrong tensor."""
        return self.contract and bool(self._named())

    @property
    def entries(self) -> bool:
        """Whether they named an entry of it that is wrong, where that is declared."""
        judge = self.sin.entries
        return self.tensor and (judge is None or any(judge(i) for i in self._named() if i))

    def _named(self) -> list[tuple[int, ...] | None]:
        return [i for tensor, i in self.answer.places if self.sin.tensor in (None, tensor)]

    def among(self, most: int) -> bool:
        """Whether an honest name is among the first ones."""
        return any(cause.cause in self.sin.names for cause in self.answer.causes[:most])

    def __str__(self) -> str:
        """The declaration and the answer in one line."""
        said = ", ".join(f"{c.cause} {c.confidence:.2f}" for c in self.answer.causes)
        names = " or ".join(sorted(self.sin.names))
        return f"{self.sin.name}: {names}; answered {said or 'nothing'}"


@cache
def judged(sin: Declared) -> Judgement:
    """Return what a check says of a wrong layer, beside what it should say."""
    return Judgement(sin, _answer(sin))


def _answer(sin: Declared) -> Answer:
    result = check_target(sin.target(sin.wrong), Policy())
    own = [f for f in result.findings if f.contract in sin.contracts]
    return Answer(
        tuple(sorted({f.contract for f in result.findings})),
        tuple((f.tensor, f.index) for f in own),
        _explaining(sin, own, result.findings).causes,
    )


def _explaining(sin: Declared, own: Sequence[Finding], every: Sequence[Finding]) -> Finding:
    """The finding to be read: of the contract and tensor declared, else the nearest."""
    named = [f for f in own if sin.tensor in (None, f.tensor)]
    near = [f for f in every if sin.tensor == f.tensor]
    nothing = Finding("", "", Severity.FAIL, "")
    return next(iter([*named, *own, *near, *every]), nothing)


def complaints(target: Target) -> list[str]:
    """Return what a check has to say against a right layer; nothing, if it is good."""
    result = check_target(target, Policy())
    said = [f.message for f in result.findings if f.severity is not Severity.REMARK or f.causes]
    return said if said or result.verdict is Verdict.PASS else [str(result.verdict)]


def share(judgements: Sequence[Judgement], most: int) -> float:
    """Return the share whose cause is among the first ones."""
    return sum(j.among(most) for j in judgements) / len(judgements)


def table(judgements: Iterable[Judgement]) -> str:
    """Return counts by class as a table in Markdown."""
    classes: dict[str, list[Judgement]] = defaultdict(list)
    every = list(judgements)
    for judgement in every:
        classes[judgement.sin.cause].append(judgement)
    lines = [
        "| class | layers | contract | tensor | entries | first cause | among three |",
        "|---|--:|--:|--:|--:|--:|--:|",
        *(_row(key, classes[key]) for key in sorted(classes)),
        _row("**all**", every),
        _shares(every),
    ]
    return "\n".join(lines)


_COUNTS: tuple[Callable[[Judgement], bool], ...] = (
    lambda j: j.contract,
    lambda j: j.tensor,
    lambda j: j.entries,
    lambda j: j.among(1),
    lambda j: j.among(3),
)


def _row(name: str, some: Sequence[Judgement]) -> str:
    cells = [str(sum(map(count, some))) for count in _COUNTS]
    return f"| {name} | {len(some)} | {' | '.join(cells)} |"


def _shares(every: Sequence[Judgement]) -> str:
    cells = [f"{sum(map(count, every)) / len(every):.1%}" for count in _COUNTS]
    return f"| **share** | | {' | '.join(cells)} |"


def report(
    judgements: Sequence[Judgement], faults: dict[str, list[str]], *, named: bool
) -> str:
    """Return the whole page; what was missed is named only where it may be read."""
    missed = [f"- {j}" for j in judgements if not j.among(1)]
    elsewhere = [f"- {j.sin.name}: {_place(j)}" for j in judgements if not j.entries]
    alarms = [f"- {name}: {'; '.join(said)}" for name, said in faults.items() if said]
    parts = [
        "# Causes named, measured on held-out wrong layers",
        "Written by `python -m tests.zoo.judge --write`. Each layer's cause was declared "
        "before it was first checked, and none was read while the diagnosis was made; where "
        "a bug has two honest names, both count.",
        table(judgements),
        f"Right layers: {len(faults)}; with a finding: {len(alarms)}.",
    ]
    if not named:
        hint = "What was missed is not named here: it would be no held-out set any more."
        return "\n\n".join([*parts, hint]) + "\n"
    parts += [
        "## First cause another than declared",
        "\n".join(missed) or "None.",
        "## Contract, tensor or entries other than declared",
        "\n".join(elsewhere) or "None.",
        "## Findings on right layers",
        "\n".join(alarms) or "None.",
    ]
    return "\n\n".join(parts) + "\n"


def _place(judgement: Judgement) -> str:
    sin, answer = judgement.sin, judgement.answer
    fired = ", ".join(answer.fired) or "none"
    places = ", ".join(f"{tensor}{list(i or ())}" for tensor, i in answer.places) or "none"
    return f"declared {', '.join(sin.contracts)} of {sin.tensor}; fired {fired}; named {places}"


def rights_of(specimens: Sequence[Specimen]) -> dict[str, Target]:
    """Return the right layers beside these, each with each way to feed it."""
    twins = {(s.right, s.feeding): s for s in specimens}
    names = [specimen.right.__name__ for specimen in twins.values()]
    return {
        name if names.count(name) == 1 else f"{name} of {specimen.name}": specimen.target(
            specimen.right
        )
        for name, specimen in zip(names, twins.values(), strict=True)
    }


def _development_rights() -> dict[str, Target]:
    return {right.__name__: target_of(right, feeding) for right, feeding in RIGHT}


_TWINNED: dict[str, Sequence[Specimen]] = {
    "second": SECOND_HALF,
    "third": THIRD_SET,
    HELD_OUT: FOURTH_SET,
}


def _sins(which: str) -> Sequence[Declared]:
    return {"development": DEVELOPMENT, **_TWINNED}[which]


def _rights(which: str) -> dict[str, Target]:
    if which == "development":
        return _development_rights()
    return rights_of(_TWINNED[which])


# Layers made by a function, and lambdas, do not travel to other processes; their numbers do.
def _nth_answer(which: str, n: int) -> Answer:
    return _answer(_sins(which)[n])


def _nth_complaints(which: str, n: int) -> list[str]:
    return complaints(list(_rights(which).values())[n])


def measured(which: str) -> str:
    """Return the page on a set, worked out in several processes."""
    sins, names = _sins(which), list(_rights(which))
    with ProcessPoolExecutor() as pool:
        answers = list(pool.map(partial(_nth_answer, which), range(len(sins))))
        said = list(pool.map(partial(_nth_complaints, which), range(len(names))))
    judgements = [Judgement(sin, answer) for sin, answer in zip(sins, answers, strict=True)]
    faults = dict(zip(names, said, strict=True))
    return report(judgements, faults, named=which != HELD_OUT)


def main() -> None:
    """Judge a set and print the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--write", action="store_true", help=f"write {PAGE} too")
    sets = ("development", *_TWINNED)
    choice.add_argument("--set", choices=sets, default=HELD_OUT, help="which layers to judge")
    chosen = parser.parse_args()
    text = measured(chosen.set)
    if chosen.write:
        PAGE.write_text(text, encoding="utf-8")
    print(text)  # noqa: T201 - a command line prints


if __name__ == "__main__":
    main()
