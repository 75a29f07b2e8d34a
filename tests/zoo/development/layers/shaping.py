"""Layers that move entries about: pools, pads, slices, gathers."""

import numpy as np


class Concat:
    def forward(self, a, b):
        self.cut = a.shape[1]
        return np.concatenate([a, b], axis=1)

    def backward(self, dout):
        return dout[:, : self.cut].copy(), dout[:, self.cut :].copy()


class ConcatHandsBackInReverse(Concat):
    def backward(self, dout):
        return dout[:, -self.cut :].copy(), dout[:, : -self.cut].copy()


class Slice:
    start, stop = 1, 4

    def forward(self, x):
        self.shape = x.shape
        return x[:, self.start : self.stop].copy()

    def backward(self, dout):
        dx = np.zeros(self.shape, dtype=dout.dtype)
        dx[:, self.start : self.stop] = dout
        return dx


class SlicePutsBackAtFront(Slice):
    def backward(self, dout):
        dx = np.zeros(self.shape, dtype=dout.dtype)
        dx[:, : dout.shape[1]] = dout
        return dx


class Pad:
    def __init__(self, width=2):
        self.width = width

    def forward(self, x):
        self.length = x.shape[1]
        return np.pad(x, ((0, 0), (self.width, self.width)))

    def backward(self, dout):
        return dout[:, self.width : self.width + self.length].copy()


class PadCropsFromOneSide(Pad):
    def backward(self, dout):
        return dout[:, : self.length].copy()


class PadOfNothingCropsAll(Pad):
    def backward(self, dout):
        return dout[:, self.width : -self.width].copy()


class Transpose:
    """Swap the two axes after the batch."""

    def forward(self, x):
        self.shape = x.shape
        return x.swapaxes(1, 2).copy()

    def backward(self, dout):
        return dout.swapaxes(1, 2).copy()


class TransposeBackByReshape(Transpose):
    def backward(self, dout):
        return dout.reshape(self.shape).copy()


class Flatten:
    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1).copy()

    def backward(self, dout):
        return dout.reshape(self.shape).copy()


class FlattenBackInFortranOrder(Flatten):
    def backward(self, dout):
        return dout.reshape(self.shape, order="F").copy()


class FlattenReadsMemory(Flatten):
    def backward(self, dout):
        return dout.ravel(order="K").reshape(self.shape).copy()


class FlattenAssumesItsStrides(Flatten):
    def backward(self, dout):
        strides = [dout.itemsize * int(np.prod(self.shape[i + 1 :])) for i in range(3)]
        return np.lib.stride_tricks.as_strided(dout, self.shape, strides).copy()


class Upsample:
    """Every entry twice."""

    def forward(self, x):
        self.length = x.shape[1]
        return np.repeat(x, 2, axis=1)

    def backward(self, dout):
        return dout.reshape(len(dout), self.length, 2).sum(axis=2)


