"""Normalisations, gates over channels, and dropouts."""

import numpy as np

from tests.zoo.third_set.styles import Listed, Named, Parameter, Parametric


def _weights(*shape):
    return np.random.default_rng(37).normal(0.0, 0.6, shape)


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


class BatchNorm(Parametric):
    """Statistics of the batch in training, stored ones in evaluation."""

    eps = 1e-5

    def __init__(self, d=5, *, training=True):
        self.gamma, self.beta = Parameter(np.ones(d)), Parameter(np.zeros(d))
        self.stored = np.linspace(-0.5, 0.5, d), np.linspace(0.5, 2.0, d)
        self.training = training

    def forward(self, x):
        mean, var = (np.asarray(s).astype(x.dtype) for s in self.stored)
        if self.training:
            mean, var = x.mean(axis=0), x.var(axis=0)
        self.std = np.sqrt(var + self.eps)
        self.hat = (x - mean) / self.std
        return self.gamma.value * self.hat + self.beta.value

    def gain(self):
        return self.gamma.value

    def inner(self, dhat):
        if not self.training:
            return dhat / self.std
        return self.through_batch(dhat)

    def through_batch(self, dhat):
        along = self.hat * (dhat * self.hat).mean(axis=0)
        return (dhat - dhat.mean(axis=0) - along) / self.std

    def backward(self, dout):
        self.gamma.grad, self.beta.grad = (dout * self.hat).sum(axis=0), dout.sum(axis=0)
        return self.inner(dout * self.gain())


class BatchNormAlwaysOfTheBatch(BatchNorm):
    def inner(self, dhat):
        return self.through_batch(dhat)


class BatchNormAlwaysOfTheStored(BatchNorm):
    def inner(self, dhat):
        return dhat / self.std


class BatchNormGainOfTheNext(BatchNorm):
    def gain(self):
        return np.roll(self.gamma.value, -1)


class BatchNormDeviationHeldFixed(BatchNorm):
    def through_batch(self, dhat):
        return (dhat - dhat.mean(axis=0)) / self.std


class ImageLayerNorm:
    """Every image over all its channels and pixels."""

    eps, axes = 1e-3, (1, 2, 3)

    def forward(self, x):
        centred = x - x.mean(axis=self.axes, keepdims=True)
        self.std = np.sqrt((centred**2).mean(axis=self.axes, keepdims=True) + self.eps)
        self.hat = centred / self.std
        return self.hat.copy()

    def size(self, dout):
        return int(np.prod(dout.shape[1:]))

    def mean(self, dout):
        return dout.sum(axis=self.axes, keepdims=True) / self.size(dout)

    def backward(self, dout):
        along = (dout * self.hat).sum(axis=self.axes, keepdims=True) / self.size(dout)
        return (dout - self.mean(dout) - self.hat * along) / self.std


class ImageLayerNormSizeOfARow(ImageLayerNorm):
    def size(self, dout):
        return dout.shape[-1]


class ImageLayerNormMeanHeldFixed(ImageLayerNorm):
    def mean(self, dout):
        return 0


class RmsNorm(Listed):
    names = ("gain",)
    eps = 1e-2

    def __init__(self, d=5):
        self.weights, self.gradients = [np.ones(d)], [None]

    def forward(self, x):
        self.x = x
        self.rms = np.sqrt((x**2).mean(axis=1, keepdims=True) + self.eps)
        self.hat = x / self.rms
        return self.weights[0] * self.hat

    def inner(self, dhat):
        return dhat - self.hat * (dhat * self.hat).mean(axis=1, keepdims=True)

    def normed(self):
        return self.hat

    def backward(self, dout):
        self.gradients = [(dout * self.normed()).sum(axis=0)]
        return self.inner(dout * self.weights[0]) / self.rms


class RmsNormBackOfLayerNorm(RmsNorm):
    def inner(self, dhat):
        return super().inner(dhat) - dhat.mean(axis=1, keepdims=True)


class RmsNormRootHeldFixed(RmsNorm):
    def inner(self, dhat):
        return dhat


class RmsNormGainBeforeNorm(RmsNorm):
    def normed(self):
        return self.x


class LocalNorm:
    """Every channel over itself and its two neighbours' squares."""

    def forward(self, x):
        c = x.shape[1]
        self.near = (np.abs(np.arange(c)[:, None] - np.arange(c)) <= 1).astype(x.dtype)
        self.x = x
        self.size = 1 + np.einsum("cd,ndt->nct", self.near, x**2)
        return x / np.sqrt(self.size)

    def reach(self):
        return self.near

    def backward(self, dout):
        through = dout * self.x / np.sqrt(self.size) ** 3
        direct = dout / np.sqrt(self.size)
        return direct - self.x * np.einsum("cd,nct->ndt", self.reach(), through)


