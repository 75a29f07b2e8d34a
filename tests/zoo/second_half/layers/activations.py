"""Elementwise functions, gates and noise."""

import numpy as np

from tests.zoo.second_half.styles import Activation, pair


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


class Softsign(Activation):
    def __call__(self, x):
        return x / (1 + np.abs(x))

    def derivative(self, x):
        return 1 / (1 + np.abs(x)) ** 2


class SoftsignDenominatorOnce(Softsign):
    def derivative(self, x):
        return 1 / (1 + np.abs(x))


class Arctan(Activation):
    def __call__(self, x):
        return np.arctan(x)

    def derivative(self, x):
        return 1 / (1 + x**2)


class ArctanSlopeOfTheAngle(Arctan):
    def derivative(self, x):
        return 1 / (1 + self(x) ** 2)


class Root(Activation):
    """Of numbers above zero."""

    def __call__(self, x):
        return np.sqrt(x)

    def derivative(self, x):
        return 0.5 / np.sqrt(x)


class RootOfTheRoot(Root):
    def derivative(self, x):
        return 0.5 / np.sqrt(self(x))


class Mish:
    def forward(self, x):
        self.x = x
        self.t = np.tanh(np.logaddexp(0, x))
        return x * self.t

    def backward(self, dout):
        return dout * (self.t + self.x * (1 - self.t**2) * sigmoid(self.x))


class MishForgetsTheInnerSigmoid(Mish):
    def backward(self, dout):
        return dout * (self.t + self.x * (1 - self.t**2))


class Sine:
    """sin(w x), as in networks for signals."""

    def __init__(self, w=1.0):
        self.w = w

    def forward(self, x):
        self.x = x
        return np.sin(self.w * x)

    def backward(self, dout):
        return dout * self.w * np.cos(self.w * self.x)


class SineWithoutItsFrequency(Sine):
    def backward(self, dout):
        return dout * np.cos(self.w * self.x)


