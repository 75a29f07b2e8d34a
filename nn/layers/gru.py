"""The gated recurrent unit."""

import numpy as np

from nn.arrays import Array
from nn.functions import sigmoid
from nn.layers.recurrent import Recurrent
from nn.layers.rnn import recurrent_gradient


class GRU(Recurrent):
    """h[t] = (1 - z) * n + z * h[t - 1], a mixture of the old state and a candidate n.

    r, z = sigmoid of x[t] W_x + h[t - 1] W_h + b, and n = tanh(x[t] W_x + b + r * (h[t - 1] W_h
    + b_h)), each with its own block of columns, in the order r, z, n.  The reset gate r acts
    after the product, which needs the bias b_h (H,) of its own (Cho et al., "Learning phrase
    representations using RNN encoder-decoder", 2014, 2.3, in the form that cuDNN computes).
    """

    gates = 3
    _hs: Array
    _gates: Array
    _memory: Array

    def __init__(self, input_size: int, hidden_size: int, *, rng: np.random.Generator) -> None:
        super().__init__(input_size, hidden_size, rng=rng)
        self.params["b_h"] = np.zeros(hidden_size)

    def forward(self, x: Array, h0: Array | None = None) -> Array:
        """Return the states after every step, (N, T, H), for x (N, T, D) and h0 (N, H)."""
        gates, (h,) = self._open(x, h0)
        dtype = np.result_type(gates, h)
        hs = np.empty((len(gates) + 1, *h.shape), dtype)
        memory = np.empty((len(gates), *h.shape), dtype)
        hs[0] = h
        gates = gates.astype(dtype, copy=False)
        for t, gate in enumerate(gates):
            _r, z, n = self._activated(gate, hs[t], memory[t])
            hs[t + 1] = (1 - z) * n + z * hs[t]
        self._hs, self._gates, self._memory = hs, gates, memory
        return self._close(hs[1:])

    def _back_through_time(self, dout: Array) -> tuple[Array, tuple[Array, ...]]:
        dgates = np.empty(self._gates.shape, np.result_type(dout, self._gates))
        # What passes through h W_h differs from dgates in the block of the candidate.
        dmemory = np.empty_like(dgates)
        dh = np.zeros(self._hs.shape[1:], dgates.dtype)
        for t in reversed(range(len(dout))):
            dh = self._step_back(t, dout[t] + dh, dgates[t], dmemory[t])
        self.grads["W_h"] = recurrent_gradient(self._hs[:-1], dmemory)
        self.grads["b_h"] = dmemory[..., 2 * self.hidden_size :].sum(axis=(0, 1))
        return dgates, (dh,)

    def _step_back(self, t: int, dh: Array, dgate: Array, dmemory: Array) -> Array:
        """The gradient of h[t - 1]; those of the gates are written into the last two."""
        r, z, n = self._blocks(self._gates[t])
        dr, dz, dn = self._blocks(dgate)
        dn[...] = dh * (1 - z) * (1 - n**2)
        dz[...] = dh * (self._hs[t] - n) * z * (1 - z)
        dr[...] = dn * self._memory[t] * r * (1 - r)
        dmemory[...] = dgate
        self._blocks(dmemory)[2][...] = dn * r
        before: Array = dh * z + dmemory @ self.params["W_h"].T
        return before

    def _activated(self, gate: Array, h: Array, memory: Array) -> list[Array]:
        """The three gates, written over x W_x + b; `memory` is what the reset gate scales."""
        through = h @ self.params["W_h"]
        last = 2 * self.hidden_size
        memory[...] = through[:, last:] + self.params["b_h"]
        gate[:, :last] = sigmoid(gate[:, :last] + through[:, :last])
        gate[:, last:] = np.tanh(gate[:, last:] + gate[:, : self.hidden_size] * memory)
        return self._blocks(gate)

    def _blocks(self, gate: Array) -> list[Array]:
        H = self.hidden_size
        return [gate[:, k * H : (k + 1) * H] for k in range(3)]
