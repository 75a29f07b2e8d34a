"""A piece of the terminal report."""

from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.text import Text

#: Where a name may be broken, and how narrow its column may get.
_SIGNS, _LEAST = (":", "/", "."), 12


@dataclass(frozen=True, slots=True)
class Block:
    """Something to print."""

    content: RenderableType
    """What rich renders."""
    whole: bool = False
    """Never broken into lines: a command or a path is there to be copied."""


@dataclass(frozen=True, slots=True)
class Indented:
    """A text that keeps its indent where it is wrapped, without blanks at the ends of lines."""

    text: Text
    """What is said."""
    by: int
    """Columns."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.text.wrap(console, max(1, options.max_width - self.by)):
            line.rstrip()
            yield Text(" " * self.by).append_text(line)


@dataclass(frozen=True, slots=True)
class Name:
    """A target's name, broken where a module or a folder ends and only else in a word."""

    text: str
    """What it is called."""

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        wide = min(cell_len(self.text), options.max_width)
        return Measurement(min(wide, _LEAST), wide)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        rest = self.text
        while cell_len(rest) > options.max_width:
            line = (
                Text(rest).wrap(console, options.max_width, overflow="fold")[0].plain.rstrip()
            )
            at = max(line.rfind(sign) + 1 for sign in _SIGNS) or max(1, len(line))
            yield Text(rest[:at])
            rest = rest[at:].lstrip()
        yield Text(rest)
