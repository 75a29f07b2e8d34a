"""What every layer has in common: parameters, gradients, and the order of its two passes."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

import numpy.typing as npt

from nn.arrays import Array, Shape, as_float

Gradients: TypeAlias = Array | tuple[Array | None, ...] | None


class Node:
    """Something with a forward and a backward pass, the second belonging to the latest first.

    Inputs are kept by reference until `backward`, so they must not be written into between
    the passes; outputs are never kept, so a caller may do with them as it likes.
    """

    _shape: Shape | None = None

    def _output(self, y: Array) -> Array:
        """Note the shape that the upstream gradient must have, and hand `y` on."""
        self._shape = y.shape
        return y

    def _upstream(self, dout: npt.ArrayLike) -> Array:
        """`dout` as floating numbers of the last output's shape; raises where it is not."""
        name = type(self).__name__
        if self._shape is None:
            raise RuntimeError(f"{name}.backward needs a completed {name}.forward before it")
        array = as_float(dout)
        if array.shape != self._shape:
            raise ValueError(
                f"{name}.backward: dout has shape {array.shape}, but it must have the shape "
                f"of the last output, {self._shape}"
            )
        return array


class Layer(Node):
    """A node with parameters; `backward` overwrites `grads` and never adds to it.

    Results follow NumPy's promotion of the input and the parameters, complex included, and
    are fresh arrays; integer input counts as float64.
    """

    def __init__(self) -> None:
        self.params: dict[str, Array] = {}
        self.grads: dict[str, Array] = {}


class ModalLayer(Layer):
    """A layer that computes one thing in training and another afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.training = True

    def train(self) -> None:
        """Compute as in training from now on, which is how a layer starts."""
        self.training = True

    def eval(self) -> None:
        """Compute as after training from now on."""
        self.training = False


class UnaryLayer(Protocol):
    """A layer with one input, which is what a network can chain."""

    @property
    def params(self) -> dict[str, Array]:
        """Live parameter arrays by name."""

    @property
    def grads(self) -> dict[str, Array]:
        """Gradients of the latest backward pass, by the names of the parameters."""

    def forward(self, x: Array) -> Array:
        """The output for `x`."""

    def backward(self, dout: Array) -> Gradients:
        """The gradient for `x`, given that for the output; None for indices.

        A layer that takes more inputs than it was given may be chained as well.
        """


class AnyLayer(Protocol):
    """A layer with any number of inputs."""

    @property
    def params(self) -> dict[str, Array]:
        """Live parameter arrays by name."""

    @property
    def grads(self) -> dict[str, Array]:
        """Gradients of the latest backward pass, by the names of the parameters."""

    @property
    def forward(self) -> Callable[..., Array]:
        """The output for the inputs."""

    @property
    def backward(self) -> Callable[[Array], Gradients]:
        """The gradient for one input, or a tuple of them; None for indices."""
