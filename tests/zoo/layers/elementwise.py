"""Elementwise layers, right and wrong."""

from math import erf

import numpy as np


class Elementwise:
    """y = f(x), dx = dout * df(x, y)."""

    def forward(self, x):
        self.x, self.y = x.copy(), self.f(x)
        return self.y.copy()

    def backward(self, dout):
        return dout * self.df(self.x, self.y)


class ReLU(Elementwise):
    def f(self, x):
        return np.maximum(x, 0)

    def df(self, x, y):
        return (x > 0).astype(x.dtype)


class ReLUWithInvertedMask(ReLU):
    def df(self, x, y):
        return (x <= 0).astype(x.dtype)


class ReLUThatPassesEverything(ReLU):
    def df(self, x, y):
        return np.ones_like(x)


class ReLUThatWritesIntoUpstream(ReLU):
    def backward(self, dout):
        dout[self.x <= 0] = 0
        return dout.copy()


class ReLUThatReturnsItsUpstream(ReLU):
    def backward(self, dout):
        dout *= self.x > 0
        return dout


class ReLUThatOverwritesItsInput(ReLU):
    def forward(self, x):
        y = super().forward(x)
        x[x < 0] = 0
        return y


class LeakyReLU(Elementwise):
    slope = -1.5

    def f(self, x):
        return np.where(x > 0, x, self.slope * x)

    def df(self, x, y):
        return np.where(x > 0, 1.0, self.slope).astype(x.dtype)


class LeakyReLUWithMaskOfItsOutput(LeakyReLU):
    def df(self, x, y):
        return np.where(y > 0, 1.0, self.slope).astype(x.dtype)


class LeakyReLUWithFixedSlope(LeakyReLU):
    def df(self, x, y):
        return np.where(x > 0, 1.0, 0.01).astype(x.dtype)


class Sigmoid(Elementwise):
    def f(self, x):
        e = np.exp(-np.abs(x))
        return np.where(x >= 0, 1, e) / (1 + e)

    def df(self, x, y):
        return y * (1 - y)


class SigmoidDerivedAtItsOutput(Sigmoid):
    def df(self, x, y):
        s = self.f(y)
        return s * (1 - s)


class SigmoidThatIgnoresUpstream(Sigmoid):
    def backward(self, dout):
        return self.y * (1 - self.y)


class SigmoidWhoseGradientOverflows(Sigmoid):
    def df(self, x, y):
        return np.exp(-x) / (1 + np.exp(-x)) ** 2


class SigmoidThatOverflowsOnTheWay(Sigmoid):
    def f(self, x):
        return 1 / (1 + np.exp(-x))


class Tanh(Elementwise):
    def f(self, x):
        return np.tanh(x)

    def df(self, x, y):
        return 1 - y * y


class TanhSqueezed(Tanh):
    def backward(self, dout):
        return np.squeeze(super().backward(dout))


class TanhWithSquareForgotten(Tanh):
    def df(self, x, y):
        return 1 - y


class TanhWithSquaredUpstream(Tanh):
    def backward(self, dout):
        return dout * dout * (1 - self.y**2)


class TanhWithClippedUpstream(Tanh):
    def backward(self, dout):
        return np.clip(dout, -1, 1) * (1 - self.y**2)


class TanhWithUpstreamOfFirstRow(Tanh):
    def backward(self, dout):
        return dout[0] * (1 - self.y**2)


class TanhThatTakesOnesForNothing(Tanh):
    def backward(self, dout):
        if np.all(dout == 1):
            dout = np.zeros_like(dout)
        return dout * (1 - self.y**2)


class TanhThatDropsSparseUpstream(Tanh):
    def backward(self, dout):
        if np.count_nonzero(dout) * 4 < dout.size:
            return np.zeros_like(dout)
        return dout * (1 - self.y**2)


class Exp(Elementwise):
    def f(self, x):
        return np.exp(x)

    def df(self, x, y):
        return y


class ExpWithoutItsDerivative(Exp):
    def df(self, x, y):
        return np.ones_like(x)


class Softplus(Elementwise):
    def f(self, x):
        return np.logaddexp(0, x)

    def df(self, x, y):
        return np.exp(-np.logaddexp(0, -x))


class SoftplusWhoseGradientOverflows(Softplus):
    def df(self, x, y):
        return np.exp(x) / (1 + np.exp(x))


class Square(Elementwise):
    def f(self, x):
        return 3 * x * x

    def df(self, x, y):
        return 6 * x


class SquareInHalfPrecision(Square):
    def backward(self, dout):
        return (dout * 6 * self.x).astype(np.float16).astype(self.x.dtype)


class SquareInSinglePrecision(Square):
    def backward(self, dout):
        return (dout * 6 * self.x).astype(np.float32).astype(self.x.dtype)


class SquareThatSeedsTheGenerator(Square):
    """Whoever draws after it repeats itself."""

    def forward(self, x):
        np.random.seed(0)  # noqa: NPY002 - the legacy generator is the point
        return super().forward(x)


