"""Results as text for the terminal: ASCII, and no wider than 80 columns."""

from collections.abc import Iterator, Sequence
from textwrap import fill

from rich.console import JustifyMethod, RenderableType
from rich.table import Table
from rich.text import Text

from .opinion import Opinion
from .power import Verdicts
from .results import Results
from .smallest_error import Seen

_MIB = 2**20
_WIDTH = 78
_ABSENT = Opinion.MISSING.value


def tables(results: Results) -> Iterator[RenderableType]:
    """Return every table, in the order of the questions that a reader asks."""
    yield from _summary(results)
    yield from _matrix(results, wrong=True)
    yield from _matrix(results, wrong=False)
    yield from _seconds(results)
    if results.shares:
        yield from _shares(results)
    if results.footprints:
        yield from _footprints(results)
    yield from _rules(results)


def _titled(title: str, table: RenderableType) -> Iterator[RenderableType]:
    yield Text(f"\n{title}", style="bold")
    yield table


def _table(*columns: str) -> Table:
    """Return a table whose first column is text and whose others are figures."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for number, column in enumerate(columns):
        side: JustifyMethod = "right" if number else "left"
        table.add_column(Text(column), justify=side, vertical="bottom")
    return table


def _summary(results: Results) -> Iterator[RenderableType]:
    sizes = _sizes(results)
    calls = [f"calls\nn={size}" for size in sizes]
    columns = ("wrong\naccepted", "right\nrejected", "smallest\nerror", "in one\nentry")
    table = _table("checker", *columns, *calls)
    seen = {row.peer: row for row in results.seen}
    for number, peer in enumerate(results.peers, start=1):
        name = f"{number} {peer.name}"
        if peer.version is None:
            table.add_row(name, "missing", *"-" * (len(table.columns) - 2))
            continue
        counts = (_count(results.verdicts, peer.name, wrong=wrong) for wrong in (True, False))
        spent = (_calls(results, peer.name, size) for size in sizes)
        table.add_row(name, *counts, *_smallest(seen[peer.name]), *spent)
    title = f"Checkers on the same NumPy layers, one thread, seed {results.seed}"
    yield Text(title, style="bold")
    yield table


def _count(rows: Sequence[Verdicts], peer: str, *, wrong: bool) -> str:
    own = [row for row in rows if row.wrong is wrong]
    return f"{sum(row.mistaken(peer) for row in own)} of {len(own)}"


def _smallest(row: Seen) -> tuple[str, str]:
    if row.unspoilt is not Opinion.ACCEPTS:
        return row.unspoilt.value, row.unspoilt.value
    return _decade(row.everywhere), _decade(row.single)


def _decade(value: float | None) -> str:
    return "none" if value is None else f"{value:.0e}"


def _sizes(results: Results) -> list[int]:
    return sorted({row.size for row in results.spent})


def _calls(results: Results, peer: str, size: int) -> str:
    (row,) = (row for row in results.spent if (row.peer, row.size) == (peer, size))
    return "too slow" if row.calls is None else f"{row.calls:,}"


def _matrix(results: Results, *, wrong: bool) -> Iterator[RenderableType]:
    numbers = [f"{number}" for number in range(1, len(results.peers) + 1)]
    table = _table("", *numbers)
    for row in results.verdicts:
        if row.wrong is wrong:
            table.add_row(Text(row.row), *(_mark(row, peer.name) for peer in results.peers))
    title = (
        "Wrong backward passes: A accepted, r remarked on"
        if wrong
        else "Right backward passes: R rejected"
    )
    yield from _titled(f"{title}, ? undecided, - not installed", table)


def _mark(row: Verdicts, peer: str) -> str:
    if row.mistaken(peer):
        return "A" if row.wrong else "R"
    marks = {Opinion.MISSING: "-", Opinion.UNDECIDED: "?", Opinion.REMARKS: "r"}
    return marks.get(row.said[peer], ".")


def _seconds(results: Results) -> Iterator[RenderableType]:
    sizes = _sizes(results)
    table = _table("", *(f"n={size}" for size in sizes))
    here = [peer.name for peer in results.peers if peer.version is not None]
    for name in here:
        own = {row.size: row.seconds for row in results.spent if row.peer == name}
        table.add_row(name, *(_duration(own[size]) for size in sizes))
    yield from _titled("Wall time for tanh(W x), W of n x n", table)


def _duration(seconds: float | None) -> str:
    return "too slow" if seconds is None else f"{seconds:.2g} s"


def _shares(results: Results) -> Iterator[RenderableType]:
    table = _table("", "check", "outside", "calls", "copies a call")
    for row in results.shares:
        cells = (f"{row.outside:.0%}", f"{row.calls}", f"{row.passes:.1f}")
        table.add_row(Text(row.name), _duration(row.seconds), *cells)
    title = "Time of gradcheck outside forward and backward (contract on values)"
    yield from _titled(title, table)


def _footprints(results: Results) -> Iterator[RenderableType]:
    table = _table("", "own peak", "check", "above")
    for row in results.footprints:
        sizes = (row.own, row.checked, row.above)
        table.add_row(Text(row.name), *(f"{size / _MIB:,.0f} MiB" for size in sizes))
    title = "Memory of gradcheck above the layer's own (tracemalloc, without inputs)"
    yield from _titled(title, table)


def _rules(results: Results) -> Iterator[RenderableType]:
    lines = []
    for number, peer in enumerate(results.peers, start=1):
        known = _ABSENT if peer.version is None else peer.version
        lines.append(f"{number} {' '.join((peer.name, known)).strip()}: {peer.rule}")
    lines.append(", ".join(f"{name} {what}" for name, what in results.environment.items()))
    text = "\n".join(fill(line, _WIDTH, subsequent_indent="  ") for line in lines)
    yield from _titled("Accepted by whose thresholds", Text(text))
