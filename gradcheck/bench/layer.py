"""What the benchmark checks: small NumPy layers, right ones and wrong ones."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from gradcheck.model import Array


class Layer(Protocol):
    """One input, one output, float64."""

    def forward(self, x: Array) -> Array:
        """Return the output and remember what backward needs."""
        ...

    def backward(self, dout: Array) -> Array:
        """Return the gradient of x for the last forward."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A layer with the point at which it is checked."""

    name: str
    """What is wrong with it, or what makes it hard."""
    make: Callable[[], Layer]
    """Build a fresh instance."""
    x: Array
    """The point."""


class Formula:
    """A layer of two formulas: forward of x, backward of x and dout."""

    def __init__(
        self, value: Callable[[Array], Array], pullback: Callable[[Array, Array], Array]
    ) -> None:
        self._value = value
        self._pullback = pullback

    def forward(self, x: Array) -> Array:
        """Return the value."""
        self.x = x
        return self._value(x)

    def backward(self, dout: Array) -> Array:
        """Return what the second formula says."""
        return self._pullback(self.x, dout)


class Tally:
    """A number that all copies of a layer share: a checker may copy it."""

    def __init__(self, start: int = 0) -> None:
        self.count = start

    def add(self) -> int:
        """Add one and return the new number."""
        self.count += 1
        return self.count

    def __deepcopy__(self, memo: object) -> "Tally":
        return self


class Counted:
    """A function that counts its calls, those of its copies included."""

    def __init__(self, f: Callable[[Array], Array]) -> None:
        self._f = f
        self.calls = Tally()

    def __call__(self, x: Array) -> Array:
        """Count and pass on."""
        self.calls.add()
        return self._f(x)
