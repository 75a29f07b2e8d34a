"""Functions of single entries, and of two halves."""

import numpy as np

from tests.zoo.fourth_set.styles import Tracked
from tests.zoo.second_half.styles import Activation, pair
from tests.zoo.third_set.styles import closure


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


class Mish(Activation):
    def __call__(self, x):
        return x * np.tanh(np.logaddexp(0, x))

    def inner(self, x):
        return sigmoid(x)

    def derivative(self, x):
        t = np.tanh(np.logaddexp(0, x))
        return t + x * self.inner(x) * (1 - t**2)


class MishInnerSlopeMissing(Mish):
    def inner(self, x):
        return 1


class MishRatioOfExponentials(Mish):
    def inner(self, x):
        return np.exp(x) / (1 + np.exp(x))


class MishThroughHalfPrecision(Mish):
    def derivative(self, x):
        return super().derivative(x).astype(np.float16).astype(x.dtype)


SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772


def selu(x):
    """Self-normalising exponential unit."""
    return SCALE * np.where(x > 0, x, ALPHA * np.expm1(np.minimum(x, 0))), x


def selu_back(dout, x):
    return dout * SCALE * np.where(x > 0, 1, ALPHA * np.exp(np.minimum(x, 0)))


def selu_back_unscaled(dout, x):
    return dout * np.where(x > 0, 1, ALPHA * np.exp(np.minimum(x, 0)))


def selu_back_plain_elu(dout, x):
    return dout * SCALE * np.where(x > 0, 1, np.exp(np.minimum(x, 0)))


Selu = pair("Selu", selu, selu_back)
SeluScaleLeftOut = pair("SeluScaleLeftOut", selu, selu_back_unscaled)
SeluAlphaLeftOut = pair("SeluAlphaLeftOut", selu, selu_back_plain_elu)


class HardGate:
    """x times a gate that opens in a straight line from -1 to 1."""

    def forward(self, x):
        self.x = x
        self.y = x * np.clip((x + 1) / 2, 0, 1)
        return self.y.copy()

    def looked_at(self):
        return self.x

    def backward(self, dout):
        z = self.looked_at()
        return dout * np.where(z <= -1, 0, np.where(z >= 1, 1, self.x + 0.5))


class HardGateLooksAtItsOutput(HardGate):
    def looked_at(self):
        return self.y


class LogSigmoid(Activation):
    def __call__(self, x):
        return -np.logaddexp(0, -x)

    def derivative(self, x):
        return sigmoid(-x)


class LogSigmoidSlopeOfItsOutput(LogSigmoid):
    def derivative(self, x):
        return sigmoid(-self(x))


class LogSigmoidBareExponentials(LogSigmoid):
    def derivative(self, x):
        return np.exp(-x) / (1 + np.exp(-x))


class LogSigmoidSlopeOfSoftplus(LogSigmoid):
    def derivative(self, x):
        return sigmoid(x)


class SharpSoftplus:
    """log(1 + exp(beta x)) / beta."""

    def __init__(self, beta=1.0):
        self.beta = beta

    def forward(self, x):
        self.x = x
        return np.logaddexp(0, self.beta * x) / self.beta

    def slope(self):
        return sigmoid(self.beta * self.x)

    def backward(self, dout):
        return dout * self.slope()


class SharpSoftplusBetaOfOne(SharpSoftplus):
    def slope(self):
        return sigmoid(self.x)


class SharpSoftplusStillTimesBeta(SharpSoftplus):
    def slope(self):
        return self.beta * sigmoid(self.beta * self.x)


class SoftShrink:
    """Every entry moved towards zero by a threshold, and not beyond."""

    threshold = 0.4

    def forward(self, x):
        self.x = x
        self.y = np.sign(x) * np.maximum(np.abs(x) - self.threshold, 0)
        return self.y.copy()

    def passing(self):
        return np.abs(self.x) > self.threshold

    def backward(self, dout):
        return np.where(self.passing(), dout, 0)


class SoftShrinkLooksAtItsOutput(SoftShrink):
    def passing(self):
        return np.abs(self.y) > self.threshold


