"""What a run has judged so far, a line a member, so that a killed run is not lost.

The file is JSON lines: one for the run, one for each member as it is judged, and marks. It
lives as long as the run is unfinished. Damaged and half-written lines are passed over.
"""

import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

from gradcheck.errors import UsageError
from gradcheck.model import Judged
from gradcheck.reporters.codec import decode, encode

from .folder import Folder, hold, write_all
from .records import HELD, Place, Records, judged_of
from .sealed import seal, unseal
from .verdicts import Outcome, outcome_of, remember

_PREFIX = "run-"
#: So many unfinished runs are kept.
_KEPT = 3
#: A mark is a short last line.
_TAIL = 256


@dataclass(frozen=True, slots=True)
class Header:
    """What a run was asked for."""

    asked: Mapping[str, object]
    """What must be the same for another run to go on with it: seed, options, versions."""
    planned: tuple[str, ...] | None = None
    """Members to judge, where earlier runs decided that; None for all that were found."""
    why: str = ""
    """By which option they were chosen."""
    prefix: str = ""
    """Tells members of one name in several folders of the project apart."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a journal."""

    data: Any
    """What it says; None where it is damaged."""
    place: Place
    """Where it stands."""


class Journal:
    """One run on disk, growing; with its results as a sequence.

    Where nothing can be written to the folder, or there is none, it goes into a temporary file,
    and into memory where there is no room for that either.
    """

    def __init__(self, file: BinaryIO, header: Header, *, held: int = HELD) -> None:
        self.header = header
        self.records = Records(held)
        self.trouble = ""
        self.outcomes: dict[str, tuple[Outcome, str]] = {}
        self._file = file
        self._first = file
        self._folded: set[str] = set()
        self._forget: tuple[Folder, str] | None = None

    @classmethod
    def begin(cls, folder: Folder | None, header: Header, *, held: int = HELD) -> "Journal":
        """Start a journal."""
        name = f"{_PREFIX}{time.time_ns():020d}-{os.getpid()}.jsonl"
        file = folder.create(name) if folder else None
        journal = cls(file or _temporary(), header, held=held)
        if folder and file:
            hold(file)
            journal._forget = folder, name
        journal._write(seal({"start": encode(header)}))
        return journal

    @classmethod
    def resume(
        cls, folder: Folder, asked: Mapping[str, object], *, held: int = HELD
    ) -> "Journal":
        """Go on with the newest unfinished run of those that were asked for the same.

        Raises
        ------
        UsageError
            Where there is none; it says what differs.
        """
        refused = "there is no interrupted run"
        for name in reversed(folder.names(_PREFIX)):
            file = folder.change(name)
            header = _header(file) if file else None
            differ = _differences(header.asked, asked) if header else ""
            if file and header and not differ and hold(file):
                return cls._continued(file, header, (folder, name), held)
            if header and refused.startswith("there"):
                refused = f"the interrupted run {differ or 'is still going on'}"
            if file:
                file.close()
        raise UsageError(f"cannot resume: {refused}")

    @classmethod
    def _continued(
        cls, file: BinaryIO, header: Header, where: tuple[Folder, str], held: int
    ) -> "Journal":
        journal, damaged = cls(file, header, held=held), 0
        journal._forget = where
        for line in _lines(file):
            damaged += not journal._take(line)
        if damaged:
            journal.trouble = f"{where[1]}: {damaged} damaged lines were passed over"
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":  # cut in the middle of a line
            journal._write(b"\n")
        return journal

    def _take(self, line: Line) -> bool:
        """Take over what a line says; return whether it says anything."""
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            if "judged" in line.data:
                judged = judged_of(line.data)
                self.records.put(judged, line.place)
                outcome = outcome_of(judged), str(line.data["fingerprint"])
                self.outcomes[judged.member] = outcome
                self._folded.discard(judged.member)
            elif line.data.get("mark") == "folded":
                self._folded.update(self.outcomes)
            return True
        return False

    def add(self, judged: Judged, fingerprint: str = "") -> None:
        """Write down what was found out about a member."""
        line = seal({"judged": encode(judged), "fingerprint": fingerprint})
        self.records.put(judged, self._write(line))
        self.outcomes[judged.member] = outcome_of(judged), fingerprint
        self._folded.discard(judged.member)

    def drop(self, members: Iterable[str]) -> None:
        """Forget members that are to be judged anew, or not at all."""
        for member in members:
            self.records.drop(member)
            self.outcomes.pop(member, None)

    def doubt(self, member: str) -> None:
        """Take back the fingerprint of a member: nobody knows which text was judged."""
        outcome, _ = self.outcomes[member]
        self.outcomes[member] = outcome, ""

    def fold(self, folder: Folder) -> None:
        """Have the outcomes remembered, each once: a later run may know better by then."""
        fresh = ((n, o) for n, o in self.outcomes.items() if n not in self._folded)
        remember(folder, [(self.header.prefix + name, *what) for name, what in fresh])
        self._folded.update(self.outcomes)
        self._write(seal({"mark": "folded"}))

    def end(self) -> None:
        """Say that the run is finished: nothing is left to go on with."""
        self._write(seal({"mark": "end"}))
        if self._forget:
            folder, name = self._forget
            folder.remove(name)  # an open file can still be read

    def close(self) -> None:
        """Give the file back; the results cannot be read any more."""
        with suppress(OSError):
            self._first.close()

    def _write(self, line: bytes) -> Place:
        try:
            offset = self._file.seek(0, os.SEEK_END)
            write_all(self._file, line)
        except OSError as error:
            self.trouble = f"the journal of this run is cut short: {error.strerror or error}"
            self._file = BytesIO()
            return self._write(line)
        return Place(self._file, offset, len(line))


