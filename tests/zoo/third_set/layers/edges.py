"""More functions with special points, and layers that pick the largest."""

import numpy as np

from tests.zoo.second_half.styles import pair
from tests.zoo.third_set.styles import Named, closure


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


class LearnedPower(Named):
    """Size of x to a power between one and three, of each feature."""

    def __init__(self, d=5):
        super().__init__(e=np.full(d, 0.4))

    def forward(self, x):
        self.x, self.size, self.bend = x, np.abs(x), np.tanh(self.params["e"])
        self.y = self.size ** (2 + self.bend)
        return self.y.copy()

    def logs(self):
        return np.log(np.where(self.size == 0, 1, self.size))

    def exponent(self, dout):
        return (dout * self.y * self.logs()).sum(axis=0) * (1 - self.bend**2)

    def backward_pass(self, dout):
        slope = (2 + self.bend) * np.sign(self.x) * self.size ** (1 + self.bend)
        return {"dx": dout * slope, "de": self.exponent(dout)}


class LearnedPowerLogOfNothing(LearnedPower):
    def logs(self):
        return np.log(self.size)


class LearnedPowerNeverLearns(LearnedPower):
    def exponent(self, dout):
        return np.zeros_like(self.bend)


def safe_ratio(a, b):
    """a / b, or nothing where b is small."""
    fair = np.abs(b) > 0.1
    divisor = np.where(fair, b, 1)
    return np.where(fair, a / divisor, 0), (a, b, fair)


def safe_ratio_back(dout, cache):
    a, b, fair = cache
    da = np.where(fair, dout, 0) / np.where(fair, b, 1)
    return da, -da * a / np.where(fair, b, 1)


def safe_ratio_back_by_mask(dout, cache):
    a, b, fair = cache
    return fair * (dout / b), fair * (-dout * a / b**2)


SafeRatio = pair("SafeRatio", safe_ratio, safe_ratio_back)
SafeRatioMasksByMultiplying = pair(
    "SafeRatioMasksByMultiplying", safe_ratio, safe_ratio_back_by_mask
)


def group_penalty(x):
    """Sum of the lengths of all rows."""
    length = np.sqrt((x**2).sum(axis=1, keepdims=True))
    return length.sum(), lambda dout: dout * x / np.where(length == 0, 1, length)


def group_penalty_over_nothing(x):
    length = np.sqrt((x**2).sum(axis=1, keepdims=True))
    return length.sum(), lambda dout: dout * x / length


GroupPenalty = closure("GroupPenalty", group_penalty)
GroupPenaltyOverNothing = closure("GroupPenaltyOverNothing", group_penalty_over_nothing)


class Variance:
    def forward(self, x):
        self.d = x - x.mean(axis=1, keepdims=True)
        self.y = (self.d**2).mean(axis=1)
        return self.y.copy()

    def backward(self, dout):
        return 2 * dout[:, None] * self.d / self.d.shape[1]


class VarianceThroughDeviation(Variance):
    def backward(self, dout):
        std = np.sqrt(self.y)
        dstd = 2 * std * dout
        return (dstd / std)[:, None] * self.d / self.d.shape[1]


class DividedDifference:
    """Slope of the chord of tanh between a and b; the tangent's where they meet."""

    def forward(self, a, b):
        self.gap, self.ta, self.tb = a - b, np.tanh(a), np.tanh(b)
        self.y = (self.ta - self.tb) / np.where(self.gap == 0, 1, self.gap)
        self.y = np.where(self.gap == 0, 1 - self.ta**2, self.y)
        return self.y.copy()

    def chord(self, t, gap):
        slope = (1 - t**2 - self.y) / np.where(gap == 0, 1, gap)
        return np.where(gap == 0, -t * (1 - t**2), slope)

    def backward(self, dout):
        da = dout * self.chord(self.ta, self.gap)
        return da, dout * self.chord(self.tb, -self.gap)


class DividedDifferenceOfEquals(DividedDifference):
    def chord(self, t, gap):
        return (1 - t**2 - self.y) / gap


