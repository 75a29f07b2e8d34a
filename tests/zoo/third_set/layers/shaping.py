"""Layers that join, cut, look up, turn and order."""

import numpy as np

from tests.zoo.second_half.styles import pair
from tests.zoo.third_set.styles import Named, Parameter, Parametric, closure


def concat(a, b):
    return np.concatenate([a, b], axis=1), a.shape[1]


def concat_back(dout, width):
    return dout[:, :width].copy(), dout[:, width:].copy()


def concat_back_second_first(dout, width):
    return dout[:, width:].copy(), dout[:, :width].copy()


Concat = pair("Concat", concat, concat_back)
ConcatPartsExchanged = pair("ConcatPartsExchanged", concat, concat_back_second_first)


class Split:
    """Three parts of unequal widths, as three outputs."""

    cuts = (2, 5)

    def forward(self, x):
        return tuple(part.copy() for part in np.split(x, self.cuts, axis=1))

    def backward(self, *douts):
        return np.concatenate(douts, axis=1)


class SplitJoinsBackwards(Split):
    def backward(self, *douts):
        return np.concatenate(douts[::-1], axis=1)


class SplitMiddleUnheard(Split):
    def backward(self, first, second, third):
        return np.concatenate([first, np.zeros_like(second), third], axis=1)


class Gather:
    """Rows of x by numbers, some more than once."""

    def forward(self, x, t):
        self.shape, self.t = x.shape, t
        return x[t]

    def backward(self, dout):
        dx = np.zeros(self.shape, dtype=dout.dtype)
        np.add.at(dx, self.t, dout)
        return dx


class GatherAssigns(Gather):
    def backward(self, dout):
        dx = np.zeros(self.shape, dtype=dout.dtype)
        dx[self.t] = dout
        return dx


class GatherIntoNumbersOfRows(Gather):
    def backward(self, dout):
        dx = np.zeros(self.shape, dtype=self.t.dtype)
        for row, part in zip(self.t, dout, strict=True):
            dx[row] += part.astype(dx.dtype)
        return dx.astype(dout.dtype)


class GatherFromMemory(Gather):
    def backward(self, dout):
        return super().backward(dout.ravel(order="K").reshape(dout.shape))


class SegmentSum:
    """Rows added up by segment."""

    segments = 4

    def forward(self, x, t):
        self.t = t
        y = np.zeros((self.segments, *x.shape[1:]), dtype=x.dtype)
        np.add.at(y, t, x)
        return y

    def backward(self, dout):
        return dout[self.t]


class SegmentSumCountsFromOne(SegmentSum):
    def backward(self, dout):
        return dout[self.t - 1]


class Embedding(Parametric):
    """Scaled word vectors; one word may stand for padding and has none."""

    def __init__(self, words=5, d=3, padding=None):
        self.table = Parameter(np.random.default_rng(31).normal(0.0, 1.0, (words, d)))
        self.padding, self.scale = padding, float(np.sqrt(d))

    def kept(self):
        return np.ones(self.t.shape, bool) if self.padding is None else self.t != self.padding

    def forward(self, t):
        self.t = t
        return np.where(self.kept()[..., None], self.table.value[t], 0) * self.scale

    def collect(self, dout):
        grad = np.zeros_like(self.table.value)
        np.add.at(grad, self.t, np.where(self.kept()[..., None], dout, 0))
        return grad

    def backward(self, dout):
        self.table.grad = self.collect(dout * self.scale)
        return ()


class EmbeddingAddsRepeatedOnce(Embedding):
    def collect(self, dout):
        grad = np.zeros_like(self.table.value)
        grad[self.t] += np.where(self.kept()[..., None], dout, 0)
        return grad


class EmbeddingPaddingLearns(Embedding):
    def collect(self, dout):
        grad = np.zeros_like(self.table.value)
        np.add.at(grad, self.t, dout)
        return grad


class EmbeddingScaleLeftOut(Embedding):
    def backward(self, dout):
        self.table.grad = self.collect(dout)
        return ()


class Rotary:
    """Pairs of features turned by an angle that grows with the step."""

    def angles(self, steps):
        return 0.7 * np.arange(steps)[:, None]

    def turned(self, x, angle):
        a, b = x[..., ::2], x[..., 1::2]
        cos, sin = np.cos(angle).astype(x.dtype), np.sin(angle).astype(x.dtype)
        return np.stack([a * cos - b * sin, a * sin + b * cos], axis=-1).reshape(x.shape)

    def forward(self, x):
        return self.turned(x, self.angles(x.shape[1]))

    def backward(self, dout):
        return self.turned(dout, -self.angles(dout.shape[1]))


class RotaryTurnsOnward(Rotary):
    def backward(self, dout):
        return self.turned(dout, self.angles(dout.shape[1]))


class RotaryStepsFromOne(Rotary):
    def backward(self, dout):
        return self.turned(dout, -self.angles(dout.shape[1] + 1)[1:])


