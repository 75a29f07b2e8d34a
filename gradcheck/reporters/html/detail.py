"""How much a page shows of each target, so that it stays below two megabytes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gradcheck.model import Run, TargetResult, Verdict

#: Up to so many targets a page begins with everything, and up to so many with nearly all.
_FEW, _MANY = 60, 180


@dataclass(frozen=True, slots=True)
class Detail:
    """Limits for the part of one target."""

    points: int
    """Dots of a scatter plot."""
    rows: int
    """Rows of a table of tensors or of numbers."""
    tensors: int
    """Tensors that get their own plots, where the target fails."""
    notes: int
    """Notes."""
    stories: int
    """Findings that are told."""
    characters: int
    """Characters of a message, a smallest case or a test."""
    levels: int
    """Drawings of a computational graph."""
    full: bool
    """Targets that pass get tables under their plots."""
    crowded: bool = False
    """None gets more than one plot, wrong or not."""

    def for_target(self, result: TargetResult) -> "Detail":
        """Return the limits for one target: what is wrong is shown at any size."""
        if result.verdict is Verdict.PASS or self.full or self.crowded:
            return self
        return replace(self, points=60, rows=5, notes=3, full=True)


#: From everything to the least; a page takes the first one that lets it stay small.
_STAGES = (
    Detail(400, 40, 4, 40, 100, 12_000, 12, full=True),
    Detail(160, 12, 3, 6, 20, 4_000, 12, full=True),
    Detail(160, 12, 1, 6, 20, 4_000, 3, full=True),
    Detail(24, 2, 1, 1, 20, 4_000, 2, full=False),
    Detail(24, 2, 1, 1, 20, 4_000, 0, full=False),
    Detail(24, 1, 1, 0, 2, 300, 0, full=False, crowded=True),
)


def stages(run: Run) -> Sequence[Detail]:
    """Return what a page of this run may show: what is worth a try first, the least last."""
    count = len(run.targets)
    return _STAGES[0 if count <= _FEW else 1 if count <= _MANY else 3 :]
