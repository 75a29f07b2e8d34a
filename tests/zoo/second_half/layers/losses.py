"""Losses: without state, with value and gradient at once, and as layers."""

import math

import numpy as np

from tests.zoo.second_half.styles import Attributes, StatelessLoss, fused

LOG2 = math.log(2)


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class LogCosh(StatelessLoss):
    def loss(self, y, t):
        d = y - t
        return np.mean(np.logaddexp(d, -d) - LOG2)

    def grad(self, y, t):
        return np.tanh(y - t) / y.size


class LogCoshMeanOfRows(LogCosh):
    def grad(self, y, t):
        return np.tanh(y - t) / len(y)


class LogCoshByExponentials(LogCosh):
    def grad(self, y, t):
        up, down = np.exp(y - t), np.exp(t - y)
        return (up - down) / (up + down) / y.size


class LogCoshSlopeOfCharbonnier(LogCosh):
    def grad(self, y, t):
        d = y - t
        return d / np.sqrt(1 + d**2) / y.size


class SummedLogCosh:
    def forward(self, y, t):
        self.d = y - t
        return np.sum(np.logaddexp(self.d, -self.d) - LOG2)

    def backward(self, dout=1):
        return dout * np.tanh(self.d)


class SummedLogCoshStartsTheChain(SummedLogCosh):
    def backward(self, dout=1):
        return np.tanh(self.d)


class RowLogCosh:
    """Summed over a row, averaged over rows."""

    def forward(self, y, t):
        self.d = y - t
        return np.sum(np.logaddexp(self.d, -self.d) - LOG2) / len(y)

    def backward(self, dout):
        return dout * np.tanh(self.d) / len(self.d)


class RowLogCoshCountsSqueezed(RowLogCosh):
    def backward(self, dout):
        d = np.squeeze(self.d)
        return (dout * np.tanh(d) / len(d)).reshape(self.d.shape)


class Pinball:
    def __init__(self, q=0.5):
        self.q = q

    def forward(self, y, t):
        self.d = t - y
        return np.mean(np.maximum(self.q * self.d, (self.q - 1) * self.d))

    def backward(self, dout):
        slope = np.where(self.d > 0, -self.q, np.where(self.d < 0, 1 - self.q, 0.5 - self.q))
        return (dout * slope / self.d.size).astype(self.d.dtype)


class PinballOfTheMedian(Pinball):
    def backward(self, dout):
        return -dout * 0.5 * np.sign(self.d) / self.d.size


class Poisson(StatelessLoss):
    """Of rates."""

    def loss(self, rate, t):
        return np.mean(rate - t.astype(rate.dtype) * np.log(rate))

    def grad(self, rate, t):
        return (1 - t.astype(rate.dtype) / rate) / rate.size


class PoissonClimbs(Poisson):
    def grad(self, rate, t):
        return (t.astype(rate.dtype) / rate - 1) / rate.size


class Gaussian:
    """Negative log-likelihood of means and variances."""

    def forward(self, mean, var, t):
        self.d, self.var = mean - t, var
        return np.mean(0.5 * (np.log(var) + self.d**2 / var))

    def backward(self, dout):
        size = self.d.size
        dvar = 0.5 / self.var - 0.5 * self.d**2 / self.var**2
        return dout * self.d / self.var / size, dout * dvar / size


class GaussianLogarithmInFull(Gaussian):
    def backward(self, dout):
        dmean, _ = super().backward(dout)
        dvar = 1 / self.var - 0.5 * self.d**2 / self.var**2
        return dmean, dout * dvar / self.d.size


class GaussianVarianceIsGiven(Gaussian):
    def backward(self, dout):
        dmean, dvar = super().backward(dout)
        return dmean, np.zeros_like(dvar)


class Focal:
    """Of probabilities with binary labels."""

    gamma = 2.0

    def forward(self, p, t):
        self.t, self.q = t, np.where(t == 1, p, 1 - p)
        return -np.mean((1 - self.q) ** self.gamma * np.log(self.q))

    def slope(self):
        miss = 1 - self.q
        direct = miss**self.gamma / self.q
        return self.gamma * miss ** (self.gamma - 1) * np.log(self.q) - direct

    def backward(self, dout):
        turn = np.where(self.t == 1, 1, -1).astype(self.q.dtype)
        return dout * turn * self.slope() / self.q.size


class FocalWeightsTakenAsConstants(Focal):
    def slope(self):
        return -((1 - self.q) ** self.gamma) / self.q


class Dice:
    """Overlap of chances with a mask, over the whole batch."""

    def forward(self, p, t):
        self.t = t = t.astype(p.dtype)
        self.top, self.bottom = 2 * np.sum(p * t) + 1, np.sum(p) + np.sum(t) + 1
        return 1 - self.top / self.bottom

    def backward(self, dout):
        return dout * (self.top / self.bottom**2 - 2 * self.t / self.bottom)


class DiceUnionTakenAsConstant(Dice):
    def backward(self, dout):
        return -dout * 2 * self.t / self.bottom


class Triplet:
    """Anchor, like and unlike; squared distances."""

    margin = 1.0

    def forward(self, a, p, n):
        self.like, self.unlike = a - p, a - n
        gap = (self.like**2).sum(axis=1) - (self.unlike**2).sum(axis=1) + self.margin
        self.active = (gap > 0)[:, None]
        return np.mean(np.maximum(gap, 0))

    def backward(self, dout):
        share = dout * 2 * self.active / len(self.active)
        return (
            share * (self.like - self.unlike),
            -share * self.like,
            share * self.unlike,
        )


class TripletAnchorHearsItsLikeOnly(Triplet):
    def backward(self, dout):
        _, dp, dn = super().backward(dout)
        return dout * 2 * self.active / len(self.active) * self.like, dp, dn


