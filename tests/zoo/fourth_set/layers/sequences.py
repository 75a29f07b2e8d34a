"""Normalisations, layers with modes, attentions and recurrences."""

import numpy as np

from tests.zoo.fourth_set.styles import Tracked
from tests.zoo.second_half.styles import Attributes
from tests.zoo.third_set.styles import Listed, Named, Parameter, Parametric


def _weights(*shape):
    return np.random.default_rng(53).normal(0.0, 0.6, shape)


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


class InstanceNorm(Attributes):
    """Every channel of every example over its own places."""

    own = ("gamma", "beta")
    eps = 1e-2

    def __init__(self, c=3):
        self.gamma, self.beta = np.ones(c), np.zeros(c)

    def forward(self, x):
        centred = x - x.mean(axis=2, keepdims=True)
        self.std = np.sqrt((centred**2).mean(axis=2, keepdims=True) + self.eps)
        self.hat = centred / self.std
        return self.gamma[:, None] * self.hat + self.beta[:, None]

    def mean(self, terms):
        return terms.mean(axis=2, keepdims=True)

    def along(self, dhat):
        return self.hat * self.mean(dhat * self.hat)

    def backward(self, dout):
        self.dgamma = (dout * self.hat).sum(axis=(0, 2))
        self.dbeta = dout.sum(axis=(0, 2))
        dhat = dout * self.gamma[:, None]
        return (dhat - self.mean(dhat) - self.along(dhat)) / self.std


class InstanceNormSpreadHeldFixed(InstanceNorm):
    def along(self, dhat):
        return 0


class InstanceNormMeansOverTheBatch(InstanceNorm):
    def mean(self, terms):
        return terms.mean(axis=(0, 2), keepdims=True)


class InstanceNormSpreadOfOneLess(InstanceNorm):
    def along(self, dhat):
        size = dhat.shape[2]
        return super().along(dhat) * size / (size - 1)


class StandardWeights(Named):
    """x W with every column of W standardised."""

    eps = 1e-2

    def __init__(self, d=5, m=3):
        super().__init__(W=_weights(d, m))

    def forward(self, x):
        w = self.params["W"]
        self.x, centred = x, w - w.mean(axis=0)
        self.std = np.sqrt((centred**2).mean(axis=0) + self.eps)
        self.hat = centred / self.std
        return x @ self.hat

    def inner(self, dhat):
        return dhat - dhat.mean(axis=0) - self.hat * (dhat * self.hat).mean(axis=0)

    def backward_pass(self, dout):
        dw = self.inner(self.x.T @ dout) / self.std
        return {"dx": dout @ self.hat.T, "dW": dw}


class StandardWeightsStatisticsHeldFixed(StandardWeights):
    def inner(self, dhat):
        return dhat


class Centre:
    """x less the mean of its batch, or in evaluation less a stored one."""

    def __init__(self, *, training=True):
        self.training = training

    def forward(self, x):
        stored = np.linspace(-1, 1, x.shape[1]).astype(x.dtype)
        self.squared = x - (x.mean(axis=0) if self.training else stored)
        return self.squared**2

    def inner(self, dy):
        return dy - dy.mean(axis=0) if self.training else dy

    def backward(self, dout):
        return self.inner(2 * dout * self.squared)


class CentreAlwaysOfTheBatch(Centre):
    def inner(self, dy):
        return dy - dy.mean(axis=0)


class DropPath:
    """x and a branch, which is left out at random in training and weighted in evaluation."""

    p = 0.4

    def __init__(self, *, training=True):
        self.training, self.rng = training, np.random.default_rng(8)

    def forward(self, x):
        self.h, self.factor = np.tanh(x), np.full((len(x), 1), 1 - self.p, dtype=x.dtype)
        if self.training:
            self.factor = (self.rng.uniform(size=(len(x), 1)) >= self.p).astype(x.dtype)
        return x + self.factor * self.h

    def weight(self):
        return self.factor

    def backward(self, dout):
        return dout * (1 + self.weight() * (1 - self.h**2))


