"""Activations and their like: one entry at a time, or nearly so."""

import numpy as np

from tests.zoo.second_half.styles import Activation, pair
from tests.zoo.third_set.styles import Named, Parameter, Parametric, closure


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


class Isru:
    """Inverse square root unit, x / sqrt(1 + alpha x^2)."""

    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def forward(self, x):
        self.x = x
        self.root = 1 / np.sqrt(1 + self.alpha * x**2)
        return x * self.root

    def backward(self, dout):
        return dout * self.root**3


class IsruRootNotCubed(Isru):
    def backward(self, dout):
        return dout * self.root**2


class IsruAlphaOfOne(Isru):
    def backward(self, dout):
        return dout / np.sqrt(1 + self.x**2) ** 3


class IsruSlopeOfSoftsign(Isru):
    def backward(self, dout):
        return dout / (1 + np.sqrt(self.alpha) * np.abs(self.x)) ** 2


class Bell(Activation):
    def __call__(self, x):
        return np.exp(-(x**2))

    def derivative(self, x):
        return -2 * x * np.exp(-(x**2))


class BellWithoutMinus(Bell):
    def derivative(self, x):
        return 2 * x * np.exp(-(x**2))


class BellSlopeOfItsOutput(Bell):
    def backward(self, dout):
        return dout * self.derivative(self(self.x))


def tanh_shrink(x):
    def pull(dout):
        return dout * np.tanh(x) ** 2

    return x - np.tanh(x), pull


def tanh_shrink_of_the_shrunk(x):
    y = x - np.tanh(x)

    def pull(dout):
        return dout * np.tanh(y) ** 2

    return y, pull


TanhShrink = closure("TanhShrink", tanh_shrink)
TanhShrinkOfTheShrunk = closure("TanhShrinkOfTheShrunk", tanh_shrink_of_the_shrunk)


class LecunTanh:
    height, speed = 1.7159, 2 / 3

    def forward(self, x):
        self.y = self.height * np.tanh(self.speed * x)
        return self.y.copy()

    def backward(self, dout):
        return dout * self.speed * (self.height - self.y**2 / self.height)


class LecunTanhSpeedLeftOut(LecunTanh):
    def backward(self, dout):
        return dout * (self.height - self.y**2 / self.height)


class LecunTanhOneLessItsSquare(LecunTanh):
    def backward(self, dout):
        return dout * (1 - self.y**2)


class NarrowSwish:
    """x clip((x + 1) / 2, 0, 1)."""

    def forward(self, x):
        self.x = x
        self.y = x * np.clip(x + 1, 0, 2) / 2
        return self.y.copy()

    def inside(self):
        return np.abs(self.x) < 1

    def slope(self):
        return np.where(self.inside(), self.x + 0.5, (self.x >= 1).astype(self.x.dtype))

    def backward(self, dout):
        return dout * self.slope()


class NarrowSwishSlopesEverywhere(NarrowSwish):
    def slope(self):
        return np.where(self.x > 1, 1, self.x + 0.5)


class NarrowSwishInsideOfItsOutput(NarrowSwish):
    def inside(self):
        return np.abs(self.y) < 1


class Logit(Activation):
    def __call__(self, x):
        return np.log(x) - np.log(1 - x)

    def derivative(self, x):
        return 1 / (x * (1 - x))


class LogitSlopeUpsideDown(Logit):
    def derivative(self, x):
        return x * (1 - x)


class LogitChainsTwice(Logit):
    def backward(self, dout):
        local = dout * self.derivative(self.x)
        return dout * local


class SquaredRelu:
    def forward(self, x):
        self.up = np.maximum(x, 0)
        return self.up**2

    def backward(self, dout):
        return 2 * self.up * dout


class SquaredReluWithoutItsTwo(SquaredRelu):
    def backward(self, dout):
        return self.up * dout


class Lisht:
    """x tanh(x)."""

    def forward(self, x):
        self.x, self.t = x, np.tanh(x)
        return x * self.t

    def backward(self, dout):
        return dout * (self.t + self.x * (1 - self.t**2))


class LishtThroughHalf(Lisht):
    def backward(self, dout):
        x, t = self.x.astype(np.float16), self.t.astype(np.float16)
        return (dout * (t + x * (1 - t**2))).astype(dout.dtype)


class LishtHoldsGradientsBelowOne(Lisht):
    def backward(self, dout):
        return super().backward(np.clip(dout, -1, 1))


class Sech(Activation):
    def __call__(self, x):
        e = np.exp(-np.abs(x))
        return 2 * e / (1 + e**2)

    def derivative(self, x):
        return -self(x) * np.tanh(x)


class SechBySineOverCosine(Sech):
    def derivative(self, x):
        return -np.sinh(x) / np.cosh(x) ** 2


class Gumbel(Activation):
    """Distribution of the largest of many, exp(-exp(-x))."""

    def __call__(self, x):
        return np.exp(-np.exp(np.minimum(-x, 80)))

    def derivative(self, x):
        down = np.minimum(-x, 80)
        return np.exp(down - np.exp(down))


class GumbelProductOfExponentials(Gumbel):
    def derivative(self, x):
        return np.exp(-x) * np.exp(-np.exp(-x))


