"""Write the files that a command was asked for."""

import os
from collections.abc import Sequence
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
    written = [write_text(path, reporter.dumps(run)) for path, reporter in files]
    return all(written)


def write_text(path: Path, text: str) -> bool:
    """Write a file whole or say on standard error why not; return whether it was written."""
    from gradcheck.cli.streams import stderr
    from gradcheck.reporters import write_whole

    try:
        path.parent.mkdir(exist_ok=True)
        write_whole(path, text)
    except OSError as error:
        stderr().write(f"gradcheck: cannot write {path}: {error.strerror or error}\n")
        return False
    return True


def annotations(run: "Run") -> str:
    """Return annotations for a pull request, with files as the repository names them."""
    from gradcheck.reporters.github_report import annotations

    here, top = Path.cwd(), Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()).resolve()
    below = here.relative_to(top).as_posix() if here.is_relative_to(top) else ""
    return annotations(run, "" if below == "." else below)