class ScaledWaves(Named):
    """Adds fixed waves of position, times a number that is learned."""

    def __init__(self):
        super().__init__(alpha=np.ones(()))

    def forward(self, x):
        t, d = x.shape[1:]
        self.waves = np.sin(np.arange(1, t + 1)[:, None] / (1 + np.arange(d))).astype(x.dtype)
        return x + self.params["alpha"] * self.waves

    def backward_pass(self, dout):
        return {"dx": dout.copy(), "dalpha": np.sum(dout * self.waves)}


class ScaledWavesForEveryPlace(ScaledWaves):
    def backward_pass(self, dout):
        return {"dx": dout.copy(), "dalpha": dout * self.waves}


class ScaledWavesAveraged(ScaledWaves):
    def backward_pass(self, dout):
        return {"dx": dout.copy(), "dalpha": np.mean(dout * self.waves)}


def flatten(x):
    n, t, d = x.shape
    return x.reshape(n, t * d).copy(), x.shape


def unflatten(dout, shape):
    return dout.reshape(shape).copy()


def unflatten_as_stored(dout, shape):
    return dout.ravel(order="A").reshape(shape).copy()


Flatten = pair("Flatten", flatten, unflatten)
FlattenInOrderOfMemory = pair("FlattenInOrderOfMemory", flatten, unflatten_as_stored)


class ToLast:
    """Channels of an image go last."""

    def forward(self, x):
        return x.transpose(0, 2, 3, 1).copy()

    def backward(self, dout):
        return dout.transpose(0, 3, 1, 2).copy()


class ToLastOnceMore(ToLast):
    def backward(self, dout):
        return dout.transpose(0, 2, 3, 1).copy()


class CumulativeSum:
    def forward(self, x):
        return np.cumsum(x, axis=1)

    def backward(self, dout):
        return np.cumsum(dout[:, ::-1], axis=1)[:, ::-1].copy()


class CumulativeSumOnward(CumulativeSum):
    def backward(self, dout):
        return np.cumsum(dout, axis=1)


class CumulativeSumLeavesItself(CumulativeSum):
    def backward(self, dout):
        return super().backward(dout) - dout


def rolled(x):
    return np.roll(x, 2, axis=1), lambda dout: np.roll(dout, -2, axis=1)


def rolled_twice(x):
    return np.roll(x, 2, axis=1), lambda dout: np.roll(dout, 2, axis=1)


Roll = closure("Roll", rolled)
RollOnward = closure("RollOnward", rolled_twice)


class Sorted:
    """Every row in rising order."""

    def forward(self, x):
        self.order = np.argsort(x, axis=1, kind="stable")
        return np.take_along_axis(x, self.order, axis=1)

    def backward(self, dout):
        return np.take_along_axis(dout, np.argsort(self.order, axis=1), axis=1)


class SortedByTheSameOrder(Sorted):
    def backward(self, dout):
        return np.take_along_axis(dout, self.order, axis=1)


class Quantile:
    """A quantile of every row, between the two entries next to it."""

    def __init__(self, q=0.3):
        self.q = q

    def forward(self, x):
        self.order = np.argsort(x, axis=1, kind="stable")
        at = self.q * (x.shape[1] - 1)
        self.low, self.share = int(at), at - int(at)
        low, high = self.picked(x, self.low), self.picked(x, self.low + 1)
        return low * (1 - self.share) + high * self.share

    def picked(self, x, rank):
        return x[np.arange(len(x)), self.order[:, rank]]

    def shares(self):
        return 1 - self.share, self.share

    def backward(self, dout):
        dx = np.zeros(self.order.shape, dtype=dout.dtype)
        for rank, share in zip((self.low, self.low + 1), self.shares(), strict=True):
            dx[np.arange(len(dx)), self.order[:, rank]] = dout * share
        return dx


class QuantileSharesExchanged(Quantile):
    def shares(self):
        return self.share, 1 - self.share


class QuantileSortsItsInput(Quantile):
    def forward(self, x):
        y = super().forward(x)
        x.sort(axis=1)
        return y


class TopSum:
    """Sum of the three largest entries of every row."""

    k = 3

    def forward(self, x):
        self.x, self.order = x, np.argsort(-x, axis=1, kind="stable")[:, : self.k]
        return np.take_along_axis(x, self.order, axis=1).sum(axis=1)

    def chosen(self):
        return (np.arange(self.x.shape[1]) == self.order[:, :, None]).any(axis=1)

    def backward(self, dout):
        return np.where(self.chosen(), dout[:, None], 0)


class TopSumAllAboveTheLeast(TopSum):
    def chosen(self):
        return self.x >= np.take_along_axis(self.x, self.order[:, -1:], axis=1)


class Range:
    """Largest less smallest entry of every row."""

    def forward(self, x):
        self.x = x
        return x.max(axis=1) - x.min(axis=1)

    def signs(self):
        places = np.arange(self.x.shape[1])
        top = places == self.x.argmax(axis=1)[:, None]
        return top.astype(self.x.dtype) - (places == self.x.argmin(axis=1)[:, None])

    def backward(self, dout):
        return dout[:, None] * self.signs()


class RangeAllThatReachIt(Range):
    def signs(self):
        top = self.x == self.x.max(axis=1, keepdims=True)
        return top.astype(self.x.dtype) - (self.x == self.x.min(axis=1, keepdims=True))
