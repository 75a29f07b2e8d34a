"""Losses and divergences."""

from math import log

import numpy as np

from tests.zoo.second_half.styles import StatelessLoss, fused, pair
from tests.zoo.third_set.styles import Named, Parameter, Parametric, closure


def _weights(*shape):
    return np.random.default_rng(41).normal(0.0, 0.6, shape)


class LogCosh:
    """Mean logarithm of the hyperbolic cosine of the gap."""

    def forward(self, y, t):
        self.gap = y - t
        size = np.abs(self.gap)
        return np.mean(size + np.log1p(np.exp(-2 * size)) - log(2))

    def slope(self):
        return np.tanh(self.gap)

    def both(self, dy):
        return dy, -dy

    def backward(self, dout):
        return self.both(dout * self.slope() / self.gap.size)


class LogCoshBySineOverCosine(LogCosh):
    def slope(self):
        return np.sinh(self.gap) / np.cosh(self.gap)


class LogCoshChainsTwice(LogCosh):
    def backward(self, dout):
        return self.both(dout * dout * self.slope() / self.gap.size)


class LogCoshTargetLikePrediction(LogCosh):
    def both(self, dy):
        return dy, dy.copy()


class Dice:
    """One less the overlap of soft and hard members."""

    smooth = 1.0

    def forward(self, p, t):
        self.t = t.astype(p.dtype)
        self.top = 2 * (p * self.t).sum() + self.smooth
        self.bottom = p.sum() + self.t.sum() + self.smooth
        return 1 - self.top / self.bottom

    def through_sum(self):
        return self.top / self.bottom**2

    def backward(self, dout):
        return dout * (self.through_sum() - 2 * self.t / self.bottom)


class DiceSumHeldFixed(Dice):
    def through_sum(self):
        return 0


class DiceStartsTheChain(Dice):
    def backward(self, dout):
        return super().backward(1.0)


class Tversky(Dice):
    """One less true members over these, weighted false ones and weighted missed ones."""

    def __init__(self, alpha=0.5):
        self.alpha = alpha

    def forward(self, p, t):
        self.t = t.astype(p.dtype)
        hit = (p * self.t).sum()
        false, missed = (p * (1 - self.t)).sum(), ((1 - p) * self.t).sum()
        self.top = hit + self.smooth
        self.bottom = self.top + self.alpha * false + (1 - self.alpha) * missed
        return 1 - self.top / self.bottom

    def weight(self):
        return self.alpha

    def backward(self, dout):
        a = self.weight()
        dbottom = self.t + a * (1 - self.t) - (1 - a) * self.t
        return -dout * (self.t * self.bottom - self.top * dbottom) / self.bottom**2


class TverskyWeighsAlike(Tversky):
    def weight(self):
        return 0.5


class Wing:
    """Logarithm of small gaps, and large ones as they are."""

    eps = 0.5

    def __init__(self, width=1.0):
        self.width = width

    def forward(self, y, t):
        self.gap, w = y - t, self.width
        size = np.abs(self.gap)
        shift = w - w * np.log1p(w / self.eps)
        self.each = np.where(size < w, w * np.log1p(size / self.eps), size - shift)
        return self.each.mean(axis=1)

    def near(self):
        return np.abs(self.gap) < self.width

    def height(self):
        return self.width

    def backward(self, dout):
        inside = self.height() / (self.eps + np.abs(self.gap))
        slope = np.sign(self.gap) * np.where(self.near(), inside, 1)
        return dout[:, None] * slope / self.gap.shape[1]


class WingNearByTheLoss(Wing):
    def near(self):
        return self.each < self.width


class WingHeightOfOne(Wing):
    def height(self):
        return 1.0


def triplet(a, p, n, margin=1.0):
    """Mean of how far the positive is beyond the negative, and a margin."""
    each = ((a - p) ** 2).sum(axis=1) - ((a - n) ** 2).sum(axis=1) + margin
    return np.maximum(each, 0).sum() / max(len(a), 1), (a, p, n, each > 0)


def triplet_back(dout, cache):
    a, p, n, active = cache
    w = 2 * dout * active[:, None] / max(len(a), 1)
    return w * (n - p), w * (p - a), w * (a - n)


def triplet_back_settled(dout, cache):
    return triplet_back(dout, (*cache[:3], ~cache[3]))


def triplet_back_negative_like_positive(dout, cache):
    da, dp, dn = triplet_back(dout, cache)
    return da, dp, -dn


