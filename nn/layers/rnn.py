"""The simple recurrent layer."""

import numpy as np

from nn.arrays import Array
from nn.layers.recurrent import Recurrent


class RNN(Recurrent):
    """h[t] = tanh(x[t] W_x + h[t - 1] W_h + b) (Elman, "Finding structure in time", 1990)."""

    gates = 1
    _hs: Array

    def forward(self, x: Array, h0: Array | None = None) -> Array:
        """Return the states after every step, (N, T, H), for x (N, T, D) and h0 (N, H)."""
        gates, (h,) = self._open(x, h0)
        hs = np.empty((len(gates) + 1, *h.shape), np.result_type(gates, h))
        hs[0] = h
        for t, gate in enumerate(gates):
            hs[t + 1] = np.tanh(gate + hs[t] @ self.params["W_h"])
        self._hs = hs
        return self._close(hs[1:])

    def _back_through_time(self, dout: Array) -> tuple[Array, tuple[Array, ...]]:
        hs, W_h = self._hs, self.params["W_h"]
        dgates = np.empty(dout.shape, np.result_type(dout, hs))
        dh = np.zeros(hs.shape[1:], dgates.dtype)
        for t in reversed(range(len(dout))):
            dgates[t] = (dout[t] + dh) * (1 - hs[t + 1] ** 2)
            dh = dgates[t] @ W_h.T
        self.grads["W_h"] = recurrent_gradient(hs[:-1], dgates)
        return dgates, (dh,)


def recurrent_gradient(before: Array, dgates: Array) -> Array:
    """dW_h: the products of the states before each step with the gradients of its gates."""
    rows = dgates.shape[0] * dgates.shape[1]
    left = before.reshape(rows, before.shape[-1])
    gradient: Array = left.T @ dgates.reshape(rows, dgates.shape[-1])
    return gradient
