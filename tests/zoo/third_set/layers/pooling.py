"""Pools and resampling."""

import numpy as np

from tests.zoo.third_set.styles import closure


class MaxPool:
    """Windows of three, two apart: neighbours share an entry."""

    k, stride = 3, 2

    def forward(self, x):
        self.x = x
        starts = np.arange(0, x.shape[1] - self.k + 1, self.stride)
        self.at = starts[:, None] + np.arange(self.k)
        self.windows = x[:, self.at]
        return self.windows.max(axis=2)

    def chosen(self):
        return np.arange(self.k) == self.windows.argmax(axis=2)[:, :, None]

    def place(self, dx, parts):
        np.add.at(dx, (slice(None), self.at), parts)

    def backward(self, dout):
        dx = np.zeros(self.x.shape, dtype=dout.dtype)
        self.place(dx, np.where(self.chosen(), dout[:, :, None], 0))
        return dx


class MaxPoolAllThatReachIt(MaxPool):
    def chosen(self):
        return self.windows == self.windows.max(axis=2, keepdims=True)


class MaxPoolWindowsOneOn(MaxPool):
    def place(self, dx, parts):
        np.add.at(dx, (slice(None), (self.at + 1) % dx.shape[1]), parts)


class MaxPoolLaterWindowWins(MaxPool):
    def place(self, dx, parts):
        for i in range(parts.shape[1]):
            dx[:, self.at[i]] = np.where(self.chosen()[:, i], parts[:, i], dx[:, self.at[i]])


class MeanPool:
    """Windows of three, the last one cut where the row ends."""

    k = 3

    def forward(self, x):
        self.d = x.shape[1]
        self.starts = np.arange(0, self.d, self.k)
        self.sizes = np.minimum(self.starts + self.k, self.d) - self.starts
        return np.add.reduceat(x, self.starts, axis=1) / self.sizes.astype(x.dtype)

    def weights(self):
        return self.sizes

    def backward(self, dout):
        dx = np.repeat(dout / self.weights().astype(dout.dtype), self.k, axis=1)
        return dx[:, : self.d].copy()


class MeanPoolFullWindowAtTheEnd(MeanPool):
    def weights(self):
        return np.full_like(self.sizes, self.k)


class Smooth:
    """Mean of an entry and its neighbours, of as many as there are."""

    def forward(self, x):
        d = x.shape[1]
        near = np.abs(np.arange(d)[:, None] - np.arange(d)) <= 1
        self.near, self.counts = near.astype(x.dtype), near.sum(axis=0).astype(x.dtype)
        return x @ self.near / self.counts

    def over(self, dout):
        return dout / self.counts

    def backward(self, dout):
        return self.over(dout) @ self.near


class SmoothCountsBeyondTheEnds(Smooth):
    def over(self, dout):
        return dout / 3


class SmoothLonelyEntryForgotten(Smooth):
    def backward(self, dout):
        if dout.shape[1] <= 1:
            return np.zeros_like(dout)
        return super().backward(dout)


class GlobalMax:
    """Largest value of each channel."""

    def forward(self, x):
        self.shape = x.shape
        n, c, h, w = x.shape
        self.flat = x.reshape(n, c, h * w)
        self.y = self.flat.max(axis=2)
        return self.y.copy()

    def chosen(self):
        places = np.arange(self.flat.shape[2])
        return places == self.flat.argmax(axis=2)[:, :, None]

    def backward(self, dout):
        return np.where(self.chosen(), dout[:, :, None], 0).reshape(self.shape)


class GlobalMaxAllThatReachIt(GlobalMax):
    def chosen(self):
        return self.flat == self.y[:, :, None]


class GlobalAverage:
    def forward(self, x):
        self.shape = x.shape
        return x.mean(axis=(2, 3))

    def area(self):
        return self.shape[2] * self.shape[3]

    def backward(self, dout):
        return np.broadcast_to(dout[:, :, None, None], self.shape) / self.area()


class GlobalAverageHeightSquared(GlobalAverage):
    def area(self):
        return self.shape[2] ** 2


class GlobalAverageSqueezesChannels(GlobalAverage):
    def backward(self, dout):
        return np.squeeze(dout)[..., None, None] * np.ones(self.shape) / self.area()


