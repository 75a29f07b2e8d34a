"""A chain of layers."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from nn.arrays import Array, Scalar
from nn.flat import FlatDict
from nn.layers.layer import Node, UnaryLayer
from nn.losses.softmax_cross_entropy import SoftmaxCrossEntropy


class Network(Node):
    """Layers one after another, and itself a layer: backward runs from output to input.

    Layers are named by class and position among their kind, parameters after their layer:
    "affine1.W", "affine1.b", "affine2.W".  x is a batch (N, D) or one example (D,).

    Raises
    ------
    ValueError
        Without layers, and for a layer that occurs twice: its second forward pass would
        overwrite what the backward pass needs of the first.
    """

    def __init__(self, layers: Sequence[UnaryLayer]) -> None:
        if not layers:
            raise ValueError("Network: at least one layer is needed")
        if len({id(layer) for layer in layers}) < len(layers):
            raise ValueError("Network: each layer may occur once only")
        self.layers = dict(zip(_names(layers), layers, strict=True))

    @property
    def params(self) -> FlatDict:
        """The live parameter arrays of all layers."""
        return FlatDict({name: layer.params for name, layer in self.layers.items()})

    @property
    def grads(self) -> FlatDict:
        """The gradients of the latest backward pass; empty before it."""
        return FlatDict({name: layer.grads for name, layer in self.layers.items()})

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

    def backward(self, dout: Array) -> Array:
        """Return dx; the gradients of the parameters go to `grads`."""
        dout = self._upstream(dout)
        for layer in reversed(self.layers.values()):
            dout = layer.backward(dout)
        return dout

    def predict(self, x: Array) -> Array:
        """Return the class with the largest output: (N,), or a scalar for one example."""
        return np.asarray(self.forward(x).argmax(axis=-1))

    def accuracy(self, x: Array, t: Array) -> float:
        """Return the share of right predictions, for integer labels or one-hot rows t.

        Raises
        ------
        ValueError
            Where the labels do not fit the batch, or the batch is empty.
        """
        y, t = self.predict(x), np.asarray(t)
        labels = t.argmax(axis=-1) if t.ndim > y.ndim else t
        if labels.shape != y.shape or labels.size == 0:
            raise ValueError(
                f"Network.accuracy: t has shape {t.shape} for predictions of shape {y.shape}; "
                "one label an example is needed, and one example or more"
            )
        return float(np.mean(y == labels))

    def loss(self, x: Array, t: Array) -> Scalar:
        """Return the mean softmax cross-entropy of the outputs, taken as logits."""
        return SoftmaxCrossEntropy().forward(self.forward(x), t)


def _names(layers: Sequence[UnaryLayer]) -> list[str]:
    seen: Counter[str] = Counter()
    names = []
    for layer in layers:
        kind = type(layer).__name__.lower()
        seen[kind] += 1
        names.append(f"{kind}{seen[kind]}")
    return names
