"""Layers with options that backward forgets, and limits, masks and indices inside."""

import numpy as np


def _weights(*shape):
    return np.random.default_rng(17).normal(0.0, 0.6, shape)


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


def softmax(z, axis=-1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


class SharpSoftplus:
    def __init__(self, sharpness=1.0):
        self.sharpness = sharpness

    def forward(self, x):
        self.x = x
        return np.logaddexp(0, self.sharpness * x) / self.sharpness

    def backward(self, dout):
        return dout * sigmoid(self.sharpness * self.x)


class SharpSoftplusBlunt(SharpSoftplus):
    def backward(self, dout):
        return dout * sigmoid(self.x)


class Tempered:
    """A softmax with a temperature."""

    def __init__(self, tau=1.0):
        self.tau = tau

    def forward(self, x):
        self.p = softmax(x / self.tau)
        return self.p.copy()

    def backward(self, dout):
        p = self.p
        return p * (dout - (dout * p).sum(axis=-1, keepdims=True)) / self.tau


class TemperedUntempered(Tempered):
    def backward(self, dout):
        return super().backward(dout) * self.tau


class TemperedTermByTerm(Tempered):
    def backward(self, dout):
        return dout * self.p * (1 - self.p) / self.tau


class Quantised:
    """A mean over windows of a length, with a step."""

    def __init__(self, width=2, step=1):
        self.width, self.step = width, step

    def starts(self, length):
        return range(0, length - self.width + 1, self.step)

    def forward(self, x):
        self.shape = x.shape
        parts = [x[:, s : s + self.width].mean(axis=1) for s in self.starts(x.shape[1])]
        return np.stack(parts, axis=1)

    def backward(self, dout):
        dx = np.zeros(self.shape, dtype=dout.dtype)
        for i, s in enumerate(self.starts(self.shape[1])):
            dx[:, s : s + self.width] += dout[:, [i]] / self.width
        return dx


class QuantisedLastWindowWins(Quantised):
    def backward(self, dout):
        dx = np.zeros(self.shape, dtype=dout.dtype)
        for i, s in enumerate(self.starts(self.shape[1])):
            dx[:, s : s + self.width] = dout[:, [i]] / self.width
        return dx


class Scaled:
    """A residual branch with a weight."""

    def __init__(self, d=5, share=0.3):
        self.params, self.grads, self.share = {"W": _weights(d, d)}, {}, share

    def forward(self, x):
        self.x, self.h = x, np.tanh(x @ self.params["W"])
        return (1 - self.share) * x + self.share * self.h

    def shares(self):
        return 1 - self.share, self.share

    def backward(self, dout):
        skip, branch = self.shares()
        dz = branch * dout * (1 - self.h**2)
        self.grads["W"] = self.x.T @ dz
        return skip * dout + dz @ self.params["W"].T


class ScaledEvenly(Scaled):
    def shares(self):
        return 0.5, 0.5


class ScaledWithoutItsBranch(Scaled):
    def backward(self, dout):
        super().backward(dout)
        return (1 - self.share) * dout


class ScaledSkipForgotten(Scaled):
    def backward(self, dout):
        return super().backward(dout) - (1 - self.share) * dout


class ScaledByTurnedWeights(Scaled):
    def backward(self, dout):
        dz = self.share * dout * (1 - self.h**2)
        super().backward(dout)
        return (1 - self.share) * dout + dz @ self.params["W"]


class Tversky:
    """Overlap with weights of the two kinds of error."""

    def __init__(self, alpha=0.5):
        self.alpha = alpha

    def forward(self, p, t):
        self.p, self.t = p, t
        self.hit = (p * t).sum()
        self.all = (
            self.hit + self.alpha * (p * (1 - t)).sum() + (1 - self.alpha) * ((1 - p) * t).sum()
        )
        return 1 - self.hit / self.all

    def weights(self):
        return self.alpha, 1 - self.alpha

    def backward(self, dout):
        a, b = self.weights()
        below = self.t + a * (1 - self.t) - b * self.t
        return -dout * (self.t / self.all - self.hit * below / self.all**2)


class TverskyOfDice(Tversky):
    def weights(self):
        return 0.5, 0.5


class TverskyNumeratorAlone(Tversky):
    def backward(self, dout):
        return -dout * self.t / self.all


class GatedMask:
    """Rows through a gate that opens above a level, then a product."""

    def __init__(self, d=5, m=7, level=0.2):
        self.params, self.grads, self.level = {"W": _weights(d, m)}, {}, level

    def forward(self, x):
        self.x, self.z = x, x @ self.params["W"]
        self.y = np.where(self.z > self.level, self.z, 0.1 * self.z)
        return self.y.copy()

    def slopes(self, dout):
        return np.where(self.z > self.level, 1.0, 0.1)

    def backward(self, dout):
        dz = dout * self.slopes(dout)
        self.grads["W"] = self.x.T @ dz
        return dz @ self.params["W"].T


class GatedMaskOfUpstream(GatedMask):
    def slopes(self, dout):
        return np.where(dout > self.level, 1.0, 0.1)


class GatedMaskExchanged(GatedMask):
    def slopes(self, dout):
        return np.where(self.z > self.level, 0.1, 1.0)


class GatedMaskAtZero(GatedMask):
    def slopes(self, dout):
        return np.where(self.z > 0, 1.0, 0.1)


class Dilated:
    """One channel on two axes; taps lie apart."""

    def __init__(self, gap=2):
        self.params, self.grads, self.gap = {"k": _weights(2, 2)}, {}, gap

    def forward(self, x):
        self.x, g = x, self.gap
        self.h, self.w = x.shape[1] - g, x.shape[2] - g
        y = 0.0
        for i, j in np.ndindex(2, 2):
            y = y + self.params["k"][i, j] * self.seen(x, i, j)
        return y

    def seen(self, x, i, j):
        g = self.gap
        return x[:, i * g : i * g + self.h, j * g : j * g + self.w]

    def backward(self, dout):
        dk, dx = np.zeros((2, 2)), np.zeros_like(self.x)
        for i, j in np.ndindex(2, 2):
            dk[i, j] = (dout * self.seen(self.x, i, j)).sum()
            self.seen(dx, i, j)[...] += self.params["k"][i, j] * dout
        self.grads["k"] = dk
        return dx


class DilatedTapsOnTheirSide(Dilated):
    def backward(self, dout):
        dx = super().backward(dout)
        self.grads["k"] = self.grads["k"].T.copy()
        return dx


class DilatedLaterTapWins(Dilated):
    def backward(self, dout):
        super().backward(dout)
        dx = np.zeros_like(self.x)
        for i, j in np.ndindex(2, 2):
            self.seen(dx, i, j)[...] = self.params["k"][i, j] * dout
        return dx


class DilatedOneBeside(Dilated):
    def backward(self, dout):
        dx = super().backward(dout)
        return np.roll(dx, 1, axis=2)


class Picked:
    """The log-chance of a label, with labels smoothed."""

    def __init__(self, smooth=0.0):
        self.smooth = smooth

    def forward(self, z, t):
        k = z.shape[1]
        self.p = softmax(z)
        self.q = np.eye(k)[t] * (1 - self.smooth) + self.smooth / k
        return -(self.q * np.log(self.p)).sum(axis=1)

    def backward(self, dout):
        return dout[:, None] * (self.p - self.q)


class PickedSharp(Picked):
    def forward(self, z, t):
        loss = super().forward(z, t)
        self.q = np.eye(z.shape[1])[t]
        return loss


class PickedNextLabel(Picked):
    def forward(self, z, t):
        loss = super().forward(z, t)
        self.q = np.roll(self.q, 1, axis=1)
        return loss


class HalfLinear:
    """A softplus that is taken for linear above a level."""

    level = 1.0

    def forward(self, x):
        self.x = x
        self.y = np.where(x > self.level, x, np.logaddexp(0, x))
        return self.y.copy()

    def linear(self):
        return self.x > self.level

    def backward(self, dout):
        return dout * np.where(self.linear(), 1.0, sigmoid(self.x))


class HalfLinearByItsOutput(HalfLinear):
    def linear(self):
        return self.y > self.level