class RootPool:
    """Root of the summed squares of two neighbours."""

    def forward(self, x):
        self.pairs = x.reshape(len(x), x.shape[1] // 2, 2)
        self.y = np.sqrt((self.pairs**2).sum(axis=2))
        return self.y.copy()

    def backward(self, dout):
        y = np.where(self.y == 0, 1, self.y)
        return self.joined(self.pairs * (dout / y)[:, :, None])

    def joined(self, pairs):
        return pairs.reshape(len(pairs), 2 * pairs.shape[1])


class RootPoolOverNothing(RootPool):
    def backward(self, dout):
        return self.joined(self.pairs * (dout / self.y)[:, :, None])


class Enlarge:
    """Every pixel twice in both directions."""

    def forward(self, x):
        return x.repeat(2, axis=2).repeat(2, axis=3)

    def backward(self, dout):
        n, c, h, w = dout.shape
        return dout.reshape(n, c, h // 2, 2, w // 2, 2).sum(axis=(3, 5))


class EnlargeHearsOneCorner(Enlarge):
    def backward(self, dout):
        return dout[:, :, ::2, ::2].copy()


class Resize:
    """Rows stretched or squeezed to some length, by straight lines between neighbours."""

    def __init__(self, length=11):
        self.length = length

    def forward(self, x):
        self.d = x.shape[1]
        at = np.linspace(0, self.d - 1, self.length)
        self.left = np.minimum(at.astype(int), self.d - 2)
        self.share = (at - self.left).astype(x.dtype)
        return x[:, self.left] * (1 - self.share) + x[:, self.left + 1] * self.share

    def place(self, dx, at, part):
        np.add.at(dx, (slice(None), at), part)

    def backward(self, dout):
        dx = np.zeros((len(dout), self.d), dtype=dout.dtype)
        self.place(dx, self.left, dout * (1 - self.share))
        self.place(dx, self.left + 1, dout * self.share)
        return dx


class ResizeAddsSharedOnce(Resize):
    def place(self, dx, at, part):
        dx[:, at] += part


class ResizeBackToTheNearest(Resize):
    def backward(self, dout):
        self.share = np.round(self.share)
        return super().backward(dout)


class ShuffleChannels:
    """Channels of the groups, dealt in turn."""

    def __init__(self, groups=2):
        self.groups = groups

    def forward(self, x):
        return self.dealt(x, self.groups)

    def dealt(self, x, groups):
        n, c, t = x.shape
        return x.reshape(n, groups, c // groups, t).swapaxes(1, 2).reshape(n, c, t)

    def backward(self, dout):
        return self.dealt(dout, dout.shape[1] // self.groups)


class ShuffleChannelsOnceMore(ShuffleChannels):
    def backward(self, dout):
        return self.dealt(dout, self.groups)


def crop_centre(x):
    """All but one row above, two below and one column at each side."""

    def pull(dout):
        return np.pad(dout, ((0, 0), (0, 0), (1, 2), (1, 1)))

    return x[:, :, 1:-2, 1:-1].copy(), pull


def crop_centre_back_below(x):
    def pull(dout):
        return np.pad(dout, ((0, 0), (0, 0), (2, 1), (1, 1)))

    return crop_centre(x)[0], pull


CropCentre = closure("CropCentre", crop_centre)
CropCentreBackOneLow = closure("CropCentreBackOneLow", crop_centre_back_below)


class Mirror:
    """Two entries beyond each end, as in a mirror that stands on the last one."""

    pad = 2

    def forward(self, x):
        d = x.shape[1]
        self.d, self.at = d, np.abs(np.arange(-self.pad, d + self.pad))
        self.at = np.where(self.at >= d, 2 * (d - 1) - self.at, self.at)
        return x[:, self.at]

    def backward(self, dout):
        dx = np.zeros((len(dout), self.d), dtype=dout.dtype)
        np.add.at(dx, (slice(None), self.at), dout)
        return dx


class MirrorImagesLost(Mirror):
    def backward(self, dout):
        return dout[:, self.pad : -self.pad].copy()


class MirrorOnTheEdge(Mirror):
    def backward(self, dout):
        at = np.abs(np.arange(-self.pad, self.d + self.pad) + 0.5).astype(int)
        dx = np.zeros((len(dout), self.d), dtype=dout.dtype)
        np.add.at(dx, (slice(None), np.where(at >= self.d, 2 * self.d - 1 - at, at)), dout)
        return dx