class UpsampleKeepsLastCopy(Upsample):
    def backward(self, dout):
        dx = np.zeros((len(dout), self.length), dtype=dout.dtype)
        for i in range(dout.shape[1]):
            dx[:, i // 2] = dout[:, i]
        return dx


class UpsampleAveragesCopies(Upsample):
    def backward(self, dout):
        return dout.reshape(len(dout), self.length, 2).mean(axis=2)


class MaxPool:
    """Windows over the last axis."""

    def __init__(self, k=2, stride=2):
        self.k, self.stride = k, stride

    def forward(self, x):
        self.x = x
        steps = (x.shape[1] - self.k) // self.stride + 1
        self.starts = [i * self.stride for i in range(steps)]
        return np.stack([x[:, s : s + self.k].max(axis=1) for s in self.starts], axis=1)

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        rows = np.arange(len(dx))
        for i, s in enumerate(self.starts):
            dx[rows, s + self.x[:, s : s + self.k].argmax(axis=1)] += dout[:, i]
        return dx


class MaxPoolPaysEveryTie(MaxPool):
    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for i, s in enumerate(self.starts):
            window = self.x[:, s : s + self.k]
            dx[:, s : s + self.k] += (window == window.max(axis=1, keepdims=True)) * dout[
                :, [i]
            ]
        return dx


class MaxPoolWinnerOfTwoPaidOnce(MaxPool):
    def backward(self, dout):
        dx = np.zeros_like(self.x)
        rows = np.arange(len(dx))
        for i, s in enumerate(self.starts):
            dx[rows, s + self.x[:, s : s + self.k].argmax(axis=1)] = dout[:, i]
        return dx


class MaxPoolWinnerWithoutItsOffset(MaxPool):
    def backward(self, dout):
        dx = np.zeros_like(self.x)
        rows = np.arange(len(dx))
        for i in range(len(self.starts)):
            s = self.starts[i]
            dx[rows, i + self.x[:, s : s + self.k].argmax(axis=1)] += dout[:, i]
        return dx


class AvgPool:
    """Windows of three about every entry; those at the border are shorter."""

    def forward(self, x):
        self.length = x.shape[1]
        self.windows = [slice(max(i - 1, 0), i + 2) for i in range(self.length)]
        return np.stack([x[:, w].mean(axis=1) for w in self.windows], axis=1)

    def share(self, window):
        return min(window.stop, self.length) - window.start

    def backward(self, dout):
        dx = np.zeros_like(dout)
        for i, window in enumerate(self.windows):
            dx[:, window] += dout[:, [i]] / self.share(window)
        return dx


class AvgPoolCountsThreeEverywhere(AvgPool):
    def share(self, window):
        return 3


class AvgPool2d:
    def __init__(self, k=2):
        self.k = k

    def forward(self, x):
        n, c, h, w = x.shape
        k = self.k
        return x.reshape(n, c, h // k, k, w // k, k).mean(axis=(3, 5))

    def backward(self, dout):
        return dout.repeat(self.k, axis=2).repeat(self.k, axis=3) / self.k**2


class AvgPool2dEveryEntryGetsAll(AvgPool2d):
    def backward(self, dout):
        return dout.repeat(self.k, axis=2).repeat(self.k, axis=3)


class AvgPoolRemainder:
    """Windows of two; a last one may hold a single entry (ceil mode)."""

    def forward(self, x):
        self.length = x.shape[1]
        self.starts = range(0, self.length, 2)
        return np.stack([x[:, s : s + 2].mean(axis=1) for s in self.starts], axis=1)

    def backward(self, dout):
        dx = np.zeros((len(dout), self.length), dtype=dout.dtype)
        for i, s in enumerate(self.starts):
            size = min(2, self.length - s)
            dx[:, s : s + 2] = dout[:, [i]] / size
        return dx


class AvgPoolRemainderHalvesTheLast(AvgPoolRemainder):
    def backward(self, dout):
        dx = np.zeros((len(dout), self.length), dtype=dout.dtype)
        for i, s in enumerate(self.starts):
            dx[:, s : s + 2] = dout[:, [i]] / 2
        return dx


class Gather:
    """Pick rows by index."""

    def forward(self, x, t):
        self.shape, self.t = x.shape, t
        return x[t]

    def backward(self, dout):
        dx = np.zeros(self.shape, dtype=dout.dtype)
        np.add.at(dx, self.t, dout)
        return dx


class GatherSetsRows(Gather):
    def backward(self, dout):
        dx = np.zeros(self.shape, dtype=dout.dtype)
        dx[self.t] = dout
        return dx


class Sort:
    def forward(self, x):
        self.order = np.argsort(x, axis=1, kind="stable")
        return np.take_along_axis(x, self.order, axis=1)

    def backward(self, dout):
        dx = np.empty_like(dout)
        np.put_along_axis(dx, self.order, dout, axis=1)
        return dx


class SortOrdersAgain(Sort):
    def backward(self, dout):
        return np.take_along_axis(dout, self.order, axis=1)


class Shuffle:
    """Interleave groups of channels."""

    def __init__(self, groups=3):
        self.groups = groups

    def shuffle(self, x, groups):
        n, c = x.shape
        return x.reshape(n, groups, c // groups).swapaxes(1, 2).reshape(n, c)

    def forward(self, x):
        return self.shuffle(x, self.groups)

    def backward(self, dout):
        return self.shuffle(dout, dout.shape[1] // self.groups)


class ShuffleOnceMore(Shuffle):
    def backward(self, dout):
        return self.shuffle(dout, self.groups)


class Split:
    """Two halves as two outputs; the second is doubled."""

    def forward(self, x):
        half = x.shape[1] // 2
        return x[:, :half].copy(), 2 * x[:, half:]

    def backward(self, first, second):
        return np.concatenate([first, 2 * second], axis=1)


class SplitHearsFirstOutput(Split):
    def backward(self, first, second):
        return np.concatenate([first, np.zeros_like(second)], axis=1)
