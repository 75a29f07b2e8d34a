"""Write the files that a command was asked for."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck.errors import UsageError

if TYPE_CHECKING:
    from gradcheck.model import Run
    from gradcheck.reporters import Reporter

    Files = Sequence[tuple[Path, Reporter]]


def files_of(paths: Sequence[Path]) -> "Files":
    """Return each file with the reporter that its suffix names.

    Raises
    ------
    UsageError
        Where a suffix names none.
    """
    from gradcheck.reporters import reporter_for

    try:
        return [(path, reporter_for(path)) for path in paths]
    except ValueError as error:
        raise UsageError(str(error)) from error


def write_reports(run: "Run", files: "Files") -> bool:
    """Write every report whole or not at all; say what could not be written."""
    written = [_write(path, _contents(run, path, reporter)) for path, reporter in files]
    return all(written)


def _contents(run: "Run", path: Path, reporter: "Reporter") -> Mapping[Path, str | bytes]:
    """Return the files of a report; a stream or a device takes one, with everything in it."""
    several = None if _special(path) else getattr(reporter, "files", None)
    return several(run, path) if several else {path: reporter.dumps(run)}


def _special(path: Path) -> bool:
    try:
        return path.exists() and not path.is_file()
    except OSError:
        return False  # what is wrong with it is said when it is written


def write_text(path: Path, text: str) -> bool:
    """Write a file whole or say on standard error why not; return whether it was written."""
    return _write(path, {path: text})


def _write(path: Path, contents: Mapping[Path, str | bytes]) -> bool:
    from gradcheck.cli.streams import cannot, complain
    from gradcheck.reporters import write_together

    try:
        path.parent.mkdir(exist_ok=True)
        write_together(contents)
    except (OSError, ValueError) as error:
        complain(cannot("write", path, error))
        return False
    return True


def annotations(run: "Run") -> str:
    """Return annotations for a pull request, with files as the repository names them."""
    from gradcheck.reporters.github_report import annotations

    here, top = Path.cwd(), Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()).resolve()
    below = here.relative_to(top).as_posix() if here.is_relative_to(top) else ""
    return annotations(run, "" if below == "." else below)
