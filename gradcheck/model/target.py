"""Targets: what is checked, how it is opened, and which named arrays it takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from .arrays import Array, Arrays, Outputs


class Role(StrEnum):
    """What an input array is to its target."""

    DATA = "data"
    PARAMETER = "parameter"
    FIXED = "fixed"


class Domain(StrEnum):
    """Which values an input array may hold."""

    REAL = "real"
    POSITIVE = "positive"
    UNIT = "unit"
    SIMPLEX = "simplex"
    LABELS = "labels"
    INDICES = "indices"
    ONE_HOT = "one-hot"
    MASK = "mask"
    SIGNS = "signs"


class UpstreamUse(StrEnum):
    """What a backward pass does with an upstream gradient."""

    HONOURED = "honoured"
    IGNORED = "ignored"
    NOT_TAKEN = "not taken"


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """One named input array of a target: data, a parameter, or something fixed (labels)."""

    name: str
    """Name in the target's own words: ``x``, ``W``, ``t``."""
    shape: tuple[int, ...]
    """Shape of the array."""
    role: Role = Role.DATA
    """Data and parameters are differentiated, fixed arrays are not."""
    domain: Domain = Domain.REAL
    """Values that are legal."""
    dtype: str = "float64"
    """NumPy name of the dtype that the target is fed."""
    bound: int | None = None
    """Labels and indices lie in ``0 .. bound - 1``."""
    batch_axis: int | None = None
    """Axis that counts examples, where that is known."""
    values: Array | None = None
    """Values given by the author or found at construction; drawn at random where None."""
    frozen: bool = False
    """The given values are used as they are (real data, trained weights)."""

    @property
    def differentiable(self) -> bool:
        """Whether a gradient is asked for this array."""
        return self.role is not Role.FIXED


class Session(Protocol):
    """One live instance of a target. Two sessions of one setting share nothing.

    A session repeats itself: random masks are drawn from the same state in every forward pass.
    The arrays are handed to the target as they are, without copies.
    """

    def forward(self, inputs: Arrays) -> Outputs:
        """Install the parameters among `inputs`, run the forward pass on the rest."""
        ...

    def backward(self, upstream: Outputs) -> Mapping[str, Array | None]:
        """Return the claimed gradient of every differentiable leaf for the last forward."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """One way to build and to feed a target: constructor arguments and shapes."""

    label: str
    """Short and stable, part of ids: ``N=3,D=5,M=7``."""
    open: Callable[[], Session]
    """Make a fresh instance; raises TargetError where the target's own code raises."""
    leaves: tuple[Leaf, ...]
    """The arrays that forward takes and the parameters it owns."""
    notes: tuple[str, ...] = ()
    """What was guessed, shown with ``-v``."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the author declared, or a probe confirmed, about a target. None: not known."""

    upstream: UpstreamUse = UpstreamUse.HONOURED
    """What backward does with an upstream gradient."""
    couples_batch: bool | None = None
    """One example's output depends on the others of its batch."""
    stochastic: bool = False
    """Draws random numbers in its forward pass (frozen by the session)."""
    accumulates: bool = False
    """Parameter gradients add up over calls until they are zeroed."""
    surrogate: bool = False
    """The author declares a gradient that is not the forward pass's own (straight-through)."""
    conventions: tuple[str, ...] = ()
    """Conventions that are no errors, in words, to be remarked upon."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a target's code stands."""

    file: str
    """Path as the user would write it."""
    line: int
    """First line of the backward pass, or of the target."""


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """A forward pass, its hand-made backward pass, and what they are fed."""

    name: str
    """``pkg.module:Name`` or ``path.py::Name``; with the seed it rebuilds every case."""
    settings: Callable[[int], Sequence[Setting]]
    """Ways to build and feed it, for a seed; raises TargetError where none could be built."""
    convention: str = "object"
    """Which calling convention was recognised."""
    facts: Facts = field(default_factory=Facts)
    """Declared or probed facts."""
    source: Source | None = None
    """File and line of the code."""
    signature: str = ""
    """What an author would recognise: ``backward(dout) -> dx; params W, b``."""
