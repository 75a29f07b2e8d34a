"""Attention and recurrences."""

import numpy as np


def _weights(*shape):
    return np.random.default_rng(13).normal(0.0, 0.6, shape)


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


def softmax(z, axis):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


class CausalAttention:
    """Steps look at themselves and at what was before."""

    def forward(self, q, k, v):
        self.q, self.k, self.v = q, k, v
        self.root = float(np.sqrt(q.shape[2]))
        scores = q @ k.swapaxes(1, 2) / self.root
        past = np.tril(np.ones(scores.shape[1:], dtype=bool))
        self.a = softmax(np.where(past, scores, -np.inf), 2)
        return self.a @ v

    def scores(self, dout):
        da = dout @ self.v.swapaxes(1, 2)
        return self.a * (da - (da * self.a).sum(axis=2, keepdims=True)) / self.root

    def backward(self, dout):
        ds = self.scores(dout)
        dv = self.a.swapaxes(1, 2) @ dout
        return ds @ self.k, ds.swapaxes(1, 2) @ self.q, dv


class CausalAttentionKeysUnturned(CausalAttention):
    def backward(self, dout):
        dq, _, dv = super().backward(dout)
        return dq, self.scores(dout) @ self.q, dv


class CausalAttentionRootTwice(CausalAttention):
    def scores(self, dout):
        return super().scores(dout) / self.root


class CausalAttentionValuesByRows(CausalAttention):
    def backward(self, dout):
        dq, dk, _ = super().backward(dout)
        return dq, dk, self.a @ dout


