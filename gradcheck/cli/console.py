"""A console that lets a closed pipe be seen."""

from typing import NoReturn

from rich.console import Console


class PipedConsole(Console):
    """Raises BrokenPipeError where its reader has gone; rich would exit with 1, a verdict."""

    def on_broken_pipe(self) -> NoReturn:
        """Pass on what happened to whoever prints."""
        raise BrokenPipeError
