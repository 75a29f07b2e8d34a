"""Guesses that a measurement settles: which domain a loss is for, and what it answers for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from gradcheck.cases import quiet
from gradcheck.model import Domain, Leaf, Session

from .calls import silent
from .manner import Manner
from .methods import Argument
from .probe import agrees
from .squash import SQUASHES

Opener = Callable[[Manner, tuple[Leaf, ...]], Callable[[], Session]]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One way to understand a target."""

    manner: Manner
    """How it is called."""
    leaves: tuple[Leaf, ...]
    """What it is fed."""


def refined(manner: Manner, leaves: tuple[Leaf, ...], opener: Opener) -> Reading:
    """Return the first reading under which the claim is right; the plain one where none is.

    Only losses and derivatives have other readings: a layer is wrong where it is wrong.
    """
    plain = Reading(manner, leaves)
    if not any(True for _ in _others(plain)):
        return plain
    with quiet(), silent():
        for reading in (plain, *_others(plain)):
            if agrees(opener(reading.manner, reading.leaves), reading.leaves):
                return reading
    return plain


def _others(plain: Reading) -> Iterator[Reading]:
    labelled = any(not leaf.differentiable for leaf in plain.leaves)
    data = [leaf for leaf in plain.leaves if leaf.name in plain.manner.data]
    if len(data) != 1:
        return
    if not labelled:
        if plain.manner.call == (Argument.INPUTS,):
            yield replace(plain, manner=replace(plain.manner, takes_output=True))
        return
    yield replace(plain, manner=replace(plain.manner, averaged=True))
    if plain.manner.call == (Argument.INPUTS,):
        kept = (Argument.KEPT, Argument.LABELS)
        yield replace(plain, manner=replace(plain.manner, call=kept))
    for domain in (Domain.SIMPLEX, Domain.UNIT):
        leaves = tuple(replace(x, domain=domain) if x is data[0] else x for x in plain.leaves)
        yield replace(plain, leaves=leaves)
        averaged = replace(plain.manner, averaged=True)
        yield Reading(averaged, leaves)
    logits = tuple(replace(x, domain=Domain.REAL) if x is data[0] else x for x in plain.leaves)
    for fused in SQUASHES:
        yield Reading(replace(plain.manner, fused=fused), logits)
