"""The whole terminal report: a table of targets, failures as stories, remarks, a summary."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from gradcheck.model import UNCHANGED, Finding, Run, Severity, TargetResult, Verdict

from .block import Block, Indented, Name
from .look import STYLES, Look
from .spelling import in_ascii
from .story import grouped, story
from .words import calls, clean, digits, duration, named, one_line, plural, resolution, sentence

#: Below so many columns the table gives up its least telling columns.
_NARROW = 72


def render(run: Run, look: Look | None = None) -> RenderableType:
    """Return the report as one renderable."""
    return Group(*(block.content for block in page(run, look or Look())))


def show(run: Run, console: Console, look: Look) -> None:
    """Print the report; commands and paths are never broken into lines."""
    for block in page(run, look):
        console.print(block.content, soft_wrap=block.whole, crop=not block.whole)


def page(run: Run, look: Look) -> Iterator[Block]:
    """Yield the pieces of the report from top to bottom."""
    run = in_ascii(run) if look.ascii else run
    if look.quiet:
        yield from (Block(_quiet_line(look, *row), whole=True) for row in _failed(run))
    else:
        once = _looked_through(run, look)
        if run.targets:
            yield Block(once.table)
        for i in once.telling:
            yield from story(run.targets[i], look)
        yield from _remarks(once.remarks, look)
        yield from _left_out(run, look)
        if look.verbose:
            yield from _notes(run)
    yield Block(_summary(run, look))


def _failed(run: Run) -> Iterator[tuple[TargetResult, Finding, int]]:
    for result in run.targets:
        for finding, others in grouped(result.failures):
            yield result, finding, others


def _quiet_line(look: Look, result: TargetResult, finding: Finding, others: int) -> Text:
    text = Text(f"{look.glyph(Verdict.FAIL)} ", style=STYLES[Verdict.FAIL])
    text.append(f"{named(result.target)}: {named(finding.contract)}: ", style="default")
    more = f" (and in {plural(others, 'more case')})" if others else ""
    return text.append(f"{one_line(finding.message)}{more}", style="default")


@dataclass(frozen=True, slots=True)
class _Once:
    """What is taken from each result while it is in memory."""

    table: Table
    telling: list[int] = field(default_factory=list)
    remarks: list[tuple[str, Finding]] = field(default_factory=list)


def _looked_through(run: Run, look: Look) -> _Once:
    """Look at each result once: many are read from disk for it."""
    once = _Once(_table(look))
    for i, result in enumerate(run.targets):
        once.table.add_row(*_row(result, look))
        once.remarks.extend((result.target, f) for f in _distinct(result.remarks))
        if any(f.severity is not Severity.REMARK for f in result.findings):
            once.telling.append(i)
    return once


def _table(look: Look) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("verdict", no_wrap=True)
    table.add_column("target", overflow="fold", ratio=1)
    for name in ("cases", "digits", "resolution", "forward", "time"):
        if look.width >= _NARROW or name in ("digits",):
            table.add_column(name, justify="right", no_wrap=True)
    return table


def _row(result: TargetResult, look: Look) -> list[RenderableType]:
    verdict = Text(look.word(result.verdict), style=STYLES[result.verdict])
    cells = (
        f"{len(result.cases)}",
        digits(result.digits),
        resolution(result.resolution),
        f"{result.cost.forward:,}",
        duration(result.cost.seconds),
    )
    shown = cells if look.width >= _NARROW else cells[1:2]
    return [verdict, Name(named(result.target)), *(Text(cell) for cell in shown)]


def _remarks(rows: Sequence[tuple[str, Finding]], look: Look) -> Iterator[Block]:
    if not rows:
        return
    yield Block(Text(f"\n{plural(len(rows), 'remark')}", style="bold"))
    for target, finding in rows:
        text = Text(named(target), style="bold")
        said = one_line(finding.message) if look.verbose else sentence(finding.message)
        text.append(f": {said}", style="not bold")
        yield Block(Indented(text, 2))


def _distinct(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield one finding of each kind about each tensor: cases repeat each other."""
    seen = set()
    for finding in findings:
        key = (finding.kind, finding.tensor)
        if key not in seen:
            seen.add(key)
            yield finding


def _left_out(run: Run, look: Look) -> Iterator[Block]:
    items = [item for item in run.left_out if look.verbose or item.reason != UNCHANGED]
    if not items:
        return
    more = "" if look.verbose else " (-v shows why)"
    yield Block(Text(f"\n{plural(len(items), 'member')} left out{more}", style="bold"))
    for item in items if look.verbose else ():
        yield Block(Text(f"  {named(item.name)}: {clean(item.reason)}"))


def _notes(run: Run) -> Iterator[Block]:
    for result in run.targets:
        yield Block(Text(f"\n{named(result.target)}", style="bold"))
        yield Block(Text(f"  {one_line(result.signature)} ({one_line(result.convention)})"))
        for note in result.notes:
            yield Block(Text(f"  {clean(note)}"))
        for contract in result.contracts:
            state = (
                f"skipped: {one_line(contract.skipped)}"
                if contract.skipped
                else str(contract.verdict)
            )
            yield Block(
                Text(f"  {named(contract.contract)}: {state} - {clean(contract.claim)}")
            )


def _summary(run: Run, look: Look) -> Text:
    counts, text = run.counts, Text("\n")
    unsure = counts[Verdict.INCONCLUSIVE]
    if unsure:
        loud = f"{look.glyph(Verdict.INCONCLUSIVE)} {plural(unsure, 'target')} INCONCLUSIVE: "
        text.append(
            loud + "nothing was proved about them\n", style=STYLES[Verdict.INCONCLUSIVE]
        )
    worst = Verdict.FAIL if counts[Verdict.FAIL] else Verdict.PASS
    parts = [f"{counts[Verdict.PASS]} passed", f"{counts[Verdict.FAIL]} failed"]
    parts += [f"{unsure} inconclusive"] if unsure else []
    unchanged = sum(item.reason == UNCHANGED for item in run.left_out)
    parts += [f"{unchanged} unchanged since they passed"] if unchanged else []
    text.append(", ".join(parts), style=STYLES[worst])
    text.append(f" {look.sign('·')} {calls(run.cost)} {look.sign('·')} seed {run.seed}")
    text.append(f" {look.sign('·')} {duration(run.seconds)}")
    if run.interrupted:
        text.append("  interrupted: the targets above are those that were done", style="bold")
    return text