class TripletDrawsTheUnlikeNear(Triplet):
    def backward(self, dout):
        da, dp, dn = super().backward(dout)
        return da, dp, -dn


class TripletUnlikeFirst(Triplet):
    def backward(self, dout):
        da, dp, dn = super().backward(dout)
        return da, dn, dp


class TripletMovesSettledOnes(Triplet):
    def forward(self, a, p, n):
        loss = super().forward(a, p, n)
        self.active = ~self.active
        return loss


def weighted_softmax_loss(z, t, weights=None):
    weights = np.ones(z.shape[1], dtype=z.dtype) if weights is None else np.asarray(weights)
    rows, p = np.arange(len(z)), softmax(z)
    w = weights[t].astype(z.dtype)
    shifted = z - z.max(axis=1, keepdims=True)
    log = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dz = p.copy()
    dz[rows, t] -= 1
    return -np.sum(w * log[rows, t]) / w.sum(), dz * w[:, None] / w.sum()


def weighted_softmax_loss_unweighted_back(z, t, weights=None):
    loss, _ = weighted_softmax_loss(z, t, weights)
    dz = softmax(z)
    dz[np.arange(len(z)), t] -= 1
    return loss, dz / len(z)


def softmax_loss_summed_back(z, t):
    loss, dz = weighted_softmax_loss(z, t)
    return loss, dz * len(z)


WeightedSoftmaxLoss = fused("WeightedSoftmaxLoss", weighted_softmax_loss)
WeightedSoftmaxLossUnweightedBack = fused(
    "WeightedSoftmaxLossUnweightedBack", weighted_softmax_loss_unweighted_back
)
SoftmaxLossSummedBack = fused("SoftmaxLossSummedBack", softmax_loss_summed_back)


def likelihood(p, t):
    rows = np.arange(len(p))
    dp = np.zeros_like(p)
    dp[rows, t] = -1 / p[rows, t] / len(p)
    return -np.mean(np.log(p[rows, t])), dp


def likelihood_of_logits(p, t):
    loss, _ = likelihood(p, t)
    dp = p.copy()
    dp[np.arange(len(p)), t] -= 1
    return loss, dp / len(p)


def likelihood_in_the_input(p, t):
    loss, dp = likelihood(p, t)
    p[np.arange(len(p)), t] -= 1
    return loss, dp


Likelihood = fused("Likelihood", likelihood)
LikelihoodSlopeOfLogits = fused("LikelihoodSlopeOfLogits", likelihood_of_logits)
LikelihoodWritesIntoItsInput = fused("LikelihoodWritesIntoItsInput", likelihood_in_the_input)


class Chances:
    """Binary cross-entropy of each chance, not averaged."""

    def forward(self, p, t):
        self.p, self.t = p, t
        return -np.where(t == 1, np.log(p), np.log(1 - p))

    def backward(self, dout):
        return dout * np.where(self.t == 1, -1 / self.p, 1 / (1 - self.p))


class ChancesSlopeOfLogits(Chances):
    def backward(self, dout):
        return dout * (self.p - self.t)


class Margins:
    """Every wrong class is to stay a margin of one below the right one."""

    def forward(self, z, t):
        self.rows, self.t = np.arange(len(z)), t
        gap = z - z[self.rows, t][:, None] + 1
        gap[self.rows, t] = 0
        self.over = gap > 0
        return np.sum(np.maximum(gap, 0)) / len(z)

    def right_class(self, dz):
        return -self.over.sum(axis=1)

    def backward(self, dout):
        dz = self.over.astype(np.result_type(dout, np.float32))
        dz[self.rows, self.t] = self.right_class(dz)
        return dout * dz / len(dz)


class MarginsPullOnceForAll(Margins):
    def right_class(self, dz):
        return -(self.over.any(axis=1).astype(dz.dtype))


class MarginsForgetTheRightClass(Margins):
    def right_class(self, dz):
        return 0


class Elastic(Attributes):
    """A linear fit with both penalties."""

    own = ("w",)

    def __init__(self, d=5, first=0.7, second=0.3):
        self.w = np.ones(d)
        self.first, self.second = first, second

    def forward(self, x, t):
        self.x, self.r = x, x @ self.w - t
        penalty = self.first * np.abs(self.w).sum() + self.second * np.sum(self.w**2)
        return np.mean(self.r**2) + penalty

    def penalty_slope(self):
        return self.first * np.sign(self.w) + 2 * self.second * self.w

    def backward(self, dout):
        n = len(self.x)
        self.dw = dout * (2 * self.x.T @ self.r / n + self.penalty_slope())
        return dout * 2 * np.outer(self.r, self.w) / n


class ElasticFirstPenaltyTurned(Elastic):
    def penalty_slope(self):
        return -self.first * np.sign(self.w) + 2 * self.second * self.w


class ElasticSecondPenaltyHalved(Elastic):
    def penalty_slope(self):
        return self.first * np.sign(self.w) + self.second * self.w


class WeightedErrors:
    """One squared error for each example, with weights that are given."""

    def forward(self, y, t, w):
        self.d, self.w = y - t, w
        return w * (self.d**2).sum(axis=1)

    def backward(self, dout):
        return 2 * (dout * self.w)[:, None] * self.d


class WeightedErrorsHearTheMean(WeightedErrors):
    def backward(self, dout):
        return 2 * (dout.mean() * self.w)[:, None] * self.d


class WeightedErrorsStartTheChain(WeightedErrors):
    def backward(self, dout):
        return 2 * self.w[:, None] * self.d


class WeightedErrorsUpstreamAgain(WeightedErrors):
    def backward(self, dout):
        slope = 2 * (dout * self.w)[:, None] * self.d
        return dout[:, None] * slope