def triplet_back_anchor_to_positive(dout, cache):
    _, dp, dn = triplet_back(dout, cache)
    return -dp, dp, dn


Triplet = pair("Triplet", triplet, triplet_back)
TripletPullsTheSettled = pair("TripletPullsTheSettled", triplet, triplet_back_settled)
TripletNegativeIsDrawnNear = pair(
    "TripletNegativeIsDrawnNear", triplet, triplet_back_negative_like_positive
)
TripletAnchorMissesTheNegative = pair(
    "TripletAnchorMissesTheNegative", triplet, triplet_back_anchor_to_positive
)


class SmoothLabels:
    """Cross-entropy of logits with a share of every label spread over all classes."""

    def __init__(self, smoothing=0.0):
        self.smoothing = smoothing

    def forward(self, z, t):
        self.logp = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
        self.hard = np.eye(z.shape[1], dtype=z.dtype)[t]
        soft = (1 - self.smoothing) * self.hard + self.smoothing / z.shape[1]
        self.soft = soft
        return -(soft * self.logp).sum() / max(len(z), 1)

    def target(self):
        return self.soft

    def count(self):
        return max(len(self.logp), 1)

    def backward(self, dout):
        return dout * (np.exp(self.logp) - self.target()) / self.count()


class SmoothLabelsAreHardOnTheWayBack(SmoothLabels):
    def target(self):
        return self.hard


class SmoothLabelsMeanLeftOut(SmoothLabels):
    def count(self):
        return 1


def gaussian_nll(m, v, t):
    """Half of log variance and of the squared gap over it."""
    gap = m - t

    def pull(dout):
        return dout * gap / v, dout * 0.5 * (1 / v - gap**2 / v**2)

    return 0.5 * (np.log(v) + gap**2 / v), pull


def gaussian_nll_of_log_only(m, v, t):
    y, pull = gaussian_nll(m, v, t)
    return y, lambda dout: (pull(dout)[0], dout * 0.5 / v)


def gaussian_nll_not_squared(m, v, t):
    y, pull = gaussian_nll(m, v, t)
    return y, lambda dout: (pull(dout)[0], dout * 0.5 * (1 / v - (m - t) ** 2 / v))


def gaussian_nll_mean_flees(m, v, t):
    y, pull = gaussian_nll(m, v, t)
    return y, lambda dout: (-pull(dout)[0], pull(dout)[1])


GaussianNll = closure("GaussianNll", gaussian_nll)
GaussianNllSpreadOfLogOnly = closure("GaussianNllSpreadOfLogOnly", gaussian_nll_of_log_only)
GaussianNllSpreadNotSquared = closure("GaussianNllSpreadNotSquared", gaussian_nll_not_squared)
GaussianNllMeanFlees = closure("GaussianNllMeanFlees", gaussian_nll_mean_flees)


class NormalKl:
    """Divergence of two normal laws, summed over features."""

    def forward(self, a, s, b, r):
        self.args = a, s, b, r
        each = np.log(r / s) + (s**2 + (a - b) ** 2) / (2 * r**2) - 0.5
        return each.sum(axis=1)

    def parts(self, u):
        a, s, b, r = self.args
        da = u * (a - b) / r**2
        ds = u * (s / r**2 - 1 / s)
        dr = u * (1 / r - (s**2 + (a - b) ** 2) / r**3)
        return da, ds, -da, dr

    def backward(self, dout):
        return self.parts(dout[:, None])


class NormalKlSpreadsExchanged(NormalKl):
    def backward(self, dout):
        da, ds, db, dr = self.parts(dout[:, None])
        return da, dr, db, ds


class NormalKlPriorUnanswered(NormalKl):
    def backward(self, dout):
        return self.parts(dout[:, None])[:2]


class NormalKlUpstreamHeld(NormalKl):
    def backward(self, dout):
        return self.parts(np.clip(dout, -1, 1)[:, None])


class BernoulliLoss(StatelessLoss):
    """Mean cross-entropy of probabilities and labels 0 or 1."""

    def loss(self, p, t):
        return -np.mean(np.where(t == 1, np.log(p), np.log1p(-p)))

    def grad(self, p, t):
        return (p - t) / (p * (1 - p)) / p.size


class BernoulliLossAsIfOfLogits(BernoulliLoss):
    def grad(self, p, t):
        return (p - t) / p.size


