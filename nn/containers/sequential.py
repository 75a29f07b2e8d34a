"""A chain of layers."""

from collections.abc import Sequence

from nn.arrays import Array
from nn.containers.composite import Composite, named, require_gradient
from nn.layers.layer import Gradients, UnaryLayer


class Sequential(Composite):
    """y = f_n(... f_1(x)), itself a layer: backward runs from output to input (chain rule).

    dx = f_1'^T (... (f_n'^T dout)) (Rumelhart, Hinton and Williams, "Learning representations
    by back-propagating errors", 1986).  Layers are named by class and position among their
    kind, parameters after their layer: "affine1.W", "affine1.b", "affine2.W".

    Raises
    ------
    ValueError
        Without layers, and for a layer that occurs twice; a `Graph` can share layers.
    """

    def __init__(self, layers: Sequence[UnaryLayer]) -> None:
        self.layers = named(layers)
        super().__init__(self.layers)

    def forward(self, x: Array) -> Array:
        """Return the output of the last layer."""
        first, *rest = self.layers.values()
        x = first.forward(x)
        # From here until the pass is whole the layers belong to different passes; a backward
        # after an error in between would mix them, and is refused.
        self._shape = None
        for layer in rest:
            x = layer.forward(x)
        return self._output(x)

    def backward(self, dout: Array) -> Gradients:
        """Return dx; the gradients of the parameters go to `grads`."""
        gradient: Gradients = self._upstream(dout)
        after = type(self).__name__
        for name, layer in reversed(self.layers.items()):
            gradient = layer.backward(require_gradient(gradient, after))
            after = name
        return gradient

    def nodes(self) -> list[tuple[str, UnaryLayer]]:
        """The layers with their names, input first."""
        return list(self.layers.items())
