"""What a suspicion is: a look at the clues that either names a cause or stays silent."""

from collections.abc import Callable
from dataclasses import dataclass

from .clues import Clues


@dataclass(frozen=True, slots=True)
class Hit:
    """A cause that fits what was seen."""

    confidence: float
    """Between 0 and 1: how little else would look the same."""
    evidence: str
    """What was seen, in numbers."""
    cure: str
    """What to look for in the code and what a right line would do."""


Look = Callable[[Clues], Hit | None]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A cause with the function that looks for it."""

    cause: str
    """Key of the cause."""
    title: str
    """The cause in a few words: first line of the function's docstring."""
    kinds: tuple[str, ...]
    """Kinds of findings that it can explain."""
    look: Look
    """Return a hit or nothing."""
    dear: bool = False
    """It evaluates at other arrays or sizes, and is asked where nothing else explains all."""
    common: bool = False
    """Where it holds for one tensor it may explain what is wrong with the others."""
    upstream: bool = False
    """It is about an upstream gradient, which a loss need not take."""


def suspicion(
    cause: str,
    *kinds: str,
    dear: bool = False,
    common: bool = False,
    upstream: bool = False,
) -> Callable[[Look], Suspicion]:
    """Make a suspicion of a function whose docstring names the cause in words.

    Parameters
    ----------
    kinds
        Kinds of findings that it looks at; a mismatch of values where none is named.
    dear
        It evaluates at other arrays or sizes: ask it last.
    common
        A fault of this kind spoils several tensors at once.
    upstream
        Only a target that takes an upstream gradient and heeds it can have this fault.
    """

    def make(look: Look) -> Suspicion:
        title = (look.__doc__ or "").strip().splitlines()[0].rstrip(".")
        return Suspicion(cause, title, kinds or ("mismatch",), look, dear, common, upstream)

    return make
