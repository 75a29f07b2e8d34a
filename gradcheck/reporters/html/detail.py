"""How much a page shows of each target, so that it stays below two megabytes."""

from dataclasses import dataclass

from gradcheck.model import Run, TargetResult, Verdict

#: Up to so many targets, those that pass get everything too.
_FEW = 60
_MANY = 180


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
    full: bool
    """Targets that pass get tables under their plots."""
    crowded: bool = False
    """So many fail that none of them gets more than one plot."""

    @classmethod
    def of(cls, run: Run) -> "Detail":
        """Return what a run of this size leaves room for."""
        failing = sum(r.verdict is not Verdict.PASS for r in run.targets)
        if len(run.targets) <= _FEW:
            return cls(400, 40, 4, 40, 100, 12_000, full=True)
        if len(run.targets) <= _MANY:
            return cls(160, 12, 3 if failing < _FEW else 1, 6, 20, 4_000, full=True)
        if failing <= _FEW:
            return cls(24, 2, 1, 1, 20, 4_000, full=False)
        return cls(24, 1, 1, 0, 2, 300, full=False, crowded=True)

    def for_target(self, result: TargetResult) -> "Detail":
        """Return the limits for one target: what is wrong is shown at any size."""
        if result.verdict is Verdict.PASS or self.full or self.crowded:
            return self
        return Detail(60, 5, 1, 3, self.stories, self.characters, full=True)
