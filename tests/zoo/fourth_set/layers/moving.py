"""Layers that move, pick and look up entries, and windows over them."""

import numpy as np

from tests.zoo.fourth_set.styles import Filling
from tests.zoo.second_half.styles import Attributes, pair
from tests.zoo.third_set.styles import Listed, Parameter, Parametric, closure


def _weights(*shape):
    return np.random.default_rng(47).normal(0.0, 0.6, shape)


def unshuffle(x):
    """Blocks of two by two pixels become channels."""
    n, c, h, w = x.shape
    y = x.reshape(n, c, h // 2, 2, w // 2, 2).transpose(0, 1, 3, 5, 2, 4)
    return y.reshape(n, 4 * c, h // 2, w // 2), x.shape


def unshuffle_back(dout, shape):
    n, c, h, w = shape
    u = dout.reshape(n, c, 2, 2, h // 2, w // 2)
    return u.transpose(0, 1, 4, 2, 5, 3).reshape(shape)


def unshuffle_back_turned(dout, shape):
    n, c, h, w = shape
    u = dout.reshape(n, c, 2, 2, h // 2, w // 2)
    return u.transpose(0, 1, 4, 3, 5, 2).reshape(shape)


PixelUnshuffle = pair("PixelUnshuffle", unshuffle, unshuffle_back)
PixelUnshuffleBlocksTurned = pair(
    "PixelUnshuffleBlocksTurned", unshuffle, unshuffle_back_turned
)


def tiled(x):
    """Three copies side by side."""

    def back(dout):
        return dout.reshape(len(x), 3, x.shape[1]).sum(axis=1)

    return np.tile(x, (1, 3)), back


def tiled_like_repeated(x):
    return tiled(x)[0], lambda dout: dout.reshape(len(x), x.shape[1], 3).sum(axis=2)


def tiled_last_copy(x):
    return tiled(x)[0], lambda dout: dout[:, 2 * x.shape[1] :].copy()


def tiled_mean(x):
    y, back = tiled(x)
    return y, lambda dout: back(dout) / 3


Tile = closure("Tile", tiled)
TileGathersLikeRepeat = closure("TileGathersLikeRepeat", tiled_like_repeated)
TileLastCopyOnly = closure("TileLastCopyOnly", tiled_last_copy)
TileIsAMean = closure("TileIsAMean", tiled_mean)


class Differences(Filling):
    """Every entry less the one before."""

    def run(self, x):
        return x[:, 1:] - x[:, :-1]

    def backward_into(self, dx, dout):
        dx[:, 1:] += dout
        dx[:, :-1] -= dout


class DifferencesFormerForgotten(Differences):
    def backward_into(self, dx, dout):
        dx[:, 1:] += dout


class DifferencesLaterIsAssigned(Differences):
    def backward_into(self, dx, dout):
        dx[:, :-1] -= dout
        dx[:, 1:] = dout


class Margins(Filling):
    """One zero before and two behind."""

    def run(self, x):
        return np.pad(x, ((0, 0), (1, 2)))

    def backward_into(self, dx, dout):
        dx += dout[:, 1:-2]


class MarginsExchanged(Margins):
    def backward_into(self, dx, dout):
        dx += dout[:, 2:-1]


class SegmentMax:
    """Largest of the rows of each of four segments; zero where there are none."""

    def forward(self, x, t):
        self.x, self.t = x, t
        y = np.full((4, x.shape[1]), -np.inf, dtype=x.dtype)
        np.maximum.at(y, t, x)
        self.y = np.where(np.isinf(y), 0, y)
        return self.y.copy()

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        taken = np.zeros(dout.shape, dtype=bool)
        for row, s in enumerate(self.t):
            hit = (self.x[row] == self.y[s]) & ~taken[s]
            dx[row] = np.where(hit, dout[s], 0)
            taken[s] |= hit
        return dx


class SegmentMaxAllThatReachIt(SegmentMax):
    def backward(self, dout):
        return np.where(self.x == self.y[self.t], dout[self.t], 0)


class SegmentMaxOfTheNext(SegmentMax):
    def backward(self, dout):
        return super().backward(np.roll(dout, 1, axis=0))


class SoftHistogram:
    """How many entries of a row lie near each of four marks."""

    def forward(self, x):
        marks = np.linspace(-1.5, 1.5, 4).astype(x.dtype)
        self.gap = x[:, :, None] - marks
        self.near = np.exp(-(self.gap**2) / 2)
        return self.near.sum(axis=1)

    def heard(self, dout):
        return dout

    def backward(self, dout):
        return -(self.heard(dout)[:, None, :] * self.gap * self.near).sum(axis=2)


class SoftHistogramWithoutMinus(SoftHistogram):
    def backward(self, dout):
        return -super().backward(dout)


class SoftHistogramHearsTheFirstTwo(SoftHistogram):
    def heard(self, dout):
        return dout * (np.arange(4) < 2)


class Interpolation(Parametric):
    """A learned curve: straight lines between seven values on -2 to 2."""

    def __init__(self):
        self.table = Parameter(_weights(7))

    def forward(self, x):
        self.x, step = x, 4 / 6
        at = (np.clip(x, -2, 2) + 2) / step
        self.i = np.minimum(at.astype(int), 5)
        self.w = at - self.i
        table = self.table.value
        self.slope = (table[self.i + 1] - table[self.i]) / step
        return (1 - self.w) * table[self.i] + self.w * table[self.i + 1]

    def gather(self, dout):
        total = np.zeros(7, dtype=dout.dtype)
        np.add.at(total, self.i, (1 - self.w) * dout)
        np.add.at(total, self.i + 1, self.w * dout)
        return total

    def backward(self, dout):
        self.table.grad = self.gather(dout)
        return np.where(np.abs(self.x) > 2, 0, dout * self.slope)


class InterpolationAddsRepeatedOnce(Interpolation):
    def gather(self, dout):
        total = np.zeros(7, dtype=dout.dtype)
        total[self.i] += (1 - self.w) * dout
        total[self.i + 1] += self.w * dout
        return total


class InterpolationLeftEndOnly(Interpolation):
    def gather(self, dout):
        total = np.zeros(7, dtype=dout.dtype)
        np.add.at(total, self.i, (1 - self.w) * dout)
        return total


class InterpolationIntoWholeNumbers(Interpolation):
    def gather(self, dout):
        return super().gather(dout).astype(self.i.dtype)


def heads(x):
    """Features dealt to two heads, which come before the steps."""
    n, t, d = x.shape
    return x.reshape(n, t, 2, d // 2).transpose(0, 2, 1, 3).copy(), x.shape


def heads_back(dout, shape):
    return dout.transpose(0, 2, 1, 3).reshape(shape)


def heads_back_at_once(dout, shape):
    return dout.reshape(shape)


ToHeads = pair("ToHeads", heads, heads_back)
ToHeadsBackAtOnce = pair("ToHeadsBackAtOnce", heads, heads_back_at_once)


class Depthwise(Listed):
    """Every channel by its own kernel of three, with holes."""

    names = ("W",)

    def __init__(self, c=3, dilation=1):
        self.weights, self.gradients, self.dilation = [_weights(c, 3)], [None], dilation

    def forward(self, x):
        self.x, self.out = x, x.shape[2] - 2 * self.dilation
        w = self.weights[0]
        return sum(w[:, k, None] * self.seen(k, self.dilation) for k in range(3))

    def seen(self, k, dilation):
        return self.x[:, :, k * dilation : k * dilation + self.out]

    def taps(self, dout):
        return [(dout * self.seen(k, self.dilation)).sum(axis=(0, 2)) for k in range(3)]

    def backward(self, dout):
        self.gradients = [np.stack(self.taps(dout), axis=1)]
        dx = np.zeros_like(self.x)
        for k in range(3):
            at = slice(k * self.dilation, k * self.dilation + self.out)
            dx[:, :, at] += self.weights[0][:, k, None] * dout
        return dx


class DepthwiseWithoutHoles(Depthwise):
    def taps(self, dout):
        return [(dout * self.seen(k, 1)).sum(axis=(0, 2)) for k in range(3)]


class DepthwiseTapsReversed(Depthwise):
    def taps(self, dout):
        return super().taps(dout)[::-1]


class Pointwise(Attributes):
    """A kernel of one by one pixel, with as many channels out as in."""

    own = ("W", "b")

    def __init__(self, c=3):
        self.W, self.b = _weights(c, c), np.zeros(c)

    def forward(self, x):
        self.x = x
        return np.einsum("oc,nchw->nohw", self.W, x) + self.b[:, None, None]

    def inward(self, dout):
        return np.einsum("oc,nohw->nchw", self.W, dout)

    def backward(self, dout):
        self.dW = np.einsum("nohw,nchw->oc", dout, self.x)
        self.db = dout.sum(axis=(0, 2, 3))
        return self.inward(dout)


class PointwiseWeightsUnturned(Pointwise):
    def inward(self, dout):
        return np.einsum("co,nohw->nchw", self.W, dout)


class PointwiseBiasIsAMeanOfPlaces(Pointwise):
    def backward(self, dout):
        dx = super().backward(dout)
        self.db = dout.mean(axis=(2, 3)).sum(axis=0)
        return dx


class PointwiseBiasForEachImage(Pointwise):
    def backward(self, dout):
        dx = super().backward(dout)
        self.db = dout.sum(axis=(2, 3))
        return dx


class PointwiseAddsToItsGradient(Pointwise):
    def backward(self, dout):
        before = getattr(self, "dW", 0)
        dx = super().backward(dout)
        self.dW = self.dW + before
        return dx


class AveragePool(Filling):
    """Windows of three, two apart, one beyond the ends; only what is there is counted."""

    def run(self, x):
        ends = x.shape[1]
        self.windows = [
            (max(s, 0), min(s + 3, ends)) for s in range(-1, ends - 1, 2) if s < ends
        ]
        return np.stack([x[:, a:b].mean(axis=1) for a, b in self.windows], axis=1)

    def count(self, a, b):
        return b - a

    def backward_into(self, dx, dout):
        for i, (a, b) in enumerate(self.windows):
            dx[:, a:b] += dout[:, i, None] / self.count(a, b)


class AveragePoolCountsWhatIsBeyond(AveragePool):
    def count(self, a, b):
        return 3


class AveragePoolSharedOnce(AveragePool):
    def backward_into(self, dx, dout):
        for i, (a, b) in enumerate(self.windows):
            dx[:, a:b] = dout[:, i, None] / self.count(a, b)


class MaxOverTime:
    """Largest of every feature over all steps."""

    def forward(self, x):
        self.x, self.at = x, x.argmax(axis=1)
        return x.max(axis=1)

    def backward(self, dout):
        dx = np.zeros(self.x.shape, dtype=dout.dtype)
        np.put_along_axis(dx, self.at[:, None], dout[:, None], axis=1)
        return dx


class MaxOverTimeAllThatReachIt(MaxOverTime):
    def backward(self, dout):
        return (self.x == self.x.max(axis=1, keepdims=True)) * dout[:, None]


class MaxOverTimeWritesIntoACopy(MaxOverTime):
    def backward(self, dout):
        dx = np.zeros_like(self.x)
        n, t, d = dx.shape
        rows, columns = np.indices((n, d))
        dx.reshape(-1)[(rows * t + self.at) * d + columns] = dout
        return dx


class MaskedTimeMean:
    """Mean of the steps that a mask keeps."""

    def forward(self, x, keep):
        self.keep = keep[:, :, None]
        self.count = np.maximum(keep.sum(axis=1), 1)[:, None].astype(x.dtype)
        return np.where(self.keep, x, 0).sum(axis=1) / self.count

    def passing(self):
        return self.keep

    def backward(self, dout):
        return np.where(self.passing(), (dout / self.count)[:, None], 0)


class MaskedTimeMeanHearsThePadding(MaskedTimeMean):
    def passing(self):
        return np.ones_like(self.keep)


class MaskedTimeMeanHearsOnlyPadding(MaskedTimeMean):
    def passing(self):
        return ~self.keep


class SoftArgmax:
    """Where the largest is, as a mean of places."""

    def forward(self, x):
        self.x, self.place = x, np.arange(x.shape[1]).astype(x.dtype)
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.p = e / e.sum(axis=1, keepdims=True)
        self.y = self.p @ self.place
        return self.y.copy()

    def shares(self):
        return self.p

    def middle(self):
        return self.y[:, None]

    def backward(self, dout):
        return dout[:, None] * self.shares() * (self.place - self.middle())


class SoftArgmaxSumHeldFixed(SoftArgmax):
    def middle(self):
        return 0


class SoftArgmaxBareExponentials(SoftArgmax):
    def shares(self):
        e = np.exp(self.x)
        return e / e.sum(axis=1, keepdims=True)