class LocalNormNeighboursHeldFixed(LocalNorm):
    def reach(self):
        return np.eye(len(self.near), dtype=self.near.dtype)


class UnitRange:
    """Every row stretched to lie between zero and one."""

    eps = 0.1

    def forward(self, x):
        self.rows = np.arange(len(x))
        self.top, self.bottom = x.argmax(axis=1), x.argmin(axis=1)
        low = x.min(axis=1, keepdims=True)
        self.span = x.max(axis=1, keepdims=True) - low + self.eps
        self.y = (x - low) / self.span
        return self.y.copy()

    def backward(self, dout):
        dx = dout / self.span
        spread = (dout * self.y).sum(axis=1) / self.span[:, 0]
        dx[self.rows, self.top] -= spread
        dx[self.rows, self.bottom] += spread - (dout / self.span).sum(axis=1)
        return dx


class UnitRangeBoundsHeldFixed(UnitRange):
    def backward(self, dout):
        return dout / self.span


class MaskedMean:
    """Mean of each feature over the rows where a mask keeps it; 0 where there are none."""

    def forward(self, x, keep):
        self.keep, self.count = keep, keep.sum(axis=0).astype(x.dtype)
        return np.where(keep, x, 0).sum(axis=0) / np.maximum(self.count, 1)

    def backward(self, dout):
        return np.where(self.keep, dout / np.maximum(self.count, 1), 0)


class MaskedMeanOfNothing(MaskedMean):
    def backward(self, dout):
        return self.keep * (dout / self.count)


class SqueezeExcite(Named):
    """Channels of an image, each times a gate that looks at all their means."""

    def __init__(self, c=3, m=2):
        super().__init__(W1=_weights(c, m), W2=_weights(m, c))

    def forward(self, x):
        self.x, self.mean = x, x.mean(axis=(2, 3))
        self.h = np.tanh(self.mean @ self.params["W1"])
        self.s = sigmoid(self.h @ self.params["W2"])
        return x * self.s[:, :, None, None]

    def slope(self):
        return self.s * (1 - self.s)

    def spread(self, dmean):
        h, w = self.x.shape[2:]
        return dmean[:, :, None, None] / (h * w)

    def backward_pass(self, dout):
        dz = (dout * self.x).sum(axis=(2, 3)) * self.slope()
        dh = dz @ self.params["W2"].T * (1 - self.h**2)
        dx = dout * self.s[:, :, None, None] + self.spread(dh @ self.params["W1"].T)
        return {"dx": dx, "dW1": self.mean.T @ dh, "dW2": self.h.T @ dz}


class SqueezeExciteSpreadsBySide(SqueezeExcite):
    def spread(self, dmean):
        return dmean[:, :, None, None] / self.x.shape[2]


class SqueezeExciteSlopeMissing(SqueezeExcite):
    def slope(self):
        return 1


class NoiseDropout:
    """Every entry times a random factor about one."""

    sigma = 0.5

    def __init__(self):
        self.rng = np.random.default_rng(5)

    def forward(self, x):
        self.factor = (1 + self.sigma * self.rng.normal(0.0, 1.0, x.shape)).astype(x.dtype)
        return x * self.factor

    def backward(self, dout):
        return dout * self.factor


class NoiseDropoutWithoutNoise(NoiseDropout):
    def backward(self, dout):
        return dout.copy()


class WordDropout:
    """Whole steps of a sequence are left out, the others count for more."""

    p = 0.4

    def __init__(self):
        self.rng = np.random.default_rng(6)

    def forward(self, x):
        self.keep = self.rng.uniform(size=(*x.shape[:2], 1)) >= self.p
        return np.where(self.keep, x, 0) / (1 - self.p)

    def backward(self, dout):
        return np.where(self.keep, dout, 0) / (1 - self.p)


class WordDropoutHearsTheDropped(WordDropout):
    def backward(self, dout):
        return np.where(self.keep, 0, dout) / (1 - self.p)


class WordDropoutKeepsItToItself(WordDropout):
    def backward(self, dout):
        self.dx = np.where(self.keep, dout, 0) / (1 - self.p)


class WordDropoutScalesUpstream(WordDropout):
    def backward(self, dout):
        dout *= 1 / (1 - self.p)
        return np.where(self.keep, dout, 0)
