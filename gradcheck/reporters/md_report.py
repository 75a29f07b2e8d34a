"""Markdown: what a job summary or a comment on a pull request shows."""

import re
from collections.abc import Iterator, Sequence

from gradcheck.model import Finding, Run, TargetResult, Verdict

from .drawing.svg import visible
from .grouping import grouped
from .terminal.words import calls, digits

#: GitHub drops a job summary of more than 1 MiB whole, so what is more is left out and said.
_MOST = 900_000
_LONGEST = 2_000
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>()#+!|~@&$:]")
_SIGNS = {Verdict.PASS: "✅", Verdict.FAIL: "❌", Verdict.INCONCLUSIVE: "❔"}


def dumps(run: Run) -> str:
    """Return the report; what is wrong first, and never more than GitHub takes."""
    pieces, size, left = [_head(run)], 0, 0
    for piece in _stories(run):
        size += len(piece.encode("utf-8"))
        if size > _MOST - 60_000:
            left += 1
        else:
            pieces.append(piece)
    if left:
        pieces.append(f"\n*{left} more are left out here; the JSON report has them.*\n")
    pieces.append(_rest(run, _MOST - min(size, _MOST - 60_000)))
    return "\n".join(pieces)


def plain(text: str, most: int = _LONGEST) -> str:
    """Return foreign text on one line, with every character spelled that Markdown reads."""
    line = re.sub(r"\s+", " ", visible(text)).strip()
    if len(line) > most:
        line = line[:most] + " …"
    return _SPECIAL.sub(lambda match: f"&#{ord(match.group())};", line)


def code(text: str) -> str:
    """Return foreign text in a fixed pitch, within a line."""
    return f"<code>{plain(text)}</code>"


def block(text: str) -> str:
    """Return foreign text as a block that it cannot close."""
    shown = visible(text[:_LONGEST])
    runs = [len(run) for run in re.findall(r"`+", shown)]
    fence = "`" * max(3, max(runs, default=0) + 1)
    return f"{fence}text\n{shown}\n{fence}"


def _head(run: Run) -> str:
    counts = run.counts
    said = [f"{counts[Verdict.FAIL]} wrong", f"{counts[Verdict.INCONCLUSIVE]} undecided"]
    worst = next((v for v in (Verdict.FAIL, Verdict.INCONCLUSIVE) if counts[v]), Verdict.PASS)
    stopped = "\n\n**The run was interrupted.**" if run.interrupted else ""
    return (
        f"## {_SIGNS[worst]} gradcheck: {', '.join(said)}, {counts[Verdict.PASS]} right\n\n"
        f"{calls(run.cost)}, seed {run.seed}, {run.seconds:.1f} s{stopped}\n"
    )


def _stories(run: Run) -> Iterator[str]:
    for verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE):
        for result in run.targets:
            if result.verdict is verdict:
                yield "\n".join(_story(result))


def _story(result: TargetResult) -> Iterator[str]:
    place = f" — {code(f'{result.source.file}:{result.source.line}')}" if result.source else ""
    yield f"### {_SIGNS[result.verdict]} {plain(result.target)}{place}\n"
    for finding, others in grouped(result.findings)[:8]:
        yield from _told(finding, others)


def _told(finding: Finding, others: int) -> Iterator[str]:
    more = f", and in {others} more" if others else ""
    case = f" in case {code(finding.case)}{more}" if finding.case else ""
    yield f"- **{plain(finding.contract)}**{case}: {plain(finding.message)}"
    if finding.pattern:
        yield f"  - where: {plain(finding.pattern)}"
    for cause in finding.causes[:1]:
        yield f"  - why: **{plain(cause.title)}** ({plain(cause.evidence)})"
        yield f"  - cure: {plain(cause.cure)}"
    if finding.advice and not finding.causes:
        yield f"  - do: {plain(finding.advice)}"
    if finding.reproduce:
        yield f"  - again: {code(finding.reproduce)}"
    if finding.smallest:
        yield "\n<details><summary>smallest case</summary>\n"
        yield f"{block(finding.smallest)}\n\n</details>\n"


def _rest(run: Run, room: int) -> str:
    """Return a table of what passed, folded."""
    rows = [r for r in run.targets if r.verdict is Verdict.PASS]
    if not rows:
        return ""
    lines = list(_within(rows, room))
    missing = len(rows) - len(lines)
    more = f"\n{missing} more are left out here.\n" if missing else ""
    head = "| target | digits | cases | remarks |\n| :-- | --: | --: | --: |\n"
    return (
        f"\n<details><summary>{len(rows)} right</summary>\n\n{head}"
        + "\n".join(lines)
        + f"\n{more}\n</details>\n"
    )


def _within(rows: Sequence[TargetResult], room: int) -> Iterator[str]:
    for result in rows:
        agreed = "" if result.digits is None else digits(result.digits)
        cells = (plain(result.target, 200), agreed, len(result.cases), len(result.remarks))
        line = f"| {' | '.join(map(str, cells))} |"
        room -= len(line.encode("utf-8")) + 1
        if room < 0:
            return
        yield line
