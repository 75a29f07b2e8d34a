"""Results as tables for the terminal."""

from collections.abc import Iterator

from rich.table import Table

from .batching import Batching
from .power import ACCEPTED, MISSING, Verdicts
from .results import Results


def tables(results: Results) -> Iterator[Table]:
    """Return every table, in the order of the questions that a reader asks."""
    yield _verdicts(results, wrong=True)
    yield _verdicts(results, wrong=False)
    yield _seen(results)
    yield _spent(results)
    if results.shares:
        yield _shares(results)
    if results.batching is not None:
        yield _batching(results.batching)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    return table


def _verdicts(results: Results, *, wrong: bool) -> Table:
    title = "Wrong backward passes: accepted?" if wrong else "Right layers: rejected?"
    table = _table(title, "", *results.peers)
    rows = [row for row in results.verdicts if row.wrong == wrong]
    for row in rows:
        table.add_row(row.row, *(_mark(row, peer) for peer in results.peers))
    table.add_section()
    table.add_row("mistaken", *(_count(rows, peer) for peer in results.peers))
    return table


def _mark(row: Verdicts, peer: str) -> str:
    if row.said[peer] == MISSING:
        return MISSING
    if not row.mistaken(peer):
        return "."
    return "accepted" if row.said[peer] == ACCEPTED else "rejected"


def _count(rows: list[Verdicts], peer: str) -> str:
    if all(row.said[peer] == MISSING for row in rows):
        return MISSING
    return f"{sum(row.mistaken(peer) for row in rows)} of {len(rows)}"


def _seen(results: Results) -> Table:
    title = "Smallest relative error that is seen (tanh, 100 entries)"
    table = _table(title, "", "in every entry", "in one entry")
    for row in results.seen:
        table.add_row(row.peer, _power(row.everywhere), _power(row.single))
    return table


def _power(value: float | None) -> str:
    return "none" if value is None else f"{value:.0e}"


def _spent(results: Results) -> Table:
    sizes = sorted({row.size for row in results.spent})
    titles = [f"n = {size}" for size in sizes]
    table = _table("Forward calls and seconds, tanh(W x) with n x n W", "", *titles)
    for peer in results.peers:
        own = {row.size: row for row in results.spent if row.peer == peer}
        table.add_row(peer, *(_cost(own[n].calls, own[n].seconds) for n in sizes))
    return table


def _cost(calls: int | None, seconds: float | None) -> str:
    return "-" if calls is None or seconds is None else f"{calls} / {seconds:.2g} s"


def _shares(results: Results) -> Table:
    title = "Time outside forward and backward (contract on values)"
    table = _table(title, "", "run", "outside", "calls", "copies a call")
    for row in results.shares:
        cells = (
            f"{row.seconds:.2f} s",
            f"{row.outside:.1%}",
            f"{row.calls}",
            f"{row.passes:.1f}",
        )
        table.add_row(row.name, *cells)
    return table


def _batching(row: Batching) -> Table:
    title = "784-50-10, forward and backward of 256 examples"
    table = _table(title, "at once", "one by one", "ratio")
    ratio = row.alone / row.batch
    table.add_row(f"{row.batch * 1e3:.1f} ms", f"{row.alone * 1e3:.1f} ms", f"{ratio:.0f}")
    return table