class Snake:
    """x + sin(a x)^2 / a with an `a` for each feature."""

    def __init__(self, d=5):
        self.params = {"a": np.ones(d)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        a = self.params["a"]
        return x + np.sin(a * x) ** 2 / a

    def backward(self, dout):
        a, x = self.params["a"], self.x
        inside = x * np.sin(2 * a * x) / a
        self.grads["a"] = (dout * (inside - np.sin(a * x) ** 2 / a**2)).sum(axis=0)
        return dout * (1 + np.sin(2 * a * x))


class SnakeAmplitudeAlone(Snake):
    def backward(self, dout):
        dx = super().backward(dout)
        a, x = self.params["a"], self.x
        self.grads["a"] = -(dout * np.sin(a * x) ** 2 / a**2).sum(axis=0)
        return dx


_SCALE, _ALPHA = 1.0507009873554805, 1.6732632423543772


def selu_forward(x):
    out = _SCALE * np.where(x > 0, x, _ALPHA * np.expm1(np.minimum(x, 0)))
    return out, (x, out)


def selu_backward(dout, cache):
    x, out = cache
    return dout * np.where(x > 0, _SCALE, out + _SCALE * _ALPHA)


def selu_backward_of_elu(dout, cache):
    x, out = cache
    return dout * np.where(x > 0, _SCALE, out + _ALPHA)


Selu = pair("Selu", selu_forward, selu_backward)
SeluTailOfElu = pair("SeluTailOfElu", selu_forward, selu_backward_of_elu)


class ShiftedRelu:
    def __init__(self, theta=0.0):
        self.theta = theta

    def forward(self, x):
        self.x = x
        return np.maximum(x - self.theta, 0)

    def backward(self, dout):
        return dout * (self.x > self.theta)


class ShiftedReluOpensAtZero(ShiftedRelu):
    def backward(self, dout):
        return dout * (self.x > 0)


class ThresholdRelu:
    """The input itself above a threshold, else nothing."""

    def __init__(self, theta=1.5):
        self.theta = theta

    def forward(self, x):
        self.x = x
        self.y = np.where(x > self.theta, x, 0)
        return self.y.copy()

    def backward(self, dout):
        return dout * (self.x > self.theta)


class ThresholdReluAsksItsOutput(ThresholdRelu):
    def backward(self, dout):
        return dout * (self.y > 0)


class Celu:
    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def forward(self, x):
        self.x = x
        low = np.minimum(x, 0)
        return np.maximum(x, 0) + self.alpha * np.expm1(low / self.alpha)

    def backward(self, dout):
        return dout * np.exp(np.minimum(self.x, 0) / self.alpha)


class CeluTailOfAlphaOne(Celu):
    def backward(self, dout):
        return dout * np.exp(np.minimum(self.x, 0))


def hard_sigmoid_forward(x):
    return np.clip(0.5 * x + 0.5, 0, 1), x


def hard_sigmoid_backward(dout, x):
    return np.where(np.abs(x) < 1, 0.5 * dout, 0)


def hard_sigmoid_backward_outside(dout, x):
    dx = 0.5 * dout
    dx[(x > -1) & (x < 1)] = 0
    return dx


HardSigmoid = pair("HardSigmoid", hard_sigmoid_forward, hard_sigmoid_backward)
HardSigmoidSlopesOutside = pair(
    "HardSigmoidSlopesOutside", hard_sigmoid_forward, hard_sigmoid_backward_outside
)


class SoftShrink:
    def __init__(self, width=1.0):
        self.width = width

    def forward(self, x):
        self.x = x
        return np.sign(x) * np.maximum(np.abs(x) - self.width, 0)

    def backward(self, dout):
        return dout * (np.abs(self.x) > self.width)


class SoftShrinkShrinksUpstream(SoftShrink):
    def backward(self, dout):
        return dout * (np.abs(dout) > self.width)


class SoftShrinkKeepsTheShrunk(SoftShrink):
    def backward(self, dout):
        return dout * (np.abs(self.x) <= self.width)


class BetaSoftplus:
    """Linear above a threshold of beta x."""

    beta, threshold = 2.0, 1.5

    def forward(self, x):
        self.x = x
        soft = np.logaddexp(0, self.beta * x) / self.beta
        self.y = np.where(self.beta * x > self.threshold, x, soft)
        return self.y.copy()

    def linear(self):
        return self.beta * self.x > self.threshold

    def backward(self, dout):
        return dout * np.where(self.linear(), 1, sigmoid(self.beta * self.x))


class BetaSoftplusThresholdOfOutput(BetaSoftplus):
    def linear(self):
        return self.beta * self.y > self.threshold


class LearnedSwish:
    def __init__(self):
        self.params = {"beta": np.ones(1)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        self.s = sigmoid(self.params["beta"] * x)
        return x * self.s

    def backward(self, dout):
        bend = self.s * (1 - self.s)
        self.grads["beta"] = np.sum(dout * self.x**2 * bend).reshape(1)
        return dout * (self.s + self.params["beta"] * self.x * bend)


class LearnedSwishBetaHearsXOnce(LearnedSwish):
    def backward(self, dout):
        dx = super().backward(dout)
        self.grads["beta"] = np.sum(dout * self.x * self.s * (1 - self.s)).reshape(1)
        return dx


class Glu:
    """The first half of the columns, gated by the second."""

    def forward(self, x):
        self.a, b = np.split(x, 2, axis=1)
        self.s = sigmoid(b)
        return self.a * self.s

    def halves(self, dout):
        return dout * self.s, dout * self.a * self.s * (1 - self.s)

    def backward(self, dout):
        return np.concatenate(self.halves(dout), axis=1)


class GluGateWithoutItsSignal(Glu):
    def halves(self, dout):
        return dout * self.s, dout * self.s * (1 - self.s)


class GluHalvesTurned(Glu):
    def backward(self, dout):
        return np.concatenate(self.halves(dout)[::-1], axis=1)


class CRelu:
    """What is above zero, and beside it what is below."""

    def forward(self, x):
        self.x = x
        return np.concatenate([np.maximum(x, 0), np.maximum(-x, 0)], axis=1)

    def backward(self, dout):
        up, down = np.split(dout, 2, axis=1)
        return up * (self.x >= 0) - down * (self.x < 0)


class CReluBothUp(CRelu):
    def backward(self, dout):
        up, down = np.split(dout, 2, axis=1)
        return up * (self.x >= 0) + down * (self.x < 0)


class LogSigmoid:
    def forward(self, x):
        self.x = x
        return -np.logaddexp(0, -x)

    def backward(self, dout):
        return dout * sigmoid(-self.x)


class LogSigmoidRatioOfExponentials(LogSigmoid):
    def backward(self, dout):
        e = np.exp(-self.x)
        return dout * e / (1 + e)


def tanh_forward(x):
    y = np.tanh(x)
    return y, (x, y)


def tanh_backward(dout, cache):
    return dout * (1 - cache[1] ** 2)


def tanh_backward_by_one_exponential(dout, cache):
    e = np.exp(2 * cache[0])
    return dout * 4 * e / (e + 1) ** 2


Tanh = pair("Tanh", tanh_forward, tanh_backward)
TanhBySquareOfExponential = pair(
    "TanhBySquareOfExponential", tanh_forward, tanh_backward_by_one_exponential
)


class Sinc:
    def forward(self, x):
        self.x = x
        self.zero = x == 0
        self.y = np.where(self.zero, 1, np.sin(x) / np.where(self.zero, 1, x))
        return self.y.copy()

    def backward(self, dout):
        x = self.x
        near = np.abs(x) < 0.1
        far = np.where(near, 1, x)
        series = -x / 3 + x**3 / 30 - x**5 / 840 + x**7 / 45360
        return dout * np.where(near, series, (np.cos(far) - self.y) / far)


class SincDividesAgain(Sinc):
    def backward(self, dout):
        return dout * (np.cos(self.x) - self.y) / self.x


class RectifiedPower:
    """x^1.5 above zero."""

    def forward(self, x):
        self.x = x
        return np.maximum(x, 0) ** 1.5

    def backward(self, dout):
        return dout * 1.5 * np.sqrt(np.maximum(self.x, 0))


class RectifiedPowerMasksByMultiplying(RectifiedPower):
    def backward(self, dout):
        return dout * 1.5 * np.sqrt(self.x) * (self.x > 0)


class QuickGelu:
    def forward(self, x):
        self.x = x
        self.s = sigmoid(1.702 * x)
        return x * self.s

    def backward(self, dout):
        return dout * (self.s + 1.702 * self.x * self.s * (1 - self.s))


class QuickGeluSlopeOfTanhGelu(QuickGelu):
    def backward(self, dout):
        x, c = self.x, np.sqrt(2 / np.pi)
        t = np.tanh(c * (x + 0.044715 * x**3))
        inner = c * (1 + 3 * 0.044715 * x**2)
        return dout * (0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner)


class Temperature:
    def __init__(self, t=2.0):
        self.t = t

    def forward(self, x):
        return x / self.t

    def backward(self, dout):
        return dout / self.t


class TemperatureChainsTwice(Temperature):
    def backward(self, dout):
        dx = dout / self.t
        return dout * dx


class TemperatureKeepsGradientsSmall(Temperature):
    def backward(self, dout):
        return np.clip(dout / self.t, -0.5, 0.5)


class ChannelDropout:
    """Whole channels at once."""

    def __init__(self, p=0.5):
        self.p = p
        self.rng = np.random.default_rng(0)

    def forward(self, x):
        self.mask = self.rng.uniform(size=(*x.shape[:2], 1)) >= self.p
        return x * self.mask / (1 - self.p)

    def backward(self, dout):
        return dout * self.mask / (1 - self.p)


class ChannelDropoutUnscaledBack(ChannelDropout):
    def backward(self, dout):
        return dout * self.mask


class ChannelDropoutZeroesUpstream(ChannelDropout):
    def backward(self, dout):
        dout *= self.mask
        return dout / (1 - self.p)


class DropPath:
    """Leaves out whole examples while it trains."""

    def __init__(self, *, training=True):
        self.training = training
        self.rng = np.random.default_rng(0)

    def forward(self, x):
        self.keep = ((self.rng.uniform(size=(len(x), 1)) < 0.6) / 0.6).astype(x.dtype)
        return x * self.keep if self.training else x.copy()

    def backward(self, dout):
        return dout * self.keep if self.training else dout.copy()


class DropPathDropsGradientsAlways(DropPath):
    def backward(self, dout):
        return dout * self.keep


class Cube:
    def forward(self, x):
        self.x = x
        return x**3

    def backward(self, dout):
        return dout * 3 * self.x**2


class CubeKeepsMemoryOrder(Cube):
    def forward(self, x):
        self.shape, self.flat = x.shape, x.ravel(order="K").copy()
        return x**3

    def backward(self, dout):
        return dout * 3 * self.flat.reshape(self.shape) ** 2


class CubeInHalf(Cube):
    def forward(self, x):
        super().forward(x)
        self.x = x.astype(np.float16).astype(x.dtype)
        return x**3


class CubeCacheOfTheClass(Cube):
    cache = {}  # noqa: RUF012

    def forward(self, x):
        self.cache["x"] = x
        return x**3

    def backward(self, dout):
        return dout * 3 * self.cache["x"] ** 2


class CubeOneBufferForAllGradients(Cube):
    buffer = None

    def backward(self, dout):
        if self.buffer is None or self.buffer.shape != dout.shape:
            self.buffer = np.empty_like(dout)
        np.multiply(dout, 3 * self.x**2, out=self.buffer)
        return self.buffer


class CubeAddsToLastGradient(Cube):
    dx = 0.0

    def backward(self, dout):
        self.dx = self.dx + dout * 3 * self.x**2
        return self.dx.copy()
