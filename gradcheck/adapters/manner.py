"""How one object is called: which methods, with what, and where its answers stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gradcheck.model import Domain, Leaf, UpstreamUse

from .methods import Argument, Pair
from .parameters import Slot


@dataclass(frozen=True, slots=True)
class Manner:
    """Everything that a session must know to call an object."""

    pair: Pair
    """Its methods."""
    arguments: tuple[str, ...]
    """Leaves that forward takes, in order."""
    data: tuple[str, ...]
    """Those of them that are differentiated."""
    call: tuple[Argument, ...]
    """What backward takes."""
    named: tuple[str, ...] = ()
    """Inputs that backward takes one by one, in order."""
    slots: tuple[Slot, ...] = ()
    """Parameters that the object owns."""
    keywords: Mapping[str, Any] = field(default_factory=dict)
    """Keyword arguments of forward: training=True."""
    upstream: UpstreamUse = UpstreamUse.HONOURED
    """What backward does with an upstream gradient."""
    divided: tuple[str, ...] = ()
    """Leaves whose gradients are divided by the batch size: all parameters, or none."""
    batch: tuple[str, int] = ("", 0)
    """The array and the axis of it that count the examples."""
    writes: bool = False
    """Backward returns nothing and turns the upstream gradient into the input gradient."""
    flush: str = ""
    """Method that forgets the batches before this one."""
    rate: float = 0.0
    """Learning rate that backward is called with, where it updates parameters itself."""
    fused: str = ""
    """The loss takes ``softmax`` or ``sigmoid`` probabilities and answers for their logits."""
    averaged: bool = False
    """The loss is one number an example, and its gradient that of their mean."""
    takes_output: bool = False
    """Backward is a derivative in terms of the output."""


def labels_of(leaves: tuple[Leaf, ...]) -> str | None:
    """Return the name of the leaf that holds labels or targets, None where there is none."""
    marked = (Domain.LABELS, Domain.ONE_HOT)
    return next((x.name for x in leaves if x.domain in marked or not x.differentiable), None)
