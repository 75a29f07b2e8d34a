"""Long short-term memory."""

import numpy as np

from nn.arrays import Array
from nn.functions import sigmoid
from nn.layers.recurrent import Recurrent
from nn.layers.rnn import recurrent_gradient


class LSTM(Recurrent):
    """c[t] = f * c[t - 1] + i * g and h[t] = o * tanh(c[t]), a memory behind three gates.

    i, f, o = sigmoid and g = tanh of x[t] W_x + h[t - 1] W_h + b, whose columns come in this
    order: i, f, o, g (Hochreiter and Schmidhuber, "Long short-term memory", 1997, with the
    forget gate of Gers, Schmidhuber and Cummins, 2000).
    """

    gates = 4
    _hs: Array
    _cs: Array
    _gates: Array

    def forward(self, x: Array, h0: Array | None = None, c0: Array | None = None) -> Array:
        """Return the states after every step, (N, T, H), for x (N, T, D), h0 and c0 (N, H)."""
        gates, (h, c) = self._open(x, h0, c0)
        dtype = np.result_type(gates, h, c)
        hs = np.empty((len(gates) + 1, *h.shape), dtype)
        cs = np.empty_like(hs)
        hs[0], cs[0] = h, c
        gates = gates.astype(dtype, copy=False)
        for t, gate in enumerate(gates):
            gate += hs[t] @ self.params["W_h"]
            i, f, o, g = self._activated(gate)
            cs[t + 1] = f * cs[t] + i * g
            hs[t + 1] = o * np.tanh(cs[t + 1])
        self._hs, self._cs, self._gates = hs, cs, gates
        return self._close(hs[1:])

    def _back_through_time(self, dout: Array) -> tuple[Array, tuple[Array, ...]]:
        dgates = np.empty(self._gates.shape, np.result_type(dout, self._gates))
        dh = np.zeros(self._hs.shape[1:], dgates.dtype)
        dc = np.zeros_like(dh)
        for t in reversed(range(len(dout))):
            dc = self._step_back(t, dout[t] + dh, dc, dgates[t])
            dh = dgates[t] @ self.params["W_h"].T
        self.grads["W_h"] = recurrent_gradient(self._hs[:-1], dgates)
        return dgates, (dh, dc)

    def _step_back(self, t: int, dh: Array, dc: Array, dgate: Array) -> Array:
        """The gradient of c[t - 1]; those of the gates are written into `dgate`."""
        i, f, o, g = self._blocks(self._gates[t])
        di, df, do, dg = self._blocks(dgate)
        bent = np.tanh(self._cs[t + 1])
        dc = dc + dh * o * (1 - bent**2)
        di[...] = dc * g * i * (1 - i)
        df[...] = dc * self._cs[t] * f * (1 - f)
        do[...] = dh * bent * o * (1 - o)
        dg[...] = dc * i * (1 - g**2)
        before: Array = dc * f
        return before

    def _activated(self, gate: Array) -> list[Array]:
        """The four gates, written over their own pre-activations."""
        last = 3 * self.hidden_size
        gate[:, :last] = sigmoid(gate[:, :last])
        gate[:, last:] = np.tanh(gate[:, last:])
        return self._blocks(gate)

    def _blocks(self, gate: Array) -> list[Array]:
        H = self.hidden_size
        return [gate[:, k * H : (k + 1) * H] for k in range(4)]
