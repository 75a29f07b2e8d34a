"""A progress bar while a run goes on, where somebody can see it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from gradcheck.model import Judged

Notify = Callable[["Judged"], None]


@contextmanager
def progress(console: "Console", total: int) -> Iterator[Notify]:
    """Yield a function to call after each member; a bar follows it on a terminal only."""
    if not console.is_terminal or not console.is_interactive:
        yield lambda judged: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from gradcheck.reporters.terminal.words import named

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda judged: bar.update(task, advance=1, description=named(judged.member))


@contextmanager
def stages(console: "Console") -> Iterator[Callable[[str], None]]:
    """Yield a function to call before each stage; its name is shown on a terminal only."""
    if not console.is_terminal or not console.is_interactive:
        yield lambda stage: None
        return
    with console.status("") as status:
        yield lambda stage: status.update(stage)
