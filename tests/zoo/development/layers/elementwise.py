"""Activations and dropout: the right ones, and what people get wrong in them."""

import math

import numpy as np

_ROOT = math.sqrt(2.0 / math.pi)
_CUBE = 0.044715
_erf = np.vectorize(math.erf, otypes=[float])


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


class Sigmoid:
    def forward(self, x):
        self.x = x
        self.y = sigmoid(x)
        return self.y.copy()

    def backward(self, dout):
        return dout * self.y * (1 - self.y)


class SigmoidOfSigmoid(Sigmoid):
    def backward(self, dout):
        s = sigmoid(self.y)
        return dout * s * (1 - s)


class SigmoidWithoutUpstream(Sigmoid):
    def backward(self, dout):
        return self.y * (1 - self.y)


class SigmoidThroughBareExp(Sigmoid):
    def backward(self, dout):
        e = np.exp(-self.x)
        return dout * e / (1 + e) ** 2


class SigmoidOneCacheForAll(Sigmoid):
    cache = {}  # noqa: RUF012

    def forward(self, x):
        y = sigmoid(x)
        self.cache["y"] = y
        return y.copy()

    def backward(self, dout):
        y = self.cache["y"]
        return dout * y * (1 - y)


class ScaledTanh:
    """The tanh that maps one to one."""

    height, slope = 1.7159, 2.0 / 3.0

    def forward(self, x):
        self.t = np.tanh(self.slope * x)
        return self.height * self.t

    def backward(self, dout):
        dt = dout * self.height
        return dt * (1 - self.t**2) * self.slope


class ScaledTanhChainsUpstreamAgain(ScaledTanh):
    def backward(self, dout):
        dt = dout * self.height
        dz = dt * (1 - self.t**2)
        return dout * dz * self.slope


class ScaledTanhClipsUpstream(ScaledTanh):
    def backward(self, dout):
        dout = np.clip(dout, -1.0, 1.0)
        return super().backward(dout)


class Gelu:
    def forward(self, x):
        self.x = x
        self.t = np.tanh(_ROOT * (x + _CUBE * x**3))
        return 0.5 * x * (1 + self.t)

    def backward(self, dout):
        x, t = self.x, self.t
        inner = _ROOT * (1 + 3 * _CUBE * x**2)
        return dout * (0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner)


class GeluCubeWithoutItsThree(Gelu):
    def backward(self, dout):
        x, t = self.x, self.t
        inner = _ROOT * (1 + _CUBE * x**2)
        return dout * (0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner)


class GeluExactWithGradientOfApproximation(Gelu):
    def forward(self, x):
        super().forward(x)
        return (0.5 * x * (1 + _erf(x / math.sqrt(2.0)))).astype(x.dtype)


class Elu:
    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, self.alpha * np.expm1(np.minimum(x, 0)))

    def backward(self, dout):
        return dout * np.where(self.x > 0, 1.0, self.alpha * np.exp(np.minimum(self.x, 0)))


class EluForgetsAlpha(Elu):
    def backward(self, dout):
        return dout * np.where(self.x > 0, 1.0, np.exp(np.minimum(self.x, 0)))


class LeakyRelu:
    def __init__(self, slope=0.01):
        self.slope = slope

    def forward(self, x):
        self.x = x
        self.y = np.where(x > 0, x, self.slope * x)
        return self.y.copy()

    def backward(self, dout):
        return np.where(self.x > 0, dout, self.slope * dout)


class LeakyReluDefaultSlopeInBackward(LeakyRelu):
    def backward(self, dout):
        return np.where(self.x > 0, dout, 0.01 * dout)


class LeakyReluMaskOfOutput(LeakyRelu):
    def backward(self, dout):
        return np.where(self.y > 0, dout, self.slope * dout)


class Softplus:
    def forward(self, x):
        self.x = x
        self.y = np.logaddexp(0, x)
        return self.y.copy()

    def backward(self, dout):
        return dout * sigmoid(self.x)


