"""A piece of the terminal report."""

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text


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
