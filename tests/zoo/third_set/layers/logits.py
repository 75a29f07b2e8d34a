"""Softmax and what is built on it."""

import numpy as np

from tests.zoo.second_half.styles import pair
from tests.zoo.third_set.styles import closure


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def log_softmax(z):
    shifted = z - z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


class Softmax:
    """Of logits over a temperature."""

    def __init__(self, temperature=1.0):
        self.temperature = temperature

    def forward(self, z):
        self.y = softmax(z / self.temperature)
        return self.y.copy()

    def backward(self, dout):
        dot = (dout * self.y).sum(axis=1, keepdims=True)
        return self.y * (dout - dot) / self.temperature


class SoftmaxOwnClassOnly(Softmax):
    def backward(self, dout):
        return dout * self.y * (1 - self.y) / self.temperature


class SoftmaxTemperatureLeftOut(Softmax):
    def backward(self, dout):
        return self.y * (dout - (dout * self.y).sum(axis=1, keepdims=True))


class SoftmaxAnswersInUpstream(Softmax):
    def backward(self, dout):
        dout *= self.y
        dout -= self.y * dout.sum(axis=1, keepdims=True)
        return dout / self.temperature


class SoftmaxRowsOfOneMaximum(Softmax):
    def forward(self, z):
        self.z = z / self.temperature
        return super().forward(z)

    def backward(self, dout):
        e = np.exp(self.z - self.z.max())
        self.y = e / e.sum(axis=1, keepdims=True)
        return super().backward(dout)


def masked_softmax(z, keep):
    s = np.where(keep, z, -np.inf)
    y = softmax(s)

    def pull(dout):
        return y * (dout - (dout * y).sum(axis=1, keepdims=True))

    return y.copy(), pull


def masked_softmax_in_place(z, keep):
    z[~keep] = -np.inf
    return masked_softmax(z, keep)


MaskedSoftmax = closure("MaskedSoftmax", masked_softmax)
MaskedSoftmaxFillsItsInput = closure("MaskedSoftmaxFillsItsInput", masked_softmax_in_place)


class LogSoftmax:
    def forward(self, z):
        self.z = z
        self.y = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
        return self.y.copy()

    def shares(self):
        return np.exp(self.y)

    def backward(self, dout):
        return dout - self.shares() * dout.sum(axis=1, keepdims=True)


class LogSoftmaxBareExponentials(LogSoftmax):
    def shares(self):
        e = np.exp(self.z)
        return e / e.sum(axis=1, keepdims=True)


class LogSoftmaxNormaliserHeldFixed(LogSoftmax):
    def backward(self, dout):
        return dout.copy()


class SoftMaximum:
    """log of the sum of exponentials of each row."""

    def forward(self, z):
        self.z, self.y = z, np.logaddexp.reduce(z, axis=1)
        return self.y.copy()

    def backward(self, dout):
        return dout[:, None] * np.exp(self.z - self.y[:, None])


class SoftMaximumStartsTheChain(SoftMaximum):
    def backward(self, dout):
        return np.exp(self.z - self.y[:, None])


class SoftMaximumExponentialsFirst(SoftMaximum):
    def backward(self, dout):
        return dout[:, None] * np.exp(self.z) / np.exp(self.y)[:, None]


class LogAdd:
    """log(exp(a) + exp(b))."""

    def forward(self, a, b):
        self.a, self.b = a, b
        return np.logaddexp(a, b)

    def share(self, one, other):
        return sigmoid(one - other)

    def backward(self, dout):
        first = self.share(self.a, self.b)
        return dout * first, dout * self.share(self.b, self.a)


class LogAddRatio(LogAdd):
    def share(self, one, other):
        return np.exp(one) / (np.exp(one) + np.exp(other))


class LogAddSharesOfTheOther(LogAdd):
    def share(self, one, other):
        return sigmoid(other - one)


class ClassLoss:
    """Cross-entropy of class numbers; one class may count for nothing."""

    def __init__(self, ignored=-1):
        self.ignored = ignored

    def forward(self, z, t):
        self.y, self.t, self.kept = softmax(z), t, t != self.ignored
        chosen = log_softmax(z)[np.arange(len(z)), t]
        return -np.sum(np.where(self.kept, chosen, 0)) / self.count()

    def count(self):
        return max(int(self.kept.sum()), 1)

    def pull(self, classes):
        dz = self.y.copy()
        dz[np.arange(len(dz)), classes] -= 1
        return dz * self.kept[:, None]

    def backward(self, dout):
        return dout * self.pull(self.t) / self.count()


