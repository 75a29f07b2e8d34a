"""Large arrays of a run, in an npz file beside its JSON report.

The JSON has empty lists in their place and names the file under ``arrays``, with its SHA-256:
whoever does not know of it reads a report whose plots lack these entries.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from gradcheck.model import Agreement, Run, TargetResult, mapped

from .codec import Json

#: Lists of so many numbers are large; shorter ones are better read where they belong.
LARGE = 256

Values = tuple[float, ...]
#: What becomes of an array, by its place in the report.
Change = Callable[[str, Values], Values]


@dataclass(frozen=True, slots=True)
class Split:
    """A run without its large arrays, and those as a file."""

    run: Run
    """What remains."""
    content: bytes
    """The npz file; empty where nothing is large."""

    def named(self, name: str) -> dict[str, Json]:
        """Return what the JSON says of the file."""
        return {"file": name, "sha256": hashlib.sha256(self.content).hexdigest()}


def place_of(report: Path) -> Path:
    """Return where the arrays of a report belong.

    >>> place_of(Path("reports/run.json")).as_posix()
    'reports/run.arrays.npz'
    """
    return report.with_name(f"{report.stem}.arrays.npz")


def split(run: Run) -> Split:
    """Take the large arrays out of a run."""
    import numpy as np

    large: dict[str, Any] = {}

    def taken(key: str, values: Values) -> Values:
        if len(values) >= LARGE:
            large[key] = np.array(values, dtype=np.float64)
        return values

    for _ in _changed(run, taken).targets:
        pass  # each result is looked at, and none is held
    remaining = _changed(run, lambda _, values: () if len(values) >= LARGE else values)
    file = BytesIO()
    if large:
        np.savez_compressed(file, **large)
    return Split(remaining, file.getvalue())


def joined(run: Run, named: Mapping[str, Any], folder: Path) -> Run:
    """Put the arrays back that the JSON of a run has named.

    Raises
    ------
    ValueError
        Where the file is missing, is another one than was written with the report, or holds
        something that no report has.
    """
    from .arrays import read_arrays

    name = str(named.get("file", ""))
    path = folder / (Path(name).name or "?")  # beside the report and nowhere else
    content = _content(path)
    if hashlib.sha256(content).hexdigest() != named.get("sha256"):
        raise ValueError(f"{path} belongs to another report")
    kept = read_arrays(content, _emptied(run), path)
    return _changed(run, lambda key, values: kept.get(key, values))


def _emptied(run: Run) -> set[str]:
    """Return the places where an array may have been taken out."""
    empty: set[str] = set()

    def seen(key: str, values: Values) -> Values:
        if not values:
            empty.add(key)
        return values

    _changed(run, seen)
    return empty


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():  # a pipe would never end, a folder cannot be read
            raise ValueError(
                f"{path} is missing" if not path.exists() else f"{path} is no file"
            )
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}") from error


def _changed(run: Run, change: Change) -> Run:
    def one(i: int, result: TargetResult) -> TargetResult:
        named = ((f"targets.{i}.agreements.{j}", a) for j, a in enumerate(result.agreements))
        return replace(result, agreements=tuple(_agreement(k, a, change) for k, a in named))

    return replace(run, targets=mapped(run.targets, one))


def _agreement(key: str, agreement: Agreement, change: Change) -> Agreement:
    return replace(
        agreement,
        claimed=change(f"{key}.claimed", agreement.claimed),
        reference=change(f"{key}.reference", agreement.reference),
        error=change(f"{key}.error", agreement.error),
    )
