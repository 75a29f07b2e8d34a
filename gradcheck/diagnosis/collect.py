"""Collect the suspicions of this package: whatever a module defines is found."""

from functools import cache

from gradcheck.scan import defined_in

from .record import Suspicion


@cache
def all_suspicions() -> tuple[Suspicion, ...]:
    """Return every suspicion of the package, by cause."""
    found = defined_in(__name__.rpartition(".")[0], Suspicion)
    return tuple(sorted(found, key=lambda s: (s.cause, s.title)))