class AttentionPool:
    """Mean of the steps with learned attention."""

    def __init__(self, d=3):
        self.params = {"w": _weights(d)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        self.a = softmax(x @ self.params["w"], 1)
        return (self.a[:, :, None] * x).sum(axis=1)

    def scores(self, dout):
        da = np.einsum("ntd,nd->nt", self.x, dout)
        return self.a * (da - (da * self.a).sum(axis=1, keepdims=True))

    def backward(self, dout):
        ds = self.scores(dout)
        self.grads["w"] = np.einsum("nt,ntd->d", ds, self.x)
        return ds[:, :, None] * self.params["w"] + self.a[:, :, None] * dout[:, None, :]


class AttentionPoolScoresOnly(AttentionPool):
    def backward(self, dout):
        super().backward(dout)
        return self.scores(dout)[:, :, None] * self.params["w"]


class AttentionPoolEachWeightAlone(AttentionPool):
    def scores(self, dout):
        da = np.einsum("ntd,nd->nt", self.x, dout)
        return self.a * (1 - self.a) * da


class Leaky:
    """y[t] = a y[t-1] + (1 - a) x[t] with a learned `a` for each feature."""

    def __init__(self, d=3):
        self.params = {"a": np.full(d, 0.5)}
        self.grads = {}

    def forward(self, x):
        a = self.params["a"]
        self.x, self.y = x, np.zeros((len(x), x.shape[1] + 1, x.shape[2]), dtype=x.dtype)
        for t in range(x.shape[1]):
            self.y[:, t + 1] = a * self.y[:, t] + (1 - a) * x[:, t]
        return self.y[:, 1:].copy()

    def carry(self, dy):
        return self.params["a"] * dy

    def slope(self, t):
        return self.y[:, t] - self.x[:, t]

    def backward(self, dout):
        a, dx = self.params["a"], np.empty_like(self.x)
        carried, da = np.zeros_like(dout[:, 0]), np.zeros_like(a)
        for t in reversed(range(dout.shape[1])):
            dy = dout[:, t] + carried
            dx[:, t] = (1 - a) * dy
            da += (dy * self.slope(t)).sum(axis=0)
            carried = self.carry(dy)
        self.grads["a"] = da
        return dx


class LeakyForgetsTheFuture(Leaky):
    def carry(self, dy):
        return np.zeros_like(dy)


class LeakyHearsTheStateOnly(Leaky):
    def slope(self, t):
        return self.y[:, t]


class LeakyStateOneStepLate(Leaky):
    def slope(self, t):
        return self.y[:, t + 1] - self.x[:, t]


class GatedUnit:
    """Minimal gated unit: one gate forgets and lets in."""

    def __init__(self, d=3, m=5):
        self.params = {
            "Wf": _weights(d, m),
            "Uf": _weights(m, m),
            "Wn": _weights(d, m),
            "Un": _weights(m, m),
        }
        self.grads = {}

    def forward(self, x, h):
        p = self.params
        self.x, self.h = x, h
        self.f = sigmoid(x @ p["Wf"] + h @ p["Uf"])
        self.n = np.tanh(x @ p["Wn"] + (self.f * h) @ p["Un"])
        return (1 - self.f) * h + self.f * self.n

    def slope(self, f):
        return f * (1 - f)

    def gate(self, dout, dheld):
        return dout * (self.n - self.h) + dheld * self.h

    def state(self, dout, dheld, df):
        return dout * (1 - self.f) + dheld * self.f + df @ self.params["Uf"].T

    def backward(self, dout):
        p = self.params
        dn = dout * self.f * (1 - self.n**2)
        dheld = dn @ p["Un"].T
        df = self.gate(dout, dheld) * self.slope(self.f)
        self.grads = {
            "Wf": self.x.T @ df,
            "Uf": self.h.T @ df,
            "Wn": self.x.T @ dn,
            "Un": (self.f * self.h).T @ dn,
        }
        return df @ p["Wf"].T + dn @ p["Wn"].T, self.state(dout, dheld, df)


class GatedUnitSigmoidAgain(GatedUnit):
    def slope(self, f):
        return sigmoid(f) * (1 - sigmoid(f))


class GatedUnitGateHearsTheMixOnly(GatedUnit):
    def gate(self, dout, dheld):
        return dout * (self.n - self.h)


class GatedUnitStateWithoutTheGate(GatedUnit):
    def state(self, dout, dheld, df):
        return dout * (1 - self.f) + dheld * self.f


class GatedUnitCandidateUnderived(GatedUnit):
    def backward(self, dout):
        dx, dh = super().backward(dout)
        self.grads["Wn"] = self.x.T @ (dout * self.f)
        return dx, dh


class Unrolled:
    """A recurrence over the steps that answers with its last state."""

    def __init__(self, d=3, m=5):
        self.params = {"W": _weights(d, m), "U": _weights(m, m)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        self.h = [np.zeros((len(x), len(self.params["U"])), dtype=x.dtype)]
        for t in range(x.shape[1]):
            z = x[:, t] @ self.params["W"] + self.h[-1] @ self.params["U"]
            self.h.append(np.tanh(z))
        return self.h[-1].copy()

    def before(self, t):
        return self.h[t]

    def collect(self, name, part):
        self.grads[name] = self.grads[name] + part

    def backward(self, dout):
        self.grads = {k: np.zeros_like(v) for k, v in self.params.items()}
        dx, dh = np.zeros_like(self.x), dout
        for t in reversed(range(self.x.shape[1])):
            dz = dh * (1 - self.h[t + 1] ** 2)
            self.collect("W", self.x[:, t].T @ dz)
            self.collect("U", self.before(t).T @ dz)
            dx[:, t] = dz @ self.params["W"].T
            dh = self.back(dz)
        return dx

    def back(self, dz):
        return dz @ self.params["U"].T


class UnrolledByUnturnedWeights(Unrolled):
    def back(self, dz):
        return dz @ self.params["U"]


class UnrolledLastStepAssigned(Unrolled):
    def collect(self, name, part):
        self.grads[name] = part if name == "U" else self.grads[name] + part


class UnrolledTruncated(Unrolled):
    def back(self, dz):
        return np.clip(dz @ self.params["U"].T, -0.1, 0.1)


class UnrolledStateAfterTheStep(Unrolled):
    def before(self, t):
        return self.h[t + 1]
