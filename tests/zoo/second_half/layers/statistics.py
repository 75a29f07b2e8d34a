"""Normalisations and reductions."""

import numpy as np


class GroupNorm:
    """Features in groups of their own mean and deviation."""

    eps = 1e-5

    def __init__(self, d=6, groups=2):
        self.params = {"gamma": np.ones(d), "beta": np.zeros(d)}
        self.grads, self.groups = {}, groups

    def cut(self, x):
        return x.reshape(len(x), self.groups, -1)

    def forward(self, x):
        parts = self.cut(x)
        centred = parts - parts.mean(axis=2, keepdims=True)
        self.std = np.sqrt((centred**2).mean(axis=2, keepdims=True) + self.eps)
        self.hat = centred / self.std
        return self.params["gamma"] * self.hat.reshape(x.shape) + self.params["beta"]

    def inner(self, dhat):
        along = self.hat * (dhat * self.hat).mean(axis=2, keepdims=True)
        return (dhat - dhat.mean(axis=2, keepdims=True) - along) / self.std

    def backward(self, dout):
        self.grads["gamma"] = (dout * self.hat.reshape(dout.shape)).sum(axis=0)
        self.grads["beta"] = dout.sum(axis=0)
        return self.inner(self.cut(dout * self.params["gamma"])).reshape(dout.shape)


class GroupNormMeanTakenAsConstant(GroupNorm):
    def inner(self, dhat):
        return (dhat - self.hat * (dhat * self.hat).mean(axis=2, keepdims=True)) / self.std


class GroupNormExchangesItsParameters(GroupNorm):
    def backward(self, dout):
        dx = super().backward(dout)
        self.grads = {"gamma": self.grads["beta"], "beta": self.grads["gamma"]}
        return dx


class GroupNormDeviationOfASample(GroupNorm):
    def inner(self, dhat):
        size = self.hat.shape[2]
        std = self.std * np.sqrt(size / (size - 1))
        along = self.hat * (dhat * self.hat).sum(axis=2, keepdims=True) / (size - 1)
        return (dhat - dhat.mean(axis=2, keepdims=True) - along) / std


class InstanceNorm:
    """Each channel of each example over its length."""

    eps = 1e-3

    def forward(self, x):
        centred = x - x.mean(axis=2, keepdims=True)
        return self.scaled(centred)

    def scaled(self, centred):
        self.std = np.sqrt((centred**2).mean(axis=2, keepdims=True) + self.eps)
        self.hat = centred / self.std
        return self.hat.copy()

    def backward(self, dout):
        along = self.hat * (dout * self.hat).mean(axis=2, keepdims=True)
        return (dout - dout.mean(axis=2, keepdims=True) - along) / self.std


class InstanceNormCentresInPlace(InstanceNorm):
    def forward(self, x):
        x -= x.mean(axis=2, keepdims=True)
        return self.scaled(x)


class InstanceNormDeviationTakenAsConstant(InstanceNorm):
    def backward(self, dout):
        return (dout - dout.mean(axis=2, keepdims=True)) / self.std


class Centre:
    """Takes the batch's mean off; in evaluation one that is stored."""

    def __init__(self, d=5, *, training=True):
        self.stored, self.training = np.linspace(-1, 1, d), training

    def forward(self, x):
        mean = x.mean(axis=0) if self.training else self.stored.astype(x.dtype)
        return x - mean

    def backward(self, dout):
        return dout - dout.mean(axis=0) if self.training else dout.copy()


class CentreTrainsForEver(Centre):
    def backward(self, dout):
        return dout - dout.mean(axis=0)


class CentreNeverTrains(Centre):
    def backward(self, dout):
        return dout.copy()


