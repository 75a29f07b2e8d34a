"""Vectors for symbols."""

import numpy as np

from nn.arrays import Array
from nn.layers.layer import Layer
from nn.sizes import require_sizes


class Embedding(Layer):
    """y = W[x] for whole numbers x in 0 .. vocab_size - 1 and W (vocab_size, dim).

    dW[i] is the sum of dout over all places where x is i; a repeated index adds up (Bengio et
    al., "A neural probabilistic language model", 2003, 2).

    Raises
    ------
    ValueError
        For sizes below one, for numbers that are not whole, and for an index out of range.
    """

    _x: Array

    def __init__(self, vocab_size: int, dim: int, *, rng: np.random.Generator) -> None:
        super().__init__()
        require_sizes(self, vocab_size=vocab_size, dim=dim)
        self.params = {"W": rng.standard_normal((vocab_size, dim))}

    def forward(self, x: Array) -> Array:
        """Return (..., dim) for indices x of any shape."""
        x = np.asarray(x)
        self._require_indices(x, len(self.params["W"]))
        self._x = x.copy()
        return self._output(self.params["W"][x])

    def backward(self, dout: Array) -> None:
        """Leave dW in `grads`; whole numbers have no gradient, so nothing is returned."""
        dout = self._upstream(dout)
        W = self.params["W"]
        dW = np.zeros(W.shape, np.result_type(dout, W))
        # W[x] += dout would count an index that occurs twice only once.
        np.add.at(dW, self._x, dout)
        self.grads["W"] = dW

    @staticmethod
    def _require_indices(x: Array, size: int) -> None:
        if x.dtype.kind not in "iu":
            raise ValueError(
                f"Embedding.forward: x must hold whole numbers, got dtype {x.dtype} of shape "
                f"{x.shape}"
            )
        wrong = x[(x < 0) | (x >= size)]
        if wrong.size:
            raise ValueError(
                f"Embedding.forward: indices must lie in 0 .. {size - 1}: {wrong.size} of "
                f"{x.size} do not, the first is {wrong[0]}; x has shape {x.shape}"
            )
