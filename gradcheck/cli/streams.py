"""Consoles that suit the stream they write to."""

import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

    from gradcheck.reporters.terminal import Look

#: Width where no terminal says one: continuous integration logs are not 80 columns wide.
_CI_WIDTH = 120


def console_for(stream: TextIO) -> "Console":
    """Return a console for a stream; ``FORCE_COLOR=0`` is off, as people expect."""
    from gradcheck.cli.console import PipedConsole

    if isinstance(stream, io.TextIOWrapper):  # a name that cannot be shown is spelled out
        stream.reconfigure(errors="backslashreplace")
    forced = os.environ.get("FORCE_COLOR")
    width = _CI_WIDTH if os.environ.get("CI") and "COLUMNS" not in os.environ else None
    return PipedConsole(
        file=stream,
        force_terminal=False if forced == "0" else None,
        width=None if stream.isatty() else width,
        highlight=False,
        emoji=False,
        markup=False,
    )


def look_for(console: "Console", verbosity: int) -> "Look":
    """Return how to draw on a console."""
    from gradcheck.reporters.terminal import Look

    encoding = (getattr(console.file, "encoding", None) or "utf-8").lower().replace("-", "")
    return Look(verbosity, not encoding.startswith("utf"), console.width)


def silence(stream: TextIO) -> None:
    """Send a stream whose reader has gone nowhere: Python would complain again at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def plain(text: str) -> str:
    r"""Return text on one line with what cannot be seen spelled out, for a stream of any kind.

    >>> plain("a\nb\x1b")
    'a\\nb\\x1b'
    """
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def complain(message: str) -> None:
    """Say on standard error what went wrong; no name in it can repaint the screen."""
    with suppress(OSError):
        stderr().write("\n".join(map(plain, f"gradcheck: {message}".split("\n"))) + "\n")


def cannot(do: str, path: Path, error: OSError | ValueError) -> str:
    """Return why a file cannot be read or written, its name on one line."""
    why = error.strerror if isinstance(error, OSError) else ""
    return f"cannot {do} {plain(str(path))}: {why or error}"


def stdout() -> TextIO:
    """Return standard output as it is now, for tests that replace it."""
    return sys.stdout


def stderr() -> TextIO:
    """Return standard error as it is now."""
    return sys.stderr