class ChannelScale:
    """A factor and a shift for each channel of an image."""

    def __init__(self, c=3):
        self.params = {"gain": np.ones(c), "shift": np.zeros(c)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return x * self.params["gain"][:, None, None] + self.params["shift"][:, None, None]

    def backward(self, dout):
        self.grads["gain"] = (dout * self.x).sum(axis=(0, 2, 3))
        self.grads["shift"] = dout.sum(axis=(0, 2, 3))
        return dout * self.params["gain"][:, None, None]


class ChannelScaleSumsChannels(ChannelScale):
    def backward(self, dout):
        dx = super().backward(dout)
        self.grads["gain"] = (dout * self.x).sum(axis=(1, 2, 3))
        return dx


class ChannelScaleLeavesTheColumns(ChannelScale):
    def backward(self, dout):
        dx = super().backward(dout)
        self.grads["shift"] = dout.sum(axis=(0, 2))
        return dx


class ChannelScaleFirstImageForEver(ChannelScale):
    x = None

    def forward(self, x):
        self.x = x if self.x is None else self.x
        return x * self.params["gain"][:, None, None] + self.params["shift"][:, None, None]


class ChannelScalePopsItsInput(ChannelScale):
    def forward(self, x):
        self.saved = {"x": x}
        return super().forward(x)

    def backward(self, dout):
        self.x = self.saved.pop("x")
        return super().backward(dout)


class Share:
    """Each entry as a part of its row's sum."""

    def forward(self, x):
        self.total = x.sum(axis=1, keepdims=True)
        self.y = x / self.total
        return self.y.copy()

    def backward(self, dout):
        return (dout - (dout * self.y).sum(axis=1, keepdims=True)) / self.total


class ShareTotalTakenAsConstant(Share):
    def backward(self, dout):
        return dout / self.total


class Cosine:
    """Of the angle between the rows of two inputs."""

    def forward(self, a, b):
        self.la = np.sqrt((a**2).sum(axis=1, keepdims=True)) + 1e-2
        self.lb = np.sqrt((b**2).sum(axis=1, keepdims=True)) + 1e-2
        self.a, self.b = a, b
        self.y = (a * b).sum(axis=1, keepdims=True) / (self.la * self.lb)
        return self.y[:, 0].copy()

    def one(self, a, b, la, lb):
        along = a / np.where(la > 1e-2, la - 1e-2, 1)
        return b / (la * lb) - self.y * along / la

    def backward(self, dout):
        u = dout[:, None]
        da = self.one(self.a, self.b, self.la, self.lb)
        return u * da, u * self.one(self.b, self.a, self.lb, self.la)


class CosineLengthsTakenAsConstant(Cosine):
    def one(self, a, b, la, lb):
        return b / (la * lb)


class CosineSecondUnheard(Cosine):
    def backward(self, dout):
        da, db = super().backward(dout)
        return da, 0 * db


class Deviation:
    """Standard deviation of every row."""

    def forward(self, x):
        self.d = x - x.mean(axis=1, keepdims=True)
        self.y = np.sqrt((self.d**2).mean(axis=1))
        return self.y.copy()

    def backward(self, dout):
        y = np.where(self.y == 0, 1, self.y)
        return (dout / y)[:, None] * self.d / self.d.shape[1]


class DeviationOfConstantRows(Deviation):
    def backward(self, dout):
        return (dout / self.y)[:, None] * self.d / self.d.shape[1]


class DeviationOverOneLess(Deviation):
    def backward(self, dout):
        size = self.d.shape[1]
        return super().backward(dout) * size / (size - 1)


class RunningProduct:
    def forward(self, x):
        self.x = x
        return np.cumprod(x, axis=1)

    def backward(self, dout):
        dx = np.zeros_like(dout)
        for i in range(dout.shape[1]):
            others = self.x.copy()
            others[:, i] = 1
            dx[:, i] = (dout * np.cumprod(others, axis=1))[:, i:].sum(axis=1)
        return dx


class RunningProductOverItsFactor(RunningProduct):
    def backward(self, dout):
        terms = dout * np.cumprod(self.x, axis=1)
        return np.cumsum(terms[:, ::-1], axis=1)[:, ::-1] / self.x


class LeastOverTime:
    """Smallest value of each feature over the steps."""

    def forward(self, x):
        self.x = x
        return x.min(axis=1)

    def chosen(self):
        steps = np.arange(self.x.shape[1])[:, None]
        return steps == self.x.argmin(axis=1)[:, None, :]

    def backward(self, dout):
        return self.chosen() * dout[:, None, :]


class LeastOverTimeEveryOne(LeastOverTime):
    def chosen(self):
        return self.x == self.x.min(axis=1, keepdims=True)


class Maxout:
    """The larger of two neighbours."""

    def forward(self, x):
        self.pairs = x.reshape(len(x), -1, 2)
        return self.pairs.max(axis=2)

    def backward(self, dout):
        first = self.pairs[:, :, 0] >= self.pairs[:, :, 1]
        mask = np.stack([first, ~first], axis=2)
        return (mask * dout[:, :, None]).reshape(len(dout), -1)


class MaxoutBothWhenEqual(Maxout):
    def backward(self, dout):
        first, second = self.pairs[:, :, 0], self.pairs[:, :, 1]
        mask = np.stack([first >= second, second >= first], axis=2)
        return (mask * dout[:, :, None]).reshape(len(dout), -1)


class MaxoutPaysTheSmaller(Maxout):
    def backward(self, dout):
        first = self.pairs[:, :, 0] < self.pairs[:, :, 1]
        mask = np.stack([first, ~first], axis=2)
        return (mask * dout[:, :, None]).reshape(len(dout), -1)


class Moments:
    """Mean and mean square of every row, as two outputs."""

    def forward(self, x):
        self.x = x
        return x.mean(axis=1), (x**2).mean(axis=1)

    def backward(self, dmean, dsquare):
        return (dmean[:, None] + 2 * self.x * dsquare[:, None]) / self.x.shape[1]


class MomentsFirstUnheard(Moments):
    def backward(self, dmean, dsquare):
        return 2 * self.x * dsquare[:, None] / self.x.shape[1]


class MomentsSummed(Moments):
    def backward(self, dmean, dsquare):
        return dmean[:, None] + 2 * self.x * dsquare[:, None]


class Squeeze:
    """Every feature, gated by the row's mean."""

    def forward(self, x):
        self.x = x
        self.s = np.tanh(x.mean(axis=1, keepdims=True))
        return x * self.s

    def through_gate(self, dout):
        ds = (dout * self.x).sum(axis=1, keepdims=True)
        return ds * (1 - self.s**2) / self.x.shape[1]

    def backward(self, dout):
        return dout * self.s + self.through_gate(dout)


class SqueezeDirectPathTwice(Squeeze):
    def backward(self, dout):
        return 2 * dout * self.s + self.through_gate(dout)


class SqueezeGateTakenAsConstant(Squeeze):
    def backward(self, dout):
        return dout * self.s


class SqueezeGateSlopeAtItself(Squeeze):
    def through_gate(self, dout):
        ds = (dout * self.x).sum(axis=1, keepdims=True)
        return ds * (1 - np.tanh(self.s) ** 2) / self.x.shape[1]