class DropPathOfEvaluation(DropPath):
    def weight(self):
        return 1 - self.p


class Film:
    """Channels times a gain plus a shift, both of the example."""

    def forward(self, x, g, b):
        self.x, self.g = x, g
        return x * g[:, :, None] + b[:, :, None]

    def grads(self, dout):
        return dout * self.g[:, :, None], (dout * self.x).sum(axis=2), dout.sum(axis=2)

    def backward(self, dout):
        return self.grads(dout)


class FilmShiftForEachPlace(Film):
    def backward(self, dout):
        dx, dg, _ = self.grads(dout)
        return dx, dg, dout.copy()


class FilmGainAndShiftExchanged(Film):
    def backward(self, dout):
        dx, dg, db = self.grads(dout)
        return dx, db, dg


class FilmOneBufferForAll(Film):
    def backward(self, dout):
        dx, dg, db = self.grads(dout)
        if not hasattr(self, "room") or self.room.shape != dx.shape:
            self.room = np.empty_like(dx)
        np.copyto(self.room, dx)
        return self.room, dg, db


class FilmScalesItsInput(Film):
    def forward(self, x, g, b):
        y = super().forward(x.copy(), g, b)
        x *= g[:, :, None]
        return y


class SharedKeys:
    """Attention of several heads to keys and values that they share."""

    def forward(self, q, k, v):
        self.q, self.k, self.v = q, k, v
        z = np.einsum("nhtd,nsd->nhts", q, k) / q.shape[3] ** 0.5
        e = np.exp(z - z.max(axis=3, keepdims=True))
        self.a = e / e.sum(axis=3, keepdims=True)
        return np.einsum("nhts,nsd->nhtd", self.a, v)

    def coupled(self, da):
        return (da * self.a).sum(axis=3, keepdims=True)

    def keys(self, dz):
        return np.einsum("nhts,nhtd->nhsd", dz, self.q).sum(axis=1)

    def backward(self, dout):
        da = np.einsum("nhtd,nsd->nhts", dout, self.v)
        dz = self.a * (da - self.coupled(da)) / self.q.shape[3] ** 0.5
        dq = np.einsum("nhts,nsd->nhtd", dz, self.k)
        return dq, self.keys(dz), np.einsum("nhts,nhtd->nsd", self.a, dout)


class SharedKeysForEachHead(SharedKeys):
    def keys(self, dz):
        return np.einsum("nhts,nhtd->nhsd", dz, self.q)


class SharedKeysOfTheLastHead(SharedKeys):
    def keys(self, dz):
        return np.einsum("nts,ntd->nsd", dz[:, -1], self.q[:, -1])


class SharedKeysSharesEachAlone(SharedKeys):
    def coupled(self, da):
        return 0


class SharedKeysForValues(SharedKeys):
    def backward(self, dout):
        dq, dk, dv = super().backward(dout)
        return dq, dv, dk


class RelativeBias(Parametric):
    """Attention to logits z and a learned bias of how far two steps are apart."""

    def __init__(self, t=3):
        self.bias = Parameter(_weights(2 * t - 1))

    def forward(self, z, v):
        t = z.shape[1]
        self.far = np.arange(t)[:, None] - np.arange(t) + t - 1
        logits = z + self.bias.value[self.far]
        e = np.exp(logits - logits.max(axis=2, keepdims=True))
        self.a, self.v = e / e.sum(axis=2, keepdims=True), v
        return self.a @ v

    def gather(self, dz):
        total = np.zeros(self.bias.value.shape, dtype=dz.dtype)
        np.add.at(total, self.far, dz.sum(axis=0))
        return total

    def backward(self, dout):
        da = dout @ self.v.transpose(0, 2, 1)
        dz = self.a * (da - (da * self.a).sum(axis=2, keepdims=True))
        self.bias.grad = self.gather(dz)
        return dz, self.a.transpose(0, 2, 1) @ dout


class RelativeBiasAssigns(RelativeBias):
    def gather(self, dz):
        total = np.zeros(self.bias.value.shape, dtype=dz.dtype)
        total[self.far] = dz.sum(axis=0)
        return total