class SoftShrinkMovesTheShrunk(SoftShrink):
    def passing(self):
        return np.abs(self.x) <= self.threshold


class Snake(Tracked):
    """x + sin(a x)^2 / a, with a rate of each feature."""

    def __init__(self, d=5):
        self.slots = {"a": [np.full(d, 0.8), None]}

    def forward(self, x):
        self.x, a = x, self.value("a")
        return x + np.sin(a * x) ** 2 / a

    def over_rows(self, terms):
        return terms.sum(axis=0)

    def backward(self, dout):
        a, twice = self.value("a"), np.sin(2 * self.value("a") * self.x)
        terms = dout * (self.x * twice / a - np.sin(a * self.x) ** 2 / a**2)
        self.give(a=self.over_rows(terms))
        return dout * (1 + twice)


class SnakeRateAveraged(Snake):
    def over_rows(self, terms):
        return terms.mean(axis=0)


class SnakeRateKeepsItsRows(Snake):
    def over_rows(self, terms):
        return terms


class Maxout:
    """The larger of two neighbours."""

    def forward(self, x):
        self.z = x.reshape(len(x), x.shape[1] // 2, 2)
        self.first = self.z[:, :, 0] >= self.z[:, :, 1]
        return self.z.max(axis=2)

    def shares(self):
        return np.stack([self.first, ~self.first], axis=2)

    def backward(self, dout):
        dz = np.where(self.shares(), dout[:, :, None], 0)
        return dz.reshape(len(dz), 2 * dz.shape[1])


class MaxoutSmallerLearns(Maxout):
    def shares(self):
        return super().shares()[:, :, ::-1]


class MaxoutBothThatReachIt(Maxout):
    def shares(self):
        return self.z == self.z.max(axis=2, keepdims=True)


def glu(x):
    """The first half times the sigmoid of the second."""
    a, b = np.split(x, 2, axis=1)
    s = sigmoid(b)

    def pull(dout):
        return np.concatenate([dout * s, dout * a * s * (1 - s)], axis=1)

    return a * s, pull


def glu_joined_backwards(x):
    y, pull = glu(x)

    def joined(dout):
        return np.concatenate(np.split(pull(dout), 2, axis=1)[::-1], axis=1)

    return y, joined


def glu_chained_twice(x):
    y, pull = glu(x)
    return y, lambda dout: pull(dout * dout)


Glu = closure("Glu", glu)
GluJoinedBackwards = closure("GluJoinedBackwards", glu_joined_backwards)
GluChainedTwice = closure("GluChainedTwice", glu_chained_twice)


class SquarePlus(Activation):
    """(x + sqrt(x^2 + 1)) / 2."""

    def __call__(self, x):
        return (x + np.sqrt(x**2 + 1)) / 2

    def derivative(self, x):
        return (1 + x / np.sqrt(x**2 + 1)) / 2


class SquarePlusHalfLeftOut(SquarePlus):
    def derivative(self, x):
        return 1 + x / np.sqrt(x**2 + 1)


class SquarePlusStartsTheChain(SquarePlus):
    def backward(self, dout):
        return self.derivative(self.x)


class Size(Activation):
    def __call__(self, x):
        return np.abs(x)

    def derivative(self, x):
        return np.sign(x)


class SizeByQuotient(Size):
    def derivative(self, x):
        return x / np.abs(x)


class Sinc(Activation):
    """sin(x) / x, which is one at zero."""

    def __call__(self, x):
        return np.where(x == 0, 1, np.sin(x) / np.where(x == 0, 1, x))

    def derivative(self, x):
        near = np.abs(x) < 0.2
        z, s = np.where(near, 1, x), np.where(near, x, 0)
        series = s * (-1 / 3 + s**2 * (1 / 30 - s**2 * (1 / 840 - s**2 / 45360)))
        return np.where(near, series, (np.cos(z) - np.sin(z) / z) / z)


class SincOverNothing(Sinc):
    def derivative(self, x):
        return (np.cos(x) - np.sin(x) / x) / x
