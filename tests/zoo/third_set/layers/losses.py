"""Losses of predictions, distances and logits."""

import numpy as np

from tests.zoo.second_half.styles import Attributes, StatelessLoss, fused
from tests.zoo.third_set.styles import closure


class Huber:
    def __init__(self, delta=1.0):
        self.delta = delta

    def forward(self, y, t):
        self.d = y - t
        size = np.abs(self.d)
        self.each = np.where(
            size <= self.delta, 0.5 * self.d**2, self.delta * (size - 0.5 * self.delta)
        )
        return np.mean(self.each)

    def near(self):
        return np.abs(self.d) <= self.delta

    def tail(self):
        return self.delta * np.sign(self.d)

    def backward(self, dout):
        return dout * np.where(self.near(), self.d, self.tail()) / self.d.size


class HuberTailOfDeltaOne(Huber):
    def tail(self):
        return np.sign(self.d)


class HuberNearByTheLoss(Huber):
    def near(self):
        return self.each <= self.delta


class HuberOverItsRows(Huber):
    def backward(self, dout):
        return super().backward(dout) * self.d.shape[1]


class RowMse:
    """Mean square of each row, of predictions and targets that both are computed."""

    def forward(self, y, t):
        self.d = y - t
        return np.mean(self.d**2, axis=1)

    def backward(self, dout):
        dy = 2 * dout[:, None] * self.d / self.d.shape[1]
        return dy, -dy


class RowMseOverItsOutputs(RowMse):
    def backward(self, dout):
        dy = 2 * dout[:, None] * self.d / dout.size
        return dy, -dy


class RowMseTargetLikePrediction(RowMse):
    def backward(self, dout):
        dy, _ = super().backward(dout)
        return dy, dy.copy()


class SquaredDifference:
    def forward(self, a, b):
        self.a, self.b = a, b
        return (a - b) ** 2

    def backward(self, dout):
        d = 2 * dout * (self.a - self.b)
        return d, -d


class SquaredDifferenceWithoutUpstream(SquaredDifference):
    def backward(self, dout):
        d = 2 * (self.a - self.b)
        return d, -d


class Contrastive:
    """Pairs of one kind drawn together, others pushed apart up to a margin."""

    margin = 2.0

    def forward(self, a, b, t):
        self.d, self.alike = a - b, t == 1
        self.length = np.sqrt((self.d**2).sum(axis=1))
        room = np.maximum(self.margin - self.length, 0)
        return np.where(self.alike, self.length**2, room**2)

    def push(self):
        length = np.where(self.length == 0, 1, self.length)
        return -2 * np.maximum(self.margin - self.length, 0) / length

    def one(self, dout):
        return (dout * np.where(self.alike, 2, self.push()))[:, None] * self.d

    def backward(self, dout):
        da = self.one(dout)
        return da, -da


class ContrastiveSecondFollowsFirst(Contrastive):
    def backward(self, dout):
        da = self.one(dout)
        return da, da.copy()


class ContrastivePushesTheFar(Contrastive):
    def push(self):
        length = np.where(self.length == 0, 1, self.length)
        return 2 * np.maximum(self.length - self.margin, 0) / length


class ContrastiveOverNoLength(Contrastive):
    def push(self):
        return -2 * np.maximum(self.margin - self.length, 0) / self.length


class CosineGap:
    """1 - cos of the angle between rows; short rows count as of length 0.1."""

    least = 0.1

    def forward(self, a, b):
        self.a, self.b = a, b
        self.la, self.lb = (np.sqrt((v**2).sum(axis=1, keepdims=True)) for v in (a, b))
        self.ma, self.mb = np.maximum(self.la, self.least), np.maximum(self.lb, self.least)
        self.cos = (a * b).sum(axis=1, keepdims=True) / (self.ma * self.mb)
        return 1 - self.cos[:, 0]

    def one(self, own, other, length, least):
        along = np.where(length > self.least, self.cos * own / least**2, 0)
        return along - other / (self.ma * self.mb)

    def backward(self, dout):
        u = dout[:, None]
        da = self.one(self.a, self.b, self.la, self.ma)
        return u * da, u * self.one(self.b, self.a, self.lb, self.mb)


class CosineGapDividesByLengths(CosineGap):
    def one(self, own, other, length, least):
        return self.cos * own / length**2 - other / (self.ma * self.mb)


