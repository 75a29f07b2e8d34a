"""A chain of layers that answers questions."""

import numpy as np

from nn.arrays import Array, Scalar
from nn.containers.sequential import Sequential
from nn.losses.softmax_cross_entropy import SoftmaxCrossEntropy


class Network(Sequential):
    """Layers in order, with predictions and their accuracy.

    x is a batch (N, D) or one example (D,).

    Raises
    ------
    ValueError
        Without layers, and for a layer that occurs twice.
    """

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