def settle(folder: Folder) -> None:
    """Take over what killed runs had found out, and clear away what is of no use any more."""
    unfinished = []
    for name in folder.names(_PREFIX):
        file = folder.change(name)
        if file is None:
            continue
        with file:
            if not hold(file):
                continue  # it is still going on
            mark, header = _last_mark(file), _header(file)
            if mark == "end" or header is None:
                folder.remove(name)
                continue
            unfinished.append(name)
            if mark != "folded":
                Journal._continued(file, header, (folder, name), 0).fold(folder)
    for name in unfinished[:-_KEPT]:
        folder.remove(name)


def _temporary() -> BinaryIO:
    try:
        return tempfile.TemporaryFile(buffering=0)
    except OSError:
        return BytesIO()


def _lines(file: BinaryIO) -> Iterator[Line]:
    """Yield the lines; one at a time is in memory."""
    offset = 0
    with open(file.fileno(), "rb", closefd=False) as reader:
        reader.seek(0)
        for text in reader:
            place = Place(file, offset, len(text))
            offset += len(text)
            try:
                yield Line(unseal(text), place)
            except ValueError:
                yield Line(None, place)


def _header(file: BinaryIO) -> Header | None:
    """Return what the run of a journal was asked for; None where its first line is damaged."""
    try:
        header = decode(Header, next(_lines(file)).data["start"])
        assert isinstance(header, Header)
        return header
    except (OSError, StopIteration, ValueError, TypeError, KeyError, AttributeError):
        return None


def _last_mark(file: BinaryIO) -> str:
    """Return the mark that a journal ends with; empty where it ends otherwise."""
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL))
        last = file.read(_TAIL).splitlines(keepends=True)[-1:]
        data: Any = unseal(last[0]) if last else {}
        return str(data.get("mark", ""))
    return ""


def _differences(then: Mapping[str, object], now: Mapping[str, object]) -> str:
    """Return what is not the same, in words; empty where all is."""
    old, new = ({key: encode(value) for key, value in each.items()} for each in (then, now))
    keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    said = (f"{key} {old.get(key)!r}, now {new.get(key)!r}" for key in keys)
    return f"was asked for {', '.join(said)}" if keys else ""