class ClassLossIgnoredStillPull(ClassLoss):
    def pull(self, classes):
        dz = self.y.copy()
        dz[np.arange(len(dz)), classes] -= 1
        return dz


class ClassLossCountsTheIgnored(ClassLoss):
    def backward(self, dout):
        return dout * self.pull(self.t) / len(self.t)


class ClassLossNumbersFromOne(ClassLoss):
    def backward(self, dout):
        return dout * self.pull(self.t - 1) / self.count()


def one_hot_loss(z, t):
    return -np.sum(t * log_softmax(z)) / len(z), (softmax(z), t)


def one_hot_loss_back(dout, cache):
    y, t = cache
    return dout * (y - t) / len(y)


def one_hot_loss_in_place(z, t):
    z -= z.max(axis=1, keepdims=True)
    return one_hot_loss(z, t)


def one_hot_loss_mean_of_all(dout, cache):
    y, t = cache
    return dout * (y - t) / y.size


OneHotLoss = pair("OneHotLoss", one_hot_loss, one_hot_loss_back)
OneHotLossShiftsItsInput = pair(
    "OneHotLossShiftsItsInput", one_hot_loss_in_place, one_hot_loss_back
)
OneHotLossMeanOfAll = pair("OneHotLossMeanOfAll", one_hot_loss, one_hot_loss_mean_of_all)


class LogitLoss:
    """Binary cross-entropy of logits, one number for each example."""

    def forward(self, z, t):
        self.z, self.t = z, t.astype(z.dtype)
        return np.sum(np.logaddexp(0, z) - self.t * z, axis=1)

    def chance(self):
        return sigmoid(self.z)

    def weight(self, dout):
        return dout[:, None]

    def backward(self, dout):
        return self.weight(dout) * (self.chance() - self.t)


class LogitLossRatioOfExponentials(LogitLoss):
    def chance(self):
        return np.exp(self.z) / (1 + np.exp(self.z))


class LogitLossHearsFirstExample(LogitLoss):
    def weight(self, dout):
        return dout[0]


class FocalLogits:
    """Cross-entropy of binary logits that counts what is sure for less."""

    def __init__(self, gamma=2.0):
        self.gamma = gamma

    def forward(self, z, t):
        self.turn = np.where(t == 1, 1, -1).astype(z.dtype)
        self.logq = -np.logaddexp(0, -self.turn * z)
        self.q = np.exp(self.logq)
        return -((1 - self.q) ** self.gamma) * self.logq

    def slope(self, gamma):
        """Derivative with respect to the logit of the right answer."""
        miss = 1 - self.q
        return miss**gamma * (gamma * self.q * self.logq - miss)

    def backward(self, dout):
        return dout * self.turn * self.slope(self.gamma)


class FocalLogitsGammaOfTwo(FocalLogits):
    def backward(self, dout):
        return dout * self.turn * self.slope(2.0)


class FocalLogitsModulatorHeldFixed(FocalLogits):
    def slope(self, gamma):
        return -((1 - self.q) ** (gamma + 1))


class ReverseKl:
    """Divergence of softmax(z) from a distribution that is given, per example."""

    def forward(self, z, q):
        self.p = softmax(z)
        self.ratio = log_softmax(z) - np.log(q)
        self.y = (self.p * self.ratio).sum(axis=1)
        return self.y.copy()

    def centred(self):
        return self.ratio - self.y[:, None]

    def backward(self, dout):
        return dout[:, None] * self.p * self.centred()


class ReverseKlMeanLeftOut(ReverseKl):
    def centred(self):
        return self.ratio


class ReverseKlUpstreamInBoth(ReverseKl):
    def backward(self, dout):
        dp = dout[:, None] * self.centred()
        return dout[:, None] * self.p * dp


def one_hot_likelihood(p, t):
    """Of chances, one number for each example."""

    def pull(dout):
        return -dout[:, None] * t / p

    return -np.log((p * t).sum(axis=1)), pull


def one_hot_likelihood_of_logits(p, t):
    return one_hot_likelihood(p, t)[0], lambda dout: dout[:, None] * (p - t)


OneHotLikelihood = closure("OneHotLikelihood", one_hot_likelihood)
OneHotLikelihoodAsOfLogits = closure("OneHotLikelihoodAsOfLogits", one_hot_likelihood_of_logits)
