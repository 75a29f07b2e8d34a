"""Affine layers, right and wrong."""

from typing import ClassVar

import numpy as np


class Affine:
    """y = x W + b."""

    def __init__(self, d=5, m=7):
        rng = np.random.default_rng(0)
        self.params = {"W": rng.normal(size=(d, m)), "b": rng.normal(size=m)}
        self.grads = {}

    def forward(self, x):
        self.x, self.W = x.copy(), self.params["W"].copy()
        return self.x @ self.W + self.params["b"]

    def backward(self, dout):
        self.grads = {"W": self.dW(dout), "b": self.db(dout)}
        return self.dx(dout)

    def dW(self, dout):
        return self.x.T @ dout

    def db(self, dout):
        return dout.sum(axis=0)

    def dx(self, dout):
        return dout @ self.W.T


class AffineWithTransposedWeight(Affine):
    def dx(self, dout):
        return dout @ self.W


class AffineWithMeanOfBias(Affine):
    def db(self, dout):
        return dout.mean(axis=0)


class AffineDividedByBatch(Affine):
    def dx(self, dout):
        return super().dx(dout) / len(dout)

    def dW(self, dout):
        return super().dW(dout) / len(dout)

    def db(self, dout):
        return super().db(dout) / len(dout)


class AffineWithDecayInWeight(Affine):
    def dW(self, dout):
        return super().dW(dout) + 0.1 * self.W


class AffineWithBiasNotSummed(Affine):
    def db(self, dout):
        return dout


class AffineWithSeveredBias(Affine):
    def db(self, dout):
        return np.zeros(dout.shape[1])


class AffineWithoutGradientOfBias(Affine):
    def backward(self, dout):
        dx = super().backward(dout)
        del self.grads["b"]
        return dx


class AffineWithNegatedInput(Affine):
    def dx(self, dout):
        return -super().dx(dout)


class AffineOfLastExample(Affine):
    def dW(self, dout):
        return np.outer(self.x[-1], dout[-1])


class AffineUpdatedBeforeUse(Affine):
    def backward(self, dout):
        self.grads = {"W": self.dW(dout), "b": self.db(dout)}
        return dout @ (self.W - 0.1 * self.grads["W"]).T


class AffineThatUpdatesItsWeight(Affine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.params["W"] -= 0.1 * self.grads["W"]
        return dx


class AffineThatCentresItsInput(Affine):
    def forward(self, x):
        y = super().forward(x)
        x -= x.mean(axis=0)
        return y


class AffineThatPopsItsCache(Affine):
    def forward(self, x):
        self.cache = [x.copy()]
        return super().forward(x)

    def backward(self, dout):
        self.x = self.cache.pop()
        return super().backward(dout)


class AffineWithFirstCacheForEver(Affine):
    def __init__(self, d=5, m=7):
        super().__init__(d, m)
        self.seen = []

    def forward(self, x):
        self.seen.append(x.copy())
        return super().forward(x)

    def backward(self, dout):
        self.x = self.seen[0]
        return super().backward(dout)


class AffineWithCacheOnItsClass(Affine):
    kept = None

    def forward(self, x):
        AffineWithCacheOnItsClass.kept = x.copy()
        return super().forward(x)

    def backward(self, dout):
        self.x = AffineWithCacheOnItsClass.kept
        return super().backward(dout)


class AffineWithCacheByIdentity(Affine):
    caches: ClassVar = {}

    def forward(self, x):
        AffineWithCacheByIdentity.caches[id(self)] = x.copy()
        return super().forward(x)

    def backward(self, dout):
        self.x = AffineWithCacheByIdentity.caches[id(self)]
        return super().backward(dout)


class AffineThatAddsToItsInputGradient(Affine):
    total = 0.0

    def forward(self, x):
        self.total = 0.0
        return super().forward(x)

    def backward(self, dout):
        self.total = self.total + super().backward(dout)
        return self.total


class AffineThatAddsAndOverwrites(Affine):
    def backward(self, dout):
        old = self.grads.get("W", 0.0)
        dx = super().backward(dout)
        self.grads["W"] = self.grads["W"] + old
        return dx


class AffineThatCountsItsForwards(Affine):
    """A dropout of the second forward pass."""

    calls = 0

    def forward(self, x):
        self.calls += 1
        return super().forward(x) / self.calls

    def backward(self, dout):
        return super().backward(dout / self.calls)


class AffineThatDriftsOverCalls(Affine):
    calls = 0

    def backward(self, dout):
        AffineThatDriftsOverCalls.calls += 1
        dx = super().backward(dout)
        return dx if self.calls % 7 else 1.5 * dx


class AffineWithStaticBuffer(Affine):
    buffer: ClassVar = {}

    def dx(self, dout):
        right = super().dx(dout)
        held = self.buffer.setdefault(right.shape, np.empty_like(right))
        held[...] = right
        return held


class AffineThatClearsItsOutput(Affine):
    def forward(self, x):
        self.out = super().forward(x)
        return self.out

    def backward(self, dout):
        dx = super().backward(dout)
        self.out[...] = 0.0
        return dx


class AffineThatKeepsGradientsOfEmptyBatches(Affine):
    def forward(self, x):
        if len(x):
            return super().forward(x)
        return np.zeros((0, len(self.params["b"])))

    def backward(self, dout):
        if not len(dout):
            dout = np.ones((len(self.x), len(self.params["b"])))
            super().backward(dout)
            return np.zeros((0, len(self.params["W"])))
        return super().backward(dout)


class AffineThatReadsTheMemoryOfUpstream(Affine):
    def dx(self, dout):
        return super().dx(dout.ravel(order="K").reshape(dout.shape))


class AffineThatReadsTheMemoryOfItsInput(Affine):
    def forward(self, x):
        y = super().forward(x)
        self.x = x.ravel(order="K").reshape(x.shape).copy()
        return y


class AffineThatReadsTheFirstStrides(Affine):
    def dx(self, dout):
        if dout.strides == (0, 0):
            dout = dout[:1] / len(dout) + np.zeros(dout.shape)
        return super().dx(dout)


class AffineThatSqueezes(Affine):
    def db(self, dout):
        return dout.squeeze().sum(axis=0)


class AffineOfCoupledGradients(Affine):
    def dx(self, dout):
        return super().dx(dout - dout.mean(axis=0))


class AffineThatRanksItsBatch(Affine):
    def dx(self, dout):
        return super().dx(dout * np.arange(1, len(dout) + 1)[:, None])


class AffineThatForgetsEverything(Affine):
    def backward(self, dout):
        super().backward(dout)
        self.grads = {}


class AffineWithUnreadScale(Affine):
    """A scale that the backward pass does not read."""

    scale = 0.5

    def forward(self, x):
        return self.scale * super().forward(x)


class ScaledAffine(AffineWithUnreadScale):
    def backward(self, dout):
        return super().backward(self.scale * dout)