class LogOverSquare:
    """log(1 + x^2) / x^2, which is one at zero."""

    def forward(self, x):
        self.x, self.s = x, x**2
        safe = np.where(self.s == 0, 1, self.s)
        self.y = np.where(self.s == 0, 1, np.log1p(self.s) / safe)
        return self.y.copy()

    def slope(self):
        near = self.s < 0.25
        small, x = np.where(near, self.s, 0), np.where(near, 1, self.x)
        series = sum((-1) ** k * k / (k + 1) * small ** (k - 1) for k in range(1, 28))
        far = (1 / (1 + self.s) - self.y) / x
        return 2 * np.where(near, self.x * series, far)

    def backward(self, dout):
        return dout * self.slope()


class LogOverSquareOverNothing(LogOverSquare):
    def slope(self):
        return 2 * (1 / (1 + self.s) - self.y) / self.x


class GatedProduct:
    """a times the swish of b."""

    def forward(self, a, b):
        self.a, self.b = a, b
        return a * b * sigmoid(b)

    def share(self):
        return sigmoid(self.b)

    def backward(self, dout):
        s = self.share()
        return dout * self.b * s, dout * self.a * s * (1 + self.b * (1 - s))


class GatedProductBareExponentials(GatedProduct):
    def share(self):
        e = np.exp(self.b)
        return e / (1 + e)


class InfoNce:
    """Every row of a is to find its own row of b among all of them."""

    def forward(self, a, b):
        self.a, self.b, self.z = a, b, a @ b.T
        self.logp = self.z - np.logaddexp.reduce(self.z, axis=1, keepdims=True)
        return -np.mean(np.diag(self.logp))

    def chances(self):
        return np.exp(self.logp)

    def second(self, dz):
        return dz.T @ self.a

    def backward(self, dout):
        dz = dout * (self.chances() - np.eye(len(self.a), dtype=self.a.dtype)) / len(self.a)
        return dz @ self.b, self.second(dz)


class InfoNceBareExponentials(InfoNce):
    def chances(self):
        e = np.exp(self.z)
        return e / e.sum(axis=1, keepdims=True)


class InfoNceSecondByRows(InfoNce):
    def second(self, dz):
        return dz @ self.a


class RowMaximum:
    def forward(self, x):
        self.x, self.at = x, x.argmax(axis=1)
        return x.max(axis=1)

    def backward(self, dout):
        dx = np.zeros(self.x.shape, dtype=dout.dtype)
        dx[np.arange(len(dx)), self.at] = dout
        return dx


class RowMaximumWritesIntoACopy(RowMaximum):
    """The gradient is laid out like x, and flat only if that is in rows."""

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        flat = dx.ravel()
        flat[np.arange(len(dx)) * dx.shape[1] + self.at] = dout
        return dx


class RowMaximumAllThatReachIt(RowMaximum):
    def backward(self, dout):
        return dout[:, None] * (self.x == self.x.max(axis=1, keepdims=True))


class Winners:
    """The three largest entries of every row pass, the others are nothing."""

    k = 3

    def forward(self, x):
        order = np.argsort(-x, axis=1, kind="stable")
        self.won = np.zeros(x.shape, dtype=bool)
        np.put_along_axis(self.won, order[:, : self.k], values=True, axis=1)
        return np.where(self.won, x, 0)

    def backward(self, dout):
        return np.where(self.won, dout, 0)


class WinnersWriteIntoACopy(Winners):
    def backward(self, dout):
        dx = np.zeros_like(dout)
        dx.ravel()[self.won.ravel()] = dout[self.won]
        return dx


class WinnersOfTheFirstForward(Winners):
    def backward(self, dout):
        if not hasattr(self, "first") or self.first.shape != dout.shape:
            self.first = self.won
        return np.where(self.first, dout, 0)


def mixed(a, b, share):
    def pull(dout):
        return dout * share[:, None], dout * (1 - share[:, None])

    return a * share[:, None] + b * (1 - share[:, None]), pull


def mixed_first_only(a, b, share):
    return mixed(a, b, share)[0], lambda dout: dout * share[:, None]


Mix = closure("Mix", mixed)
MixAnswersForTheFirst = closure("MixAnswersForTheFirst", mixed_first_only)


class Inset:
    """Two columns of x are replaced by v."""

    def forward(self, x, v):
        y = x.copy()
        y[:, 1:3] = v
        return y

    def backward(self, dout):
        dx = dout.copy()
        dx[:, 1:3] = 0
        return dx, dout[:, 1:3].copy()


class InsetPassesNothingOn(Inset):
    def backward(self, dout):
        dx, dv = super().backward(dout)
        return dx, np.zeros_like(dv)
