"""What the page tells of one target."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gradcheck.model import Agreement, Finding, TargetResult, Verdict
from gradcheck.reporters.drawing.ladder import ladder_of
from gradcheck.reporters.grouping import grouped
from gradcheck.reporters.terminal.words import digits, entry, pair, resolution

from .detail import Detail
from .figures import Figures, figures, spread
from .unfolding import Level, unfolding


@dataclass(frozen=True, slots=True)
class Story:
    """One finding, with how often it was seen."""

    finding: Finding
    """The first of its kind."""
    others: int
    """How many more cases show it."""
    place: str
    """Tensor and index."""
    claimed: str
    """As many figures as the error bar vouches for."""
    reference: str
    """The same of the true value."""
    error: str
    """The error bar."""
    message: str
    """Cut where it is endless."""
    smallest: str
    """The smallest case."""
    test: str
    """A test that shows it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One row of the table of tensors."""

    agreement: Agreement
    """What was compared."""
    shape: str
    """As one would write it."""
    digits: str
    """Digits of agreement."""
    resolution: str
    """What could have been missed."""


@dataclass(frozen=True, slots=True)
class Part:
    """The part of the page about one target."""

    anchor: str
    """Its address within the page."""
    result: TargetResult
    """What is known."""
    stories: tuple[Story, ...]
    """What is wrong, doubtful or remarkable."""
    figures: tuple[Figures, ...]
    """Plots of the tensors that tell most."""
    histogram: str
    """Digits of all entries."""
    counted: str
    """The histogram in words."""
    compared: tuple[Compared, ...]
    """The tensors, worst first."""
    hidden: int
    """How many of them are not shown."""
    notes: tuple[str, ...]
    """What was guessed, planned and covered."""
    detail: Detail
    """How much is shown."""
    graph: Level | None
    """The computational graph, level by level."""


def part(anchor: str, result: TargetResult, detail: Detail) -> Part:
    """Return what is shown of one target."""
    own = detail.for_target(result)
    ordered = sorted(result.agreements, key=_badness)
    rows = tuple(map(_compared, ordered[: own.rows]))
    picture, counted = spread(f"{anchor}h", result.agreements)
    return Part(
        anchor=anchor,
        result=result,
        stories=tuple(_stories(result, own)),
        figures=tuple(
            figures(f"{anchor}f{i}", a, own)
            for i, a in enumerate(_telling(result, ordered, own))
        ),
        histogram=picture,
        counted=counted,
        compared=rows,
        hidden=len(ordered) - len(rows),
        notes=result.notes[: own.notes],
        detail=own,
        graph=unfolding(anchor, result, own),
    )


def _badness(agreement: Agreement) -> tuple[int, bool, float, bool]:
    rank = (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.PASS).index(agreement.verdict)
    narrow = agreement.precision != "float64"
    return rank, narrow, agreement.digits, not agreement.rungs


def _telling(
    result: TargetResult, ordered: Sequence[Agreement], detail: Detail
) -> list[Agreement]:
    """Return the agreements that are worth plots: one a failing tensor, else the worst one.

    The case that the story is told of comes first; of tensors that pass, see `_dullness`.
    """
    told = {(f.tensor, f.case) for f, _ in grouped(result.findings)}
    failing: dict[str, Agreement] = {}
    for each in sorted(ordered, key=lambda a: (a.tensor, a.case) not in told):
        if each.verdict is not Verdict.PASS:
            failing.setdefault(each.tensor, each)
    if failing:
        return list(failing.values())[: detail.tensors]
    wide = [a for a in ordered if a.claimed and a.precision == "float64"] or ordered
    return sorted(wide, key=_dullness)[:1]


def _dullness(agreement: Agreement) -> tuple[bool, bool, int, float]:
    """Order agreements that pass: a ladder with two slopes first, then ordinary values."""
    climbed = ladder_of(agreement)
    curved = climbed is not None and climbed.truncation is not None
    ordinary = agreement.case.endswith("-generic")
    return not curved, not ordinary, -min(len(agreement.claimed), 30), agreement.digits


def _stories(result: TargetResult, detail: Detail) -> Iterator[Story]:
    for finding, others in grouped(result.findings)[: detail.stories]:
        claimed, reference, error = _values(finding)
        most = detail.characters
        yield Story(
            finding=finding,
            others=others,
            place=entry(finding.tensor, finding.index),
            claimed=claimed,
            reference=reference,
            error=error,
            message=cut(finding.message, most),
            smallest=cut(finding.smallest, most),
            test="" if detail.crowded else cut(finding.test, most),
        )


def _values(finding: Finding) -> tuple[str, str, str]:
    """Return claimed and true value with the error bar, empty where they are not known."""
    if finding.claimed is None or finding.reference is None:
        return "", "", ""
    claimed, reference = pair(finding.claimed, finding.reference, finding.error)
    zero = "0" if finding.claimed == 0.0 else claimed
    error = "" if finding.error is None else f"{finding.error:.0e}"
    return zero, "0" if finding.reference == 0.0 else reference, error


def cut(text: str, most: int) -> str:
    """Return the text, or its beginning with a word on how much is missing."""
    if len(text) <= most:
        return text
    return f"{text[:most]} … ({len(text) - most:,} more characters; the JSON report has them)"


def _compared(agreement: Agreement) -> Compared:
    shape = " by ".join(map(str, agreement.shape)) or "scalar"
    return Compared(
        agreement, shape, digits(agreement.digits), resolution(agreement.resolution)
    )
