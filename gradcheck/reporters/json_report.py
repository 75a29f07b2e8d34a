"""JSON: everything that a run holds, for other programs; reads back without loss."""

import json
from typing import Any

from gradcheck.model import SCHEMA_VERSION, Run

from .codec import Json, decode, encode


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
    return json.dumps(to_dict(run), indent=1, allow_nan=False) + "\n"


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
    return run


def loads(text: str) -> Run:
    """Rebuild the run out of a report's text; a ValueError says why that cannot be done."""
    return from_dict(json.loads(text))


def _refuse_foreign(data: object) -> None:
    if not isinstance(data, dict) or "schema_version" not in data:
        raise ValueError("expected a gradcheck report: an object with a schema_version")
    version = str(data["schema_version"])
    if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise ValueError(
            f"the report has schema version {version}; this release reads {SCHEMA_VERSION}"
        )
