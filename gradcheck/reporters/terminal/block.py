"""A piece of the terminal report."""

from dataclasses import dataclass

from rich.console import RenderableType


@dataclass(frozen=True, slots=True)
class Block:
    """Something to print."""

    content: RenderableType
    """What rich renders."""
    whole: bool = False
    """Never broken into lines: a command or a path is there to be copied."""