class SoftplusSlopeAtOutput(Softplus):
    def backward(self, dout):
        return dout * sigmoid(self.y)


class SoftplusExpOverExp(Softplus):
    def backward(self, dout):
        e = np.exp(self.x)
        return dout * e / (1 + e)


class PRelu:
    def __init__(self, channels=5):
        self.params = {"slope": np.full(channels, 0.25)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, self.params["slope"] * x)

    def backward(self, dout):
        self.grads["slope"] = (dout * np.minimum(self.x, 0)).sum(axis=0)
        return np.where(self.x > 0, dout, self.params["slope"] * dout)


class PReluOneGradientForAllSlopes(PRelu):
    def backward(self, dout):
        dx = super().backward(dout)
        total = (dout * np.minimum(self.x, 0)).sum()
        self.grads["slope"] = np.zeros_like(self.params["slope"]) + total
        return dx


class PReluSlopeNeverLearns(PRelu):
    def backward(self, dout):
        self.grads["slope"] = np.zeros_like(self.params["slope"])
        return np.where(self.x > 0, dout, self.params["slope"] * dout)


class Swish:
    def forward(self, x):
        self.x = x
        self.s = sigmoid(x)
        return x * self.s

    def backward(self, dout):
        return dout * (self.s + self.x * self.s * (1 - self.s))


class SwishProductRuleWithoutX(Swish):
    def backward(self, dout):
        return dout * (self.s + self.s * (1 - self.s))


class HardTanh:
    def forward(self, x):
        self.inside = (x > -1) & (x < 1)
        return np.clip(x, -1, 1)

    def backward(self, dout):
        return np.where(self.inside, dout, 0.0)


class HardTanhPassesTheClipped(HardTanh):
    def backward(self, dout):
        dx = dout.copy()
        dx[self.inside] = 0
        return dx


class Relu:
    mask = None

    def forward(self, x):
        self.mask = x > 0
        return np.where(self.mask, x, 0.0)

    def backward(self, dout):
        return np.where(self.mask, dout, 0.0)


class ReluMaskOfUpstream(Relu):
    def backward(self, dout):
        return np.where(dout > 0, dout, 0.0)


class ReluKeepsItsFirstMask(Relu):
    def forward(self, x):
        if self.mask is None or self.mask.shape != x.shape:
            self.mask = x > 0
        return np.maximum(x, 0)


class ReluOneOutputBuffer(Relu):
    buffer = None

    def forward(self, x):
        self.mask = x > 0
        if self.buffer is None or self.buffer.shape != x.shape:
            self.buffer = np.empty_like(x)
        np.maximum(x, 0, out=self.buffer)
        return self.buffer


class Absolute:
    def forward(self, x):
        self.x = x
        return np.abs(x)

    def backward(self, dout):
        return dout * np.sign(self.x)


class AbsoluteXOverItself(Absolute):
    def backward(self, dout):
        return dout * self.x / np.abs(self.x)


class Dropout:
    def __init__(self, p=0.3, *, training=True):
        self.p = p
        self.training = training
        self.rng = np.random.default_rng(7)

    def forward(self, x):
        self.mask = self.rng.random(x.shape) >= self.p
        return x * self.mask / (1 - self.p) if self.training else x.copy()

    def backward(self, dout):
        return dout * self.mask / (1 - self.p) if self.training else dout.copy()


class DropoutGradientOfTheDropped(Dropout):
    def backward(self, dout):
        return dout * ~self.mask / (1 - self.p) if self.training else dout.copy()


class DropoutDrawsMaskAgain(Dropout):
    def backward(self, dout):
        mask = np.random.default_rng(11).random(dout.shape) >= self.p
        return dout * mask / (1 - self.p) if self.training else dout.copy()


class DropoutFactorInSinglePrecision(Dropout):
    def backward(self, dout):
        keep = np.float32(1.0) / np.float32(1 - self.p)
        return dout * self.mask * keep if self.training else dout.copy()


class DropoutStillDropsInEvaluation(Dropout):
    def backward(self, dout):
        return dout * self.mask / (1 - self.p)