class RelativeBiasOneStepOff(RelativeBias):
    def gather(self, dz):
        total = np.zeros(self.bias.value.shape, dtype=dz.dtype)
        np.add.at(total, self.far - 1, dz.sum(axis=0))
        return total


class MinimalGru(Listed):
    """h moves to a candidate of x as far as a gate of x and h lets it."""

    names = ("W", "G", "U")

    def __init__(self, d=3, m=4):
        self.weights = [_weights(d, m), _weights(d, m)[::-1].copy(), _weights(m, m)]
        self.gradients = [None, None, None]

    def forward(self, x):
        w, g, u = self.weights
        h = np.zeros((len(x), w.shape[1]), dtype=x.dtype)
        self.x, self.kept = x, []
        for t in range(x.shape[1]):
            c, z = np.tanh(x[:, t] @ w), sigmoid(x[:, t] @ g + h @ u)
            self.kept.append((h, c, z))
            h = (1 - z) * h + z * c
        return h

    def slope(self, z):
        return z * (1 - z)

    def carried(self, dh, z, da):
        return dh * (1 - z) + da @ self.weights[2].T

    def backward(self, dout):
        w, g, _ = self.weights
        dh, dx = dout, np.zeros_like(self.x)
        self.gradients = [np.zeros_like(value) for value in self.weights]
        for t in reversed(range(self.x.shape[1])):
            h, c, z = self.kept[t]
            dc, da = dh * z * (1 - c**2), dh * (c - h) * self.slope(z)
            dx[:, t] = dc @ w.T + da @ g.T
            self.add(self.x[:, t].T @ dc, self.x[:, t].T @ da, h.T @ da)
            dh = self.carried(dh, z, da)
        return dx

    def add(self, *parts):
        for total, part in zip(self.gradients, parts, strict=True):
            total += part


class MinimalGruGateOfTheGate(MinimalGru):
    def slope(self, z):
        return sigmoid(z) * (1 - sigmoid(z))


class MinimalGruWeightsOfOneStep(MinimalGru):
    def add(self, *parts):
        self.gradients = list(parts)


class MinimalGruGateCarriesNothing(MinimalGru):
    def carried(self, dh, z, da):
        return dh * (1 - z)


class MinimalGruPopsItsStates(MinimalGru):
    def backward(self, dout):
        dx = super().backward(dout)
        self.kept.clear()
        return dx


class MinimalGruShortensDeltas(MinimalGru):
    def carried(self, dh, z, da):
        return np.clip(super().carried(dh, z, da), -0.3, 0.3)


class TwoWayAverage(Tracked):
    """Running averages of a series, onward and backward, as two outputs."""

    def __init__(self):
        self.slots = {}

    def run(self, x):
        y = x.copy()
        for t in range(1, x.shape[1]):
            y[:, t] = 0.6 * y[:, t - 1] + 0.4 * x[:, t]
        return y

    def back(self, dy):
        carry, dx = np.zeros_like(dy[:, 0]), np.zeros_like(dy)
        for t in reversed(range(1, dy.shape[1])):
            carry = carry + dy[:, t]
            dx[:, t], carry = 0.4 * carry, 0.6 * carry
        dx[:, 0] = self.first(dy[:, 0], carry)
        return dx

    def first(self, own, carry):
        return own + carry

    def forward(self, x):
        return self.run(x), self.run(x[:, ::-1])[:, ::-1]

    def backward(self, onward, backward):
        return self.back(onward) + self.back(backward[:, ::-1])[:, ::-1]


class TwoWayAverageHearsOneWay(TwoWayAverage):
    def backward(self, onward, backward):
        return self.back(onward)


class TwoWayAverageInSingle(TwoWayAverage):
    def backward(self, onward, backward):
        dx = super().backward(onward, backward)
        return dx.astype(np.float32).astype(dx.dtype)


class TwoWayAverageSingleStepForgotten(TwoWayAverage):
    def back(self, dy):
        return super().back(dy) if dy.shape[1] > 1 else np.zeros_like(dy)