class SmoothAbs:
    eps = 0.1

    def forward(self, x):
        self.x = x
        self.y = np.sqrt(x**2 + self.eps)
        return self.y.copy()

    def backward(self, dout):
        return dout * self.x / self.y


class SmoothAbsSlopeOfAbs(SmoothAbs):
    def backward(self, dout):
        return dout * np.sign(self.x)


class RandomRelu:
    """Random slopes below zero in training, their mean in evaluation."""

    low, high = 0.1, 0.9

    def __init__(self, *, training=True):
        self.training, self.rng = training, np.random.default_rng(3)

    def forward(self, x):
        drawn = self.rng.uniform(self.low, self.high, x.shape).astype(x.dtype)
        slope = drawn if self.training else np.full_like(x, (self.low + self.high) / 2)
        self.slope = np.where(x >= 0, 1, slope)
        return x * self.slope

    def backward(self, dout):
        return dout * self.slope


class RandomReluMeanSlopeInTraining(RandomRelu):
    def backward(self, dout):
        return dout * np.where(self.slope == 1, 1, (self.low + self.high) / 2)


class Ceiling:
    """A row that is given holds the features down."""

    def forward(self, x, hi):
        self.below = x <= hi
        return np.minimum(x, hi)

    def backward(self, dout):
        return np.where(self.below, dout, 0), np.where(self.below, 0, dout).sum(axis=0)


class CeilingNeverMoves(Ceiling):
    def backward(self, dout):
        dx, dhi = super().backward(dout)
        return dx, np.zeros_like(dhi)


class CeilingMovedByTheLow(Ceiling):
    def backward(self, dout):
        dx, _ = super().backward(dout)
        return dx, np.where(self.below, dout, 0).sum(axis=0)


class CeilingKeepsItsRows(Ceiling):
    def backward(self, dout):
        return np.where(self.below, dout, 0), np.where(self.below, 0, dout)


def swiglu(a, b):
    return a * sigmoid(a) * b, (a, b)


def swish_slope(a, s):
    return s * (1 + a * (1 - s))


def swiglu_back(dout, cache):
    a, b = cache
    s = sigmoid(a)
    return dout * b * swish_slope(a, s), dout * a * s


def swiglu_back_exchanged(dout, cache):
    da, db = swiglu_back(dout, cache)
    return db, da


def swiglu_back_in_place(dout, cache):
    a, b = cache
    s = sigmoid(a)
    b *= dout
    return b * swish_slope(a, s), dout * a * s


def swiglu_back_sigmoid_again(dout, cache):
    a, b = cache
    s = sigmoid(a)
    again = sigmoid(s)
    return dout * b * (s + a * again * (1 - again)), dout * a * s


SwiGlu = pair("SwiGlu", swiglu, swiglu_back)
SwiGluSidesExchanged = pair("SwiGluSidesExchanged", swiglu, swiglu_back_exchanged)
SwiGluWorksInItsInput = pair("SwiGluWorksInItsInput", swiglu, swiglu_back_in_place)
SwiGluSigmoidAgain = pair("SwiGluSigmoidAgain", swiglu, swiglu_back_sigmoid_again)


class ChannelPRelu(Parametric):
    """A slope below zero for each channel of an image."""

    def __init__(self, c=3):
        self.slope = Parameter(np.full(c, 0.25))

    def forward(self, x):
        a = self.slope.value[:, None, None]
        self.x, self.y = x, np.where(x > 0, x, a * x)
        return self.y.copy()

    def above(self):
        return self.x > 0

    def collect(self, parts):
        return parts.sum(axis=(0, 2, 3))

    def backward(self, dout):
        self.slope.grad = self.collect(np.where(self.x > 0, 0, dout * self.x))
        return np.where(self.above(), dout, dout * self.slope.value[:, None, None])


class ChannelPReluSlopesAveraged(ChannelPRelu):
    def collect(self, parts):
        return parts.mean(axis=(0, 2, 3))


class ChannelPReluLooksAtItsOutput(ChannelPRelu):
    def above(self):
        return self.y > 0


class Clamp:
    """Between two bounds; what lies on a bound is held by it."""

    def __init__(self, low=-0.5, high=0.8):
        self.low, self.high = low, high

    def forward(self, x):
        self.held = (x <= self.low) | (x >= self.high)
        return np.clip(x, self.low, self.high)

    def backward(self, dout):
        return np.where(self.held, 0, dout)


class ClampMovesTheHeld(Clamp):
    def backward(self, dout):
        return np.where(self.held, dout, 0)


class ClampLooksAtUpstream(Clamp):
    def backward(self, dout):
        return np.where((dout <= self.low) | (dout >= self.high), 0, dout)


class ScaleOfEach(Named):
    """Each feature times a factor of its own, which is a power of e."""

    def __init__(self, d=5):
        super().__init__(log=np.full(d, 0.3))

    def forward(self, x):
        self.x, self.factor = x, np.exp(self.params["log"])
        return x * self.factor

    def backward_pass(self, dout):
        return {"dx": dout * self.factor, "dlog": (dout * self.x * self.factor).sum(axis=0)}


class ScaleOfEachWithoutTheFactor(ScaleOfEach):
    def backward_pass(self, dout):
        return {"dx": dout * self.factor, "dlog": (dout * self.x).sum(axis=0)}
