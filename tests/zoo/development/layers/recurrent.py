"""Recurrent cells and a recurrent layer."""

import numpy as np


def _weights(*shape):
    return np.random.default_rng(3).normal(0.0, 0.5, shape)


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


class RnnCell:
    def __init__(self, d=3, m=5):
        self.params = {"W": _weights(d, m), "U": _weights(m, m), "b": np.zeros(m)}
        self.grads = {}

    def forward(self, x, h):
        self.x, self.h = x, h
        p = self.params
        self.y = np.tanh(x @ p["W"] + h @ p["U"] + p["b"])
        return self.y.copy()

    def backward(self, dout):
        dz = dout * (1 - self.y**2)
        self.grads["W"] = self.x.T @ dz
        self.grads["U"] = self.h.T @ dz
        self.grads["b"] = dz.sum(axis=0)
        return dz @ self.params["W"].T, dz @ self.params["U"].T


class RnnCellStateByUntransposedWeights(RnnCell):
    def backward(self, dout):
        dx, _ = super().backward(dout)
        dz = dout * (1 - self.y**2)
        return dx, dz @ self.params["U"]


class RnnCellClipsAtFive(RnnCell):
    def backward(self, dout):
        dx, dh = super().backward(dout)
        for name, grad in self.grads.items():
            self.grads[name] = np.clip(grad, -5, 5)
        return np.clip(dx, -5, 5), np.clip(dh, -5, 5)


class Rnn:
    """Unrolled over the second axis; answers with the states of all steps."""

    def __init__(self, d=3, m=5):
        self.params = {"W": _weights(d, m), "U": _weights(m, m)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        n, steps, _ = x.shape
        h = np.zeros((n, self.params["U"].shape[0]), dtype=x.dtype)
        self.states = [h]
        for t in range(steps):
            h = np.tanh(x[:, t] @ self.params["W"] + h @ self.params["U"])
            self.states.append(h)
        return np.stack(self.states[1:], axis=1)

    def add(self, name, part):
        self.grads[name] = self.grads[name] + part

    def carry(self, dz):
        return dz @ self.params["U"].T

    def backward(self, dout):
        self.grads = {k: np.zeros_like(v) for k, v in self.params.items()}
        dx = np.zeros_like(self.x)
        dh = np.zeros_like(self.states[0])
        for t in reversed(range(self.x.shape[1])):
            dz = (dout[:, t] + dh) * (1 - self.states[t + 1] ** 2)
            self.add("W", self.x[:, t].T @ dz)
            self.add("U", self.states[t].T @ dz)
            dx[:, t] = dz @ self.params["W"].T
            dh = self.carry(dz)
        return dx


class RnnStepsOverwriteWeights(Rnn):
    def add(self, name, part):
        self.grads[name] = part


class RnnForgetsThePast(Rnn):
    def carry(self, dz):
        return np.zeros_like(dz)


class RnnHearsLastStepOnly(Rnn):
    def backward(self, dout):
        last = np.zeros_like(dout)
        last[:, -1] = dout[:, -1]
        return super().backward(last)


class LstmCell:
    """Gates in the order input, forget, candidate, output."""

    def __init__(self, d=3, m=5):
        self.params = {"W": _weights(d, 4 * m), "U": _weights(m, 4 * m)}
        self.grads = {}

    def forward(self, x, h, c):
        self.x, self.h, self.c = x, h, c
        z = x @ self.params["W"] + h @ self.params["U"]
        i, f, g, o = np.split(z, 4, axis=1)
        self.i, self.f, self.o = sigmoid(i), sigmoid(f), sigmoid(o)
        self.g = np.tanh(g)
        new = self.f * c + self.i * self.g
        self.t = np.tanh(new)
        return self.o * self.t, new

    def slope(self, gate):
        return gate * (1 - gate)

    def forget(self, dc):
        return dc * self.c * self.slope(self.f)

    def backward(self, dh, dc):
        dc = dc + dh * self.o * (1 - self.t**2)
        di = dc * self.g * self.slope(self.i)
        dg = dc * self.i * (1 - self.g**2)
        do = dh * self.t * self.slope(self.o)
        dz = np.concatenate([di, self.forget(dc), dg, do], axis=1)
        self.grads["W"], self.grads["U"] = self.x.T @ dz, self.h.T @ dz
        return dz @ self.params["W"].T, dz @ self.params["U"].T, dc * self.f


class LstmCellStateUpstreamUnheard(LstmCell):
    def backward(self, dh, dc):
        return super().backward(dh, np.zeros_like(dc))


class LstmCellForgetGateHalfDerived(LstmCell):
    def forget(self, dc):
        return dc * self.c * self.f


class GruCell:
    def __init__(self, d=3, m=5):
        gates = ("z", "r", "n")
        self.params = {"W" + k: _weights(d, m) for k in gates}
        self.params |= {"U" + k: _weights(m, m) for k in gates}
        self.grads = {}

    def forward(self, x, h):
        p = self.params
        self.x, self.h = x, h
        self.z = sigmoid(x @ p["Wz"] + h @ p["Uz"])
        self.r = sigmoid(x @ p["Wr"] + h @ p["Ur"])
        self.n = np.tanh(x @ p["Wn"] + (self.r * h) @ p["Un"])
        return (1 - self.z) * self.n + self.z * h

    def gate(self, dout):
        return dout * (self.h - self.n) * self.z * (1 - self.z)

    def past(self, dout, dz, dr, drh):
        p = self.params
        return dout * self.z + dz @ p["Uz"].T + dr @ p["Ur"].T + drh * self.r

    def backward(self, dout):
        p = self.params
        dz = self.gate(dout)
        dn = dout * (1 - self.z) * (1 - self.n**2)
        drh = dn @ p["Un"].T
        dr = drh * self.h * self.r * (1 - self.r)
        for name, d, past in (("z", dz, self.h), ("r", dr, self.h), ("n", dn, self.r * self.h)):
            self.grads["W" + name] = self.x.T @ d
            self.grads["U" + name] = past.T @ d
        dx = dz @ p["Wz"].T + dr @ p["Wr"].T + dn @ p["Wn"].T
        return dx, self.past(dout, dz, dr, drh)


class GruCellUpdateGateTurned(GruCell):
    def gate(self, dout):
        return dout * (self.n - self.h) * self.z * (1 - self.z)


class GruCellStateWithoutCandidatePath(GruCell):
    def past(self, dout, dz, dr, drh):
        p = self.params
        return dout * self.z + dz @ p["Uz"].T + dr @ p["Ur"].T
