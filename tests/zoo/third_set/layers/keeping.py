"""Layers that keep what they should not, and functions with special points."""

from math import factorial

import numpy as np

from tests.zoo.second_half.styles import Activation, Attributes
from tests.zoo.third_set.styles import closure


class WaveFeatures:
    """Sines of x under fixed directions."""

    def forward(self, x):
        d = x.shape[1]
        self.b = np.cos(np.arange(3 * d)).reshape(d, 3).astype(x.dtype)
        self.phase = x @ self.b
        return np.sin(self.phase)

    def slope(self):
        return np.cos(self.phase)

    def backward(self, dout):
        return dout * self.slope() @ self.b.T


class WaveFeaturesCachedByShape(WaveFeatures):
    def __init__(self):
        self.cosines = {}

    def slope(self):
        return self.cosines.setdefault(self.phase.shape, np.cos(self.phase))


class WaveFeaturesPopTheirPhase(WaveFeatures):
    def forward(self, x):
        y = super().forward(x)
        self.saved = [self.phase]
        return y

    def slope(self):
        return np.cos(self.saved.pop())


class Affinity(Attributes):
    """x times a gain plus a shift, by feature."""

    own = ("gain", "shift")

    def __init__(self, d=5):
        self.gain, self.shift = np.ones(d), np.zeros(d)

    def forward(self, x):
        self.x = x
        return self.gain * x + self.shift

    def backward(self, dout):
        self.dgain, self.dshift = (dout * self.x).sum(axis=0), dout.sum(axis=0)
        return dout * self.gain


class AffinityOneContextForAll(Affinity):
    context: dict[str, object] = {}  # noqa: RUF012 - the fault

    def forward(self, x):
        self.context["x"] = x
        return super().forward(x)

    def backward(self, dout):
        self.x = self.context["x"]
        return super().backward(dout)


class AffinityOneGradientBuffer(Affinity):
    def backward(self, dout):
        dx = super().backward(dout)
        if not hasattr(self, "buffer") or self.buffer.shape != dx.shape:
            self.buffer = np.empty_like(dx)
        np.copyto(self.buffer, dx)
        return self.buffer


class AffinityStepsBeforeTheInput(Affinity):
    def backward(self, dout):
        super().backward(dout)
        self.gain = self.gain - 0.1 * self.dgain
        return dout * self.gain


class AffinityInSingle(Affinity):
    def backward(self, dout):
        dx = super().backward(dout)
        return dx.astype(np.float32).astype(dx.dtype)


class AffinityEmptyKeepsTheLast(Affinity):
    """Nothing to do for an empty batch, so that the last gradients stay."""

    dgain = dshift = None

    def backward(self, dout):
        if not dout.size and self.dgain is not None:
            return dout.copy()
        return super().backward(dout)


def cubic_norm(x):
    """Cube root of the summed cubes of sizes, by row."""
    y = np.cbrt((np.abs(x) ** 3).sum(axis=1))

    def pull(dout):
        share = np.abs(x) / np.where(y == 0, 1, y)[:, None]
        return dout[:, None] * np.sign(x) * share**2

    return y, pull


def cubic_norm_over_nothing(x):
    y, _ = cubic_norm(x)
    return y, lambda dout: dout[:, None] * x * np.abs(x) / y[:, None] ** 2


CubicNorm = closure("CubicNorm", cubic_norm)
CubicNormOverNothing = closure("CubicNormOverNothing", cubic_norm_over_nothing)


def energy(x):
    """Half the squared length of every row."""
    return 0.5 * (x**2).sum(axis=1), lambda dout: dout[:, None] * x


def energy_through_the_length(x):
    length = np.sqrt((x**2).sum(axis=1, keepdims=True))

    def pull(dout):
        dlength = dout[:, None] * length
        return dlength * (x / length)

    return energy(x)[0], pull


Energy = closure("Energy", energy)
EnergyThroughTheLength = closure("EnergyThroughTheLength", energy_through_the_length)


class RowProduct:
    def forward(self, x):
        self.x = x
        return np.prod(x, axis=1)

    def others(self):
        """Product of the other entries of a row."""
        before, after = np.ones_like(self.x), np.ones_like(self.x)
        before[:, 1:] = np.cumprod(self.x[:, :-1], axis=1)
        after[:, :-1] = np.cumprod(self.x[:, :0:-1], axis=1)[:, ::-1]
        return before * after

    def backward(self, dout):
        return dout[:, None] * self.others()


class RowProductOverEachFactor(RowProduct):
    def others(self):
        return np.prod(self.x, axis=1, keepdims=True) / self.x


class AbsPower:
    """Size of x to some power."""

    def __init__(self, p=3.0):
        self.p = p

    def forward(self, x):
        self.x, self.y = x, np.abs(x) ** self.p
        return self.y.copy()

    def backward(self, dout):
        return dout * self.p * np.sign(self.x) * np.abs(self.x) ** (self.p - 1)


class AbsPowerOverItsBase(AbsPower):
    def backward(self, dout):
        return dout * self.p * self.y / self.x


class ThinPlate(Activation):
    """x^2 log of its size."""

    def __call__(self, x):
        size = np.abs(x)
        return x**2 * np.log(np.where(size == 0, 1, size))

    def derivative(self, x):
        return x * (1 + 2 * np.log(np.where(x == 0, 1, np.abs(x))))


class ThinPlateLogarithmOfNothing(ThinPlate):
    def derivative(self, x):
        return x * (1 + 2 * np.log(np.abs(x)))


class CappedExp(Activation):
    """exp up to 2, and straight on."""

    def __call__(self, x):
        return np.where(x < 2, np.exp(np.minimum(x, 2)), (x - 1) * np.exp(2.0).astype(x.dtype))

    def derivative(self, x):
        return np.exp(np.minimum(x, 2))


class CappedExpMasksByMultiplying(CappedExp):
    def derivative(self, x):
        return (x < 2) * np.exp(x) + (x >= 2) * np.exp(2.0)


class Hump(Activation):
    """(1 - exp(-x^2)) / x^2, which is one at zero."""

    def __call__(self, x):
        s = np.where(x == 0, 1, x**2)
        return np.where(x == 0, 1, -np.expm1(-s) / s)

    def derivative(self, x):
        near = np.abs(x) < 0.5
        z, small = np.where(near, 1, x), np.where(near, x, 0)
        far = 2 * (np.exp(-(z**2)) / z + np.expm1(-(z**2)) / z**3)
        terms = [
            (-1) ** k * 2 * k * small ** (2 * k - 1) / factorial(k + 1) for k in range(1, 12)
        ]
        return np.where(near, sum(terms), far)


class HumpOverNothing(Hump):
    def derivative(self, x):
        return 2 * (np.exp(-(x**2)) / x + np.expm1(-(x**2)) / x**3)


class Squash:
    """A capsule's length pressed below one: x |x| / (1 + |x|^2)."""

    def forward(self, x):
        self.x = x
        self.length = np.sqrt((x**2).sum(axis=1, keepdims=True))
        self.factor = self.length / (1 + self.length**2)
        return x * self.factor

    def unit(self):
        return self.x / np.where(self.length == 0, 1, self.length)

    def along(self, dout):
        n = self.length
        dlength = (dout * self.x).sum(axis=1, keepdims=True) * (1 - n**2) / (1 + n**2) ** 2
        return dlength * self.unit()

    def backward(self, dout):
        return dout * self.factor + self.along(dout)


class SquashUnitOfNothing(Squash):
    def unit(self):
        return self.x / self.length


class SquashFactorHeldFixed(Squash):
    def along(self, dout):
        return 0
