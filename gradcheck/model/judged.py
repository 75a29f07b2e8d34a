"""One member of a module after it was judged: what travels between processes and to disk."""

from dataclasses import dataclass

from .result import TargetResult
from .run import LeftOut


@dataclass(frozen=True, slots=True)
class Judged:
    """Everything that came of one member: a target, several, or a reason why there is none."""

    member: str
    """Name of the member: ``pkg.module:Name`` or ``path.py::Name``."""
    targets: tuple[TargetResult, ...] = ()
    """Results of the targets that it is."""
    left_out: tuple[LeftOut, ...] = ()
    """What was seen in it and not checked."""