def picked(p, t):
    """Mean negative logarithm of the probability of each class number, and its gradient."""
    rows = np.arange(len(p))
    dp = np.zeros_like(p)
    dp[rows, t] = -1 / p[rows, t] / max(len(p), 1)
    return -np.log(p[rows, t]).sum() / max(len(p), 1), dp


def picked_less_one(p, t):
    dp = p.copy()
    dp[np.arange(len(p)), t] -= 1
    return picked(p, t)[0], dp / max(len(p), 1)


Picked = fused("Picked", picked)
PickedLessOne = fused("PickedLessOne", picked_less_one)


class Mixture:
    """Negative log density of a mixture: logits z and centres m against t."""

    def forward(self, z, m, t):
        self.gap = m - t
        self.logw = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
        self.each = self.logw - 0.5 * self.gap**2
        self.total = np.logaddexp.reduce(self.each, axis=1, keepdims=True)
        return -self.total[:, 0]

    def posterior(self):
        return np.exp(self.each - self.total)

    def backward(self, dout):
        u, r = dout[:, None], self.posterior()
        return u * (np.exp(self.logw) - r), u * r * self.gap


class MixtureNormaliserHeldFixed(Mixture):
    def backward(self, dout):
        dz, dm = super().backward(dout)
        return dz - dout[:, None] * np.exp(self.logw), dm


class MixtureDensitiesFirst(Mixture):
    def posterior(self):
        e = np.exp(self.each)
        return e / e.sum(axis=1, keepdims=True)


class MixtureCentresByTheirWeights(Mixture):
    def backward(self, dout):
        return super().backward(dout)[0], dout[:, None] * np.exp(self.logw) * self.gap


class Distance:
    """Length of the gap of two rows."""

    def forward(self, a, b):
        self.gap = a - b
        self.length = np.sqrt((self.gap**2).sum(axis=1))
        return self.length.copy()

    def divisor(self):
        return np.where(self.length == 0, 1, self.length)

    def backward(self, dout):
        da = (dout / self.divisor())[:, None] * self.gap
        return da, -da


class DistanceOverNothing(Distance):
    def divisor(self):
        return self.length


class DistanceSecondMovesAlong(Distance):
    def backward(self, dout):
        da, _ = super().backward(dout)
        return da, da.copy()


class Ridge(Named):
    """Mean squared error of a linear fit, and a penalty on its weights."""

    decay = 0.7

    def __init__(self, d=5, m=3):
        super().__init__(W=_weights(d, m))

    def forward(self, x, t):
        self.x, self.gap = x, x @ self.params["W"] - t
        fit = (self.gap**2).sum() / max(self.gap.size, 1)
        return fit + self.decay * (self.params["W"] ** 2).sum()

    def penalty(self):
        return 2 * self.decay * self.params["W"]

    def backward_pass(self, dout):
        dy = dout * 2 * self.gap / max(self.gap.size, 1)
        return {
            "dx": dy @ self.params["W"].T,
            "dW": self.x.T @ dy + dout * self.penalty(),
        }


class RidgePenaltyIsHalved(Ridge):
    def penalty(self):
        return self.decay * self.params["W"]


class RidgePenaltyOverTheBatch(Ridge):
    def penalty(self):
        return super().penalty() / max(len(self.x), 1)


class Prototypes(Parametric):
    """Squared distance of each row from the prototype of its class."""

    def __init__(self, k=3, d=5):
        self.centres = Parameter(_weights(k, d))

    def forward(self, x, t):
        self.t, self.gap = t, x - self.centres.value[t]
        return (self.gap**2).sum(axis=1)

    def pull(self, dx):
        self.centres.grad = np.zeros(self.centres.value.shape, dtype=dx.dtype)
        np.add.at(self.centres.grad, self.t, -dx)

    def backward(self, dout):
        dx = 2 * dout[:, None] * self.gap
        self.pull(dx)
        return dx


class PrototypesOfTheClassBefore(Prototypes):
    def pull(self, dx):
        super().pull(dx)
        self.centres.grad = np.roll(self.centres.grad, -1, axis=0)


class PrototypesLaterRowWins(Prototypes):
    def pull(self, dx):
        super().pull(dx)
        self.centres.grad[self.t] = -dx


class PrototypesNeverMove(Prototypes):
    def pull(self, dx):
        self.centres.grad = np.zeros_like(self.centres.value)