class CosineGapExchangesRows(CosineGap):
    def backward(self, dout):
        return super().backward(dout)[::-1]


class Hinge(StatelessLoss):
    """Of scores and signs."""

    def loss(self, y, t):
        return np.mean(np.maximum(0, 1 - t * y))

    def grad(self, y, t):
        return np.where(t * y < 1, -t, 0) / y.size


class HingePullsTheSettled(Hinge):
    def grad(self, y, t):
        return np.where(t * y < 1, 0, -t) / y.size


class SquaredHinge(StatelessLoss):
    def loss(self, y, t):
        return np.mean(np.maximum(0, 1 - t * y) ** 2)

    def grad(self, y, t):
        return -2 * t * np.maximum(0, 1 - t * y) / y.size


class SquaredHingeWithoutItsTwo(SquaredHinge):
    def grad(self, y, t):
        return -t * np.maximum(0, 1 - t * y) / y.size


class Svm(Attributes):
    """Scores of one machine with a penalty on its weights, as a loss."""

    own = ("W", "b")

    def __init__(self, d=5, decay=0.4):
        self.W, self.b = np.linspace(-1, 1, d), np.zeros(())
        self.decay = decay

    def forward(self, x, t):
        self.x, self.t = x, t
        self.short = 1 - t * (x @ self.W + self.b)
        return np.mean(np.maximum(0, self.short)) + self.decay * np.sum(self.W**2)

    def penalty(self):
        return 2 * self.decay * self.W

    def backward(self, dout):
        ds = dout * np.where(self.short > 0, -self.t, 0) / len(self.x)
        self.dW = self.x.T @ ds + dout * self.penalty()
        self.db = ds.sum()
        return np.outer(ds, self.W)


class SvmPenaltyWithoutItsTwo(Svm):
    def penalty(self):
        return self.decay * self.W


class SvmPenaltyTurned(Svm):
    def penalty(self):
        return -2 * self.decay * self.W


class CentreLoss:
    """Squared distance of each example to the centre of its class."""

    def __init__(self, k=3, d=5):
        self.params = {"centres": np.random.default_rng(4).normal(0.0, 1.0, (k, d))}
        self.grads = {}

    def forward(self, x, t):
        self.t, self.d = t, x - self.params["centres"][t]
        return 0.5 * np.sum(self.d**2)

    def collect(self, pull):
        dc = np.zeros_like(self.params["centres"])
        np.add.at(dc, self.t, -pull)
        return dc

    def backward(self, dout):
        self.grads["centres"] = self.collect(dout * self.d)
        return dout * self.d


class CentreLossCentresStandStill(CentreLoss):
    def collect(self, pull):
        return np.zeros_like(self.params["centres"])


class CentreLossHearsOneMember(CentreLoss):
    def collect(self, pull):
        dc = np.zeros_like(self.params["centres"])
        dc[self.t] = -pull
        return dc


class CentreLossMovesByItsOwnRule(CentreLoss):
    def collect(self, pull):
        return super().collect(self.d)


def squared_rank_gap(y, t):
    """Every pair of an example's scores is to differ as its targets do."""
    gap = (y[:, :, None] - y[:, None, :]) - (t[:, :, None] - t[:, None, :])

    def pull(dout):
        return dout * 2 * (gap.sum(axis=2) - gap.sum(axis=1)) / gap.size

    return np.mean(gap**2), pull


def squared_rank_gap_first_role(y, t):
    loss, _ = squared_rank_gap(y, t)
    gap = (y[:, :, None] - y[:, None, :]) - (t[:, :, None] - t[:, None, :])
    return loss, lambda dout: dout * 2 * gap.sum(axis=2) / gap.size


RankGap = closure("RankGap", squared_rank_gap)
RankGapFirstRoleOnly = closure("RankGapFirstRoleOnly", squared_rank_gap_first_role)


def soft_target_loss(p, t):
    return -np.sum(t * np.log(p)) / len(p), -t / p / len(p)


def soft_target_loss_of_logits(p, t):
    return soft_target_loss(p, t)[0], (p - t) / len(p)


SoftTargets = fused("SoftTargets", soft_target_loss)
SoftTargetsSlopeOfLogits = fused("SoftTargetsSlopeOfLogits", soft_target_loss_of_logits)
