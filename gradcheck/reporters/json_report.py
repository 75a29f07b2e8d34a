"""JSON: everything that a run holds, for other programs; reads back without loss."""

import json
import stat
from pathlib import Path
from typing import Any

from gradcheck.model import SCHEMA_VERSION, Run

from .beside import joined, place_of, split
from .codec import Json, decode, encode
from .plausible import demand_plausible


def to_dict(run: Run) -> dict[str, Json]:
    """Return the run as JSON values, what identifies it first, the targets last."""
    data = encode(run)
    assert isinstance(data, dict)
    targets = data.pop("targets")
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "gradcheck", "version": run.environment.get("gradcheck", "")},
        **data,
        "counts": {str(verdict): count for verdict, count in run.counts.items()},
        "targets": targets,
    }


def dumps(run: Run) -> str:
    """Return the report as text that every JSON reader accepts: no bare NaN or Infinity."""
    return _text(to_dict(run))


def files(run: Run, path: Path) -> dict[Path, str | bytes]:
    """Return the report as files that belong together: large arrays lie beside it in npz."""
    parted, beside = split(run), place_of(path)
    if not parted.content:
        return {path: dumps(run)}
    data = to_dict(parted.run)
    targets = data.pop("targets")
    data |= {"arrays": parted.named(beside.name), "targets": targets}
    return {beside: parted.content, path: _text(data)}


def _text(data: dict[str, Json]) -> str:
    return json.dumps(data, indent=1, allow_nan=False) + "\n"


def from_dict(data: dict[str, Any]) -> Run:
    """Rebuild the run.

    Raises
    ------
    ValueError
        Where the data is no report or one of another major version.
    """
    _refuse_foreign(data)
    run = decode(Run, data)
    assert isinstance(run, Run)
    demand_plausible(run)
    return run


def loads(text: str) -> Run:
    """Rebuild the run out of a report's text; a ValueError says why that cannot be done."""
    return _read(text)[0]


def load(path: Path) -> tuple[Run, str]:
    """Rebuild the run that a file holds, with the arrays beside it; else say what is missing.

    Raises
    ------
    OSError
        Where it cannot be read.
    ValueError
        Where it is no report or one of another major version.
    """
    run, data = _read(_text_of(path))
    named = data.get("arrays")
    if not isinstance(named, dict):
        return run, ""
    try:
        return joined(run, named, path.parent), ""
    except ValueError as error:
        return run, str(error)


def _text_of(path: Path) -> str:
    """Return what a file or a pipe holds; a device may never end."""
    mode = path.stat().st_mode
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        raise ValueError("it is a device and no file")
    return path.read_text(encoding="utf-8")


def _read(text: str) -> tuple[Run, dict[str, Any]]:
    try:
        data = json.loads(text)
        run = from_dict(data)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return run, data


def _refuse_foreign(data: object) -> None:
    if not isinstance(data, dict) or "schema_version" not in data:
        raise ValueError("expected a gradcheck report: an object with a schema_version")
    version = str(data["schema_version"])
    if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise ValueError(
            f"the report has schema version {version}; this release reads {SCHEMA_VERSION}"
        )
