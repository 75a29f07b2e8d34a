"""Affine layers and small networks of them."""

import numpy as np

from tests.zoo.second_half.styles import Attributes
from tests.zoo.third_set.styles import Listed, Named, closure


def _weights(*shape):
    return np.random.default_rng(17).normal(0.0, 0.6, shape)


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class TimeAffine(Attributes):
    """One affine map for all steps of a sequence."""

    own = ("W", "b")

    def __init__(self, d=3, m=5):
        self.W, self.b = _weights(d, m), np.zeros(m)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def back(self):
        return self.W.T

    def backward(self, dout):
        self.dW = np.einsum("ntd,ntm->dm", self.x, dout)
        self.db = dout.sum(axis=(0, 1))
        return dout @ self.back()


class TimeAffineBiasForEachStep(TimeAffine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.db = dout.sum(axis=0)
        return dx


class TimeAffineWeightsOfLastStep(TimeAffine):
    def backward(self, dout):
        dx = super().backward(dout)
        for t in range(dout.shape[1]):
            self.dW = self.x[:, t].T @ dout[:, t]
        return dx


class TimeAffineBiasAveragesSteps(TimeAffine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.db = dout.mean(axis=1).sum(axis=0)
        return dx


class TimeAffineWeightsUnturned(TimeAffine):
    def back(self):
        return self.W


class TwoLayer(Attributes):
    """tanh between two affine maps."""

    own = ("W1", "b1", "W2", "b2")
    rate = 0.2

    def __init__(self, d=5, h=7, m=3):
        self.W1, self.b1 = _weights(d, h), np.zeros(h)
        self.W2, self.b2 = _weights(h, m), np.zeros(m)

    def forward(self, x):
        self.x, self.h = x, np.tanh(x @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2

    def slope(self):
        return 1 - self.h**2

    def lower(self, dz):
        return self.x.T @ dz

    def upper(self, dout):
        self.dW2, self.db2 = self.h.T @ dout, dout.sum(axis=0)

    def backward(self, dout):
        self.upper(dout)
        dz = dout @ self.W2.T * self.slope()
        self.dW1, self.db1 = self.lower(dz), dz.sum(axis=0)
        return dz @ self.W1.T


class TwoLayerUpperStepsFirst(TwoLayer):
    def upper(self, dout):
        super().upper(dout)
        self.W2 = self.W2 - self.rate * self.dW2


class TwoLayerSlopeOfTheHidden(TwoLayer):
    def slope(self):
        return 1 - np.tanh(self.h) ** 2


class TwoLayerLowerDividesByBatch(TwoLayer):
    def lower(self, dz):
        return super().lower(dz) / len(dz)


class TwoLayerUpperBiasUnanswered(TwoLayer):
    def upper(self, dout):
        self.dW2 = self.h.T @ dout


class TwoLayerShortensLongDeltas(TwoLayer):
    def backward(self, dout):
        return super().backward(dout / np.maximum(1, np.sqrt(np.sum(dout**2))))


class WeightNorm(Named):
    """Weights as directions, one for each output, with gains."""

    def __init__(self, d=5, m=3):
        super().__init__(g=np.ones(m), v=_weights(m, d))

    def forward(self, x):
        v = self.params["v"]
        self.length = np.sqrt((v**2).sum(axis=1, keepdims=True))
        self.x, self.hat = x, v / self.length
        return x @ self.hat.T * self.params["g"]

    def gain(self, dw):
        return (dw * self.hat).sum(axis=1)

    def direction(self, dw):
        return dw - self.hat * (dw * self.hat).sum(axis=1, keepdims=True)

    def backward_pass(self, dout):
        dw, g = dout.T @ self.x, self.params["g"]
        dv = self.direction(dw) * g[:, None] / self.length
        return {"dx": dout * g @ self.hat, "dg": self.gain(dw), "dv": dv}


class WeightNormGainsByTheWeights(WeightNorm):
    def gain(self, dw):
        return (dw * self.params["v"]).sum(axis=1)


class WeightNormProjectionAdded(WeightNorm):
    def direction(self, dw):
        return dw + self.hat * (dw * self.hat).sum(axis=1, keepdims=True)


class SpectralScale(Named):
    """Weights over an estimate of their largest stretch, u W v with fixed u and v."""

    def __init__(self, d=5, m=3):
        super().__init__(W=_weights(d, m))
        self.u, self.v = (np.full(k, 1 / np.sqrt(k)) for k in (d, m))

    def forward(self, x):
        self.x, self.u, self.v = x, self.u.astype(x.dtype), self.v.astype(x.dtype)
        self.stretch = 1.5 + np.tanh(self.u @ self.params["W"] @ self.v)
        self.scaled = self.params["W"] / self.stretch
        return x @ self.scaled

    def through_stretch(self, dscaled):
        slope = 1 - (self.stretch - 1.5) ** 2
        share = np.sum(dscaled * self.scaled) / self.stretch
        return slope * share * np.outer(self.u, self.v)

    def backward_pass(self, dout):
        dscaled = self.x.T @ dout
        dw = dscaled / self.stretch - self.through_stretch(dscaled)
        return {"dx": dout @ self.scaled.T, "dW": dw}


class SpectralScaleHeldFixed(SpectralScale):
    def through_stretch(self, dscaled):
        return 0


class Experts(Listed):
    """Linear experts, mixed by a gate that looks at the input."""

    names = ("Wg", "We")

    def __init__(self, d=5, e=3, m=2):
        self.weights = [_weights(d, e), _weights(e, d, m)]
        self.gradients = [None, None]

    def forward(self, x):
        gate, experts = self.weights
        self.x, self.g = x, softmax(x @ gate)
        self.each = np.einsum("nd,edm->nem", x, experts)
        return np.einsum("ne,nem->nm", self.g, self.each)

    def scores(self, dout):
        dg = np.einsum("nm,nem->ne", dout, self.each)
        return self.g * (dg - (dg * self.g).sum(axis=1, keepdims=True))

    def load(self):
        return self.g

    def from_gate(self, ds):
        return ds @ self.weights[0].T

    def backward(self, dout):
        ds = self.scores(dout)
        self.gradients = [
            self.x.T @ ds,
            np.einsum("ne,nd,nm->edm", self.load(), self.x, dout),
        ]
        direct = np.einsum("ne,nm,edm->nd", self.g, dout, self.weights[1])
        return direct + self.from_gate(ds)


class ExpertsGatesEachAlone(Experts):
    def scores(self, dout):
        dg = np.einsum("nm,nem->ne", dout, self.each)
        return self.g * (1 - self.g) * dg


class ExpertsInputThroughExpertsOnly(Experts):
    def from_gate(self, ds):
        return 0


class ExpertsLoadOfTheNext(Experts):
    def load(self):
        return np.roll(self.g, -1, axis=1)


class Cross(Attributes):
    """x (x w) + b + x: features crossed, with a skip."""

    own = ("w", "b")

    def __init__(self, d=5):
        self.w, self.b = _weights(d), np.zeros(d)

    def forward(self, x):
        self.x, self.s = x, (x @ self.w)[:, None]
        return x * self.s + self.b + x

    def skip(self, dout):
        return dout

    def through_scalar(self, ds):
        return ds * self.w

    def backward(self, dout):
        ds = (dout * self.x).sum(axis=1, keepdims=True)
        self.dw, self.db = (ds * self.x).sum(axis=0), dout.sum(axis=0)
        return dout * self.s + self.skip(dout) + self.through_scalar(ds)


class CrossSkipTwice(Cross):
    def skip(self, dout):
        return 2 * dout


class CrossScalarTakesNoPart(Cross):
    def through_scalar(self, ds):
        return 0


class Siamese(Attributes):
    """Two inputs under the same weights, compared by their product."""

    own = ("W",)

    def __init__(self, d=5, m=3):
        self.W = _weights(d, m)

    def forward(self, a, b):
        self.a, self.b = a, b
        self.p, self.q = a @ self.W, b @ self.W
        return (self.p * self.q).sum(axis=1)

    def collect(self, first, second):
        return first + second

    def backward(self, dout):
        u = dout[:, None]
        self.dW = self.collect(self.a.T @ (u * self.q), self.b.T @ (u * self.p))
        return u * self.q @ self.W.T, u * self.p @ self.W.T


class SiameseSecondTowerUnheard(Siamese):
    def collect(self, first, second):
        return first


class SiameseFirstTowerTwice(Siamese):
    def collect(self, first, second):
        total = first
        for part in (first, second):
            total = total + part
        return total


def drop_connect(x, w, keep):
    """Weights that a given mask leaves out count for nothing."""

    def pull(dout):
        return dout @ np.where(keep, w, 0).T, np.where(keep, x.T @ dout, 0)

    return x @ np.where(keep, w, 0), pull


def drop_connect_without_mask(x, w, keep):
    def pull(dout):
        return dout @ np.where(keep, w, 0).T, x.T @ dout

    return drop_connect(x, w, keep)[0], pull


DropConnect = closure("DropConnect", drop_connect)
DropConnectWithoutItsMask = closure("DropConnectWithoutItsMask", drop_connect_without_mask)
