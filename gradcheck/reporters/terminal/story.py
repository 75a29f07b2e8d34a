"""A failure told as a story: claimed, true, where, why, and how to see it again."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rich.text import Text

from gradcheck.model import Diagnosis, Finding, Severity, TargetResult, Verdict

from .block import Block, Indented
from .heat import heat
from .look import STYLES, Look
from .words import clean, entry, named, pair, plural

_CAUSES = 3
#: Lines of a target's own words that are shown, and characters of each.
_PRINTED = 6
_WIDEST = 200


def story(result: TargetResult, look: Look) -> Iterator[Block]:
    """Yield what is wrong or doubtful about a target; nothing for one that passes."""
    telling = [f for f in result.findings if f.severity is not Severity.REMARK]
    groups = grouped(telling)
    if not groups:
        return
    style = STYLES[result.verdict]
    title = f"\n{look.word(result.verdict)} {named(result.target)}"
    yield Block(Text(title, style=style), whole=True)
    if result.source is not None:
        yield Block(
            Text(f"  {named(result.source.file)}:{result.source.line}", style="dim"), whole=True
        )
    for first, others in groups:
        yield from _told(result, first, others, look)
    yield from _printed(result, look)


def _printed(result: TargetResult, look: Look) -> Iterator[Block]:
    """What the target printed, the last lines of it: there it says where it ended."""
    lines = list(_once(line for line in result.output.splitlines() if line.strip()))
    if not lines:
        return
    shown = lines if look.verbose else lines[-_PRINTED:]
    more = f" (the last {len(shown)} of {len(lines)} lines)" if len(shown) < len(lines) else ""
    yield Block(Text(f"  it printed{more}", style="bold"))
    for line in shown:
        yield Block(Text(f"    {named(line)[:_WIDEST]}", style="dim"))


def grouped(findings: Sequence[Finding]) -> list[tuple[Finding, int]]:
    """Return each different finding with the number of other cases that show it too."""
    groups: dict[tuple[str, str | None, str], list[Finding]] = {}
    for finding in findings:
        cause = finding.causes[0].cause if finding.causes else ""
        groups.setdefault((finding.contract, finding.tensor, cause), []).append(finding)
    return [(found[0], len(found) - 1) for found in groups.values()]


def _once(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines that follow each other unchanged once, with their number."""
    for line, same in groupby(lines):
        count = len(list(same))
        yield f"{line} ({count:,} times)" if count > 1 else line


def _told(result: TargetResult, finding: Finding, others: int, look: Look) -> Iterator[Block]:
    more = f", and in {plural(others, 'more case')}" if others else ""
    head = Text(f"  {named(finding.contract)}", style="bold")
    if finding.case:
        head.append(f"  in case {named(finding.case)}{more}", style="dim")
    yield Block(head)
    yield _indented(clean(finding.message))
    yield from _numbers(finding, look)
    yield from _where(finding)
    yield from heat(result, finding, look)
    for number, cause in enumerate(finding.causes[:_CAUSES]):
        yield from _why(cause, first=number == 0)
    if finding.advice and not finding.causes:
        yield _indented(f"do: {clean(finding.advice)}")
    if finding.smallest:
        yield _indented("smallest case that shows it:")
        for line in finding.smallest.splitlines():
            yield Block(Text(f"      {clean(line)}"), whole=True)
    if finding.reproduce:
        yield Block(Text(f"    again: {named(finding.reproduce)}", style="cyan"), whole=True)


def _indented(text: str, style: str = "") -> Block:
    return Block(Indented(Text(text, style=style), 4))


def _numbers(finding: Finding, look: Look) -> Iterator[Block]:
    if finding.claimed is None or finding.reference is None:
        return
    claimed, reference = pair(finding.claimed, finding.reference, finding.error)
    place = entry(finding.tensor, finding.index)
    error = f" {look.sign('±')} {finding.error:.0e}" if finding.error is not None else ""
    text = Text(f"    {place}  claimed ")
    text.append(claimed, style=STYLES[Verdict.FAIL]).append("  true ")
    yield Block(text.append(f"{reference}{error}", style=STYLES[Verdict.PASS]))


def _where(finding: Finding) -> Iterator[Block]:
    if not finding.pattern:
        return
    count = f" ({finding.wrong:,} of {finding.size:,} entries)" if finding.wrong else ""
    yield _indented(f"where: {clean(finding.pattern)}{count}")


def _why(cause: Diagnosis, *, first: bool) -> Iterator[Block]:
    if not first:
        yield _indented(f"or: {clean(cause.title)} ({clean(cause.evidence)})", style="dim")
        return
    yield _indented(f"why: {clean(cause.title)}", style="bold")
    yield _indented(f"saw: {clean(cause.evidence)}")
    yield _indented(f"cure: {clean(cause.cure)}")
