"""Which reporter writes which file: ``<suffix>_report.py`` writes ``*.<suffix>``."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path, PurePath
from pkgutil import iter_modules
from typing import Protocol, cast

from gradcheck.model import Run

_ENDING = "_report"


class Reporter(Protocol):
    """What a module of this package offers to be a format."""

    def dumps(self, run: Run) -> str:
        """Return the whole report as text."""
        ...


def suffixes() -> tuple[str, ...]:
    """Return the suffixes that can be written, with their dots, sorted."""
    return tuple(sorted(_found()))


def reporter_for(path: PurePath) -> Reporter:
    """Return the reporter that writes this file.

    Raises
    ------
    ValueError
        Where no reporter has this suffix; the message lists those that exist.
    """
    suffix = path.suffix.lower()
    if suffix not in suffixes():
        what = f"the suffix {suffix!r} of {path}" if suffix else f"the name {path}"
        raise ValueError(f"no report format for {what}; there are {', '.join(suffixes())}")
    module = import_module(f".{suffix.removeprefix('.')}{_ENDING}", __package__)
    return cast(Reporter, module)


def _found() -> Iterator[str]:
    for module in iter_modules([str(Path(__file__).parent)]):
        if module.name.endswith(_ENDING):
            yield f".{module.name.removesuffix(_ENDING)}"