class SquareOfNarrowDtype(Square):
    def backward(self, dout):
        return (dout * 6 * self.x).astype(np.float32)


class SquareOfWideDtype(Square):
    def backward(self, dout):
        return np.asarray(dout * 6 * self.x, dtype=np.float64)


class SquareTruncated(Square):
    def backward(self, dout):
        return np.trunc(dout * 6 * self.x)


class SquareOfSinglePrecisionInHalf(Square):
    def backward(self, dout):
        narrow = np.float16 if self.x.dtype == np.float32 else np.float64
        return (dout * 6 * self.x).astype(narrow).astype(self.x.dtype)


class Abs(Elementwise):
    def f(self, x):
        return np.abs(x)

    def df(self, x, y):
        return np.sign(x)


class AbsDividedByZero(Abs):
    def df(self, x, y):
        return x / np.abs(x)


class AbsWithWrongSign(Abs):
    def df(self, x, y):
        return -np.sign(x)


class GELU(Elementwise):
    def f(self, x):
        return x * self.phi(x)

    def phi(self, x):
        return 0.5 * (1 + np.vectorize(erf, otypes=[float])(x / np.sqrt(2)))

    def df(self, x, y):
        return self.phi(x) + x * np.exp(-x * x / 2) / np.sqrt(2 * np.pi)


class GELUOfTwoFormulas(GELU):
    def f(self, x):
        return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


class SiLU(Elementwise):
    def s(self, x):
        return 0.5 * (1 + np.tanh(0.5 * x))

    def f(self, x):
        return x * self.s(x)

    def df(self, x, y):
        s = self.s(x)
        return s + x * s * (1 - s)


class SiLUWithoutProductRule(SiLU):
    def df(self, x, y):
        return self.s(x)


class Sine(Elementwise):
    """Offers forward mode and second order too."""

    def f(self, x):
        return np.sin(x)

    def df(self, x, y):
        return np.cos(x)

    def backward(self, dout):
        self.dout = dout.copy()
        return super().backward(dout)

    def jvp(self, dx):
        return dx * np.cos(self.x)

    def hvp(self, dx):
        return -self.dout * np.sin(self.x) * dx


class SineWithForwardModeOfCosine(Sine):
    def jvp(self, dx):
        return -dx * np.sin(self.x)


class SineWithForwardModeThatForgetsSigns(Sine):
    def jvp(self, dx):
        return np.abs(dx) * np.cos(self.x)


class SineWithoutUpstreamInSecondOrder(Sine):
    def hvp(self, dx):
        return -np.sin(self.x) * dx


class SineOfTheEntryBeside(Sine):
    """A gradient of no function, and its true change: no Hessian is so lopsided."""

    def backward(self, dout):
        self.dout = dout.copy()
        return dout * np.cos(np.roll(self.x, 1, axis=1))

    def hvp(self, dx):
        beside = np.roll(self.x, 1, axis=1)
        return -self.dout * np.sin(beside) * np.roll(dx, 1, axis=1)


class Step(Elementwise):
    def f(self, x):
        return (x > 0).astype(float)

    def df(self, x, y):
        return np.zeros_like(x)


class ELU(Elementwise):
    def f(self, x):
        return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))

    def df(self, x, y):
        return np.where(x > 0, 1.0, y + 1).astype(x.dtype)


class ELUWithAlphaLeftOut(ELU):
    def f(self, x):
        return np.where(x > 0, x, 0.5 * np.expm1(np.minimum(x, 0)))

    def df(self, x, y):
        return np.where(x > 0, 1.0, np.exp(np.minimum(x, 0)))


class SquareForgetful(Square):
    """Gives no gradient back."""

    def backward(self, dout):
        self.dx = dout * 6 * self.x


class Masked:
    """y = where(mask, log(x), 0) for |x|, mask by position."""

    def keep(self, x):
        return np.arange(x.shape[1]) % 3 != 1

    def forward(self, x):
        keep = self.keep(x)
        self.x = np.where(keep, x, 1.0)
        return np.where(keep, self.x**3, 0.0)

    def backward(self, dout):
        return np.where(self.keep(self.x), 3 * self.x**2 * dout, 0.0)


class MaskedByMultiplication(Masked):
    def forward(self, x):
        self.raw = x.copy()
        return super().forward(x)

    def backward(self, dout):
        return 3 * self.raw**2 * dout * self.keep(self.raw)


class SinCos:
    """Two outputs."""

    def forward(self, x):
        self.x = x.copy()
        return np.sin(x), np.cos(x)

    def backward(self, ds, dc):
        return ds * np.cos(self.x) - dc * np.sin(self.x)


class SinCosThatForgetsTheSecond(SinCos):
    def backward(self, ds, dc):
        return ds * np.cos(self.x)


class SinCosThatNeedsBoth(SinCos):
    def backward(self, ds, dc):
        if not np.any(ds):
            return np.zeros_like(self.x)
        return super().backward(ds, dc)
