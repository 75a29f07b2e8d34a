"""Products, distances and mirrors."""

import numpy as np

from tests.zoo.fourth_set.styles import Tracked, pure
from tests.zoo.second_half.styles import Attributes, pair
from tests.zoo.third_set.styles import Named


def _weights(*shape):
    return np.random.default_rng(43).normal(0.0, 0.6, shape)


def start(d=5, m=3):
    return {"W": _weights(d, m), "b": np.zeros(m)}


def apply(params, x):
    return x @ params["W"] + params["b"], x


def pull(params, x, dout):
    return {"W": x.T @ dout, "b": dout.sum(axis=0)}, dout @ params["W"].T


def pull_bias_mean(params, x, dout):
    return {"W": x.T @ dout, "b": dout.mean(axis=0)}, dout @ params["W"].T


def pull_unturned(params, x, dout):
    return pull(params, x, dout)[0], dout @ params["W"]


def pull_bias_of_rows(params, x, dout):
    return {"W": x.T @ dout, "b": dout.sum(axis=1)}, dout @ params["W"].T


def pull_first_row(params, x, dout):
    grads, dx = pull(params, x, dout)
    return {"W": x[:1].T @ dout[:1], "b": grads["b"]}, dx


def pull_after_step(params, x, dout):
    grads = pull(params, x, dout)[0]
    params["W"] = params["W"] - 0.1 * grads["W"]
    return grads, dout @ params["W"].T


def pull_squeezed(params, x, dout):
    grads, dx = pull(params, x, dout)
    return {"W": grads["W"], "b": np.squeeze(dout).sum(axis=0)}, dx


Linear = pure("Linear", start, apply, pull)
LinearBiasIsAMean = pure("LinearBiasIsAMean", start, apply, pull_bias_mean)
LinearWeightsUnturned = pure("LinearWeightsUnturned", start, apply, pull_unturned)
LinearBiasOfRows = pure("LinearBiasOfRows", start, apply, pull_bias_of_rows)
LinearHearsTheFirstRow = pure("LinearHearsTheFirstRow", start, apply, pull_first_row)
LinearStepsAndThenAnswers = pure("LinearStepsAndThenAnswers", start, apply, pull_after_step)
LinearBiasOfSqueezed = pure("LinearBiasOfSqueezed", start, apply, pull_squeezed)


class LinearOnceEmptyKeepsAll(Linear):
    """An empty batch is sent back at once, with the gradients of the batch before."""

    def backward(self, dout):
        if not len(dout) and self.grads:
            return np.zeros_like(self.kept)
        return super().backward(dout)


def kron(a, b):
    return (a[:, :, None] * b[:, None, :]).reshape(len(a), a.shape[1] * b.shape[1]), (a, b)


def kron_back(dout, cache, *, order="C"):
    a, b = cache
    u = dout.reshape(len(a), a.shape[1], b.shape[1], order=order)
    return np.einsum("npq,nq->np", u, b), np.einsum("npq,np->nq", u, a)


def kron_back_other_order(dout, cache):
    a, b = cache
    u = dout.reshape(len(a), b.shape[1], a.shape[1]).transpose(0, 2, 1)
    return np.einsum("npq,nq->np", u, b), np.einsum("npq,np->nq", u, a)


def kron_back_by_memory(dout, cache):
    flat = dout.ravel(order="K").reshape(dout.shape)
    return kron_back(flat, cache)


Kron = pair("Kron", kron, kron_back)
KronFoldsTheOtherWay = pair("KronFoldsTheOtherWay", kron, kron_back_other_order)
KronInOrderOfMemory = pair("KronInOrderOfMemory", kron, kron_back_by_memory)


class Householder(Attributes):
    """x mirrored at the plane across v."""

    own = ("v",)

    def __init__(self, d=5):
        self.v = np.ones(d)

    def forward(self, x):
        self.x, self.dot, self.size = x, x @ self.v, (self.v**2).sum()
        return x - 2 * np.outer(self.dot, self.v) / self.size

    def through_size(self, dout):
        return 4 * ((dout @ self.v) @ self.dot) * self.v / self.size**2

    def straight(self, dout):
        return dout

    def backward(self, dout):
        along = dout @ self.v
        self.dv = -2 * (along @ self.x + self.dot @ dout) / self.size + self.through_size(dout)
        return self.straight(dout) - 2 * np.outer(along, self.v) / self.size


class HouseholderLengthHeldFixed(Householder):
    def through_size(self, dout):
        return 0


class HouseholderMirrorOnly(Householder):
    def straight(self, dout):
        return 0


class QuadraticForm(Attributes):
    """x A x of every row."""

    own = ("A",)

    def __init__(self, d=5):
        self.A = _weights(d, d)

    def forward(self, x):
        self.x = x
        return ((x @ self.A) * x).sum(axis=1)

    def backward(self, dout):
        u = dout[:, None]
        self.dA = (u * self.x).T @ self.x
        return self.both(u)

    def both(self, u):
        return u * (self.x @ self.A.T + self.x @ self.A)


class QuadraticFormRightFactorOnly(QuadraticForm):
    def both(self, u):
        return u * (self.x @ self.A)


class QuadraticFormLeftFactorTwice(QuadraticForm):
    """One use of x counts for two."""

    def both(self, u):
        return super().both(u) + u * (self.x @ self.A.T)


class Mahalanobis(Named):
    """Squared length of (x - m) L."""

    def __init__(self, d=5):
        super().__init__(m=np.zeros(d), L=_weights(d, d))

    def forward(self, x):
        self.gap = x - self.params["m"]
        self.z = self.gap @ self.params["L"]
        return (self.z**2).sum(axis=1)

    def inward(self, dz):
        return dz @ self.params["L"].T

    def total(self, dx):
        return dx.sum(axis=0)

    def backward_pass(self, dout):
        dz = 2 * dout[:, None] * self.z
        dx = self.inward(dz)
        return {"dx": dx, "dm": -self.total(dx), "dL": self.gap.T @ dz}


class MahalanobisFactorUnturned(Mahalanobis):
    def inward(self, dz):
        return dz @ self.params["L"]

    def backward_pass(self, dout):
        right = super().inward(2 * dout[:, None] * self.z)
        return super().backward_pass(dout) | {"dm": -self.total(right)}


class MahalanobisCentreIsAMean(Mahalanobis):
    def total(self, dx):
        return dx.mean(axis=0)


class MahalanobisOneGapForAll(Mahalanobis):
    shared: dict[str, object] = {}  # noqa: RUF012 - the fault

    def forward(self, x):
        y = super().forward(x)
        self.shared["z"] = self.z
        return y

    def backward_pass(self, dout):
        self.z = self.shared["z"]
        return super().backward_pass(dout)


class Rbf(Tracked):
    """Bells about centres, of learned widths."""

    def __init__(self, d=5, k=3):
        self.slots = {"c": [_weights(k, d), None], "g": [np.full(k, 0.6), None]}

    def forward(self, x):
        self.gap = x[:, None, :] - self.value("c")
        self.far = (self.gap**2).sum(axis=2)
        self.y = np.exp(-(self.value("g") ** 2) * self.far)
        return self.y.copy()

    def spread(self):
        return self.far

    def backward(self, dout):
        g = self.value("g")
        dfar = -dout * self.y * g**2
        dgap = 2 * dfar[:, :, None] * self.gap
        dg = (-2 * g * dout * self.y * self.spread()).sum(axis=0)
        self.give(c=self.centres(dgap), g=dg)
        return dgap.sum(axis=1)

    def centres(self, dgap):
        return -dgap.sum(axis=0)


class RbfCentresFlee(Rbf):
    def centres(self, dgap):
        return dgap.sum(axis=0)


class RbfWidthsByLength(Rbf):
    def spread(self):
        return np.sqrt(self.far)


class RbfCentresOfTheLastRow(Rbf):
    def centres(self, dgap):
        total = np.zeros_like(self.value("c"))
        for row in dgap:
            total = -row
        return total


class RbfGapsOfTheFirstForward(Rbf):
    def backward(self, dout):
        if not hasattr(self, "first") or self.first.shape != self.gap.shape:
            self.first = self.gap
        self.gap = self.first
        return super().backward(dout)


class RowGate:
    """Every row of a times its own number."""

    def forward(self, a, b):
        self.a, self.b = a, b
        return a * b

    def over(self, terms):
        return terms.sum(axis=1, keepdims=True)

    def backward(self, dout):
        return dout * self.b, self.over(dout * self.a)


class RowGateForEachColumn(RowGate):
    def over(self, terms):
        return terms


class RowGateIsAMean(RowGate):
    def over(self, terms):
        return terms.mean(axis=1, keepdims=True)


class RowGateOfTheLastColumn(RowGate):
    def over(self, terms):
        return terms[:, -1:]


class Tied(Attributes):
    """Coded by W, and decoded by the same turned."""

    own = ("W",)

    def __init__(self, d=5, m=3):
        self.W = _weights(d, m)

    def forward(self, x):
        self.x, self.h = x, np.tanh(x @ self.W)
        return self.h @ self.W.T

    def slope(self):
        return 1 - self.h**2

    def total(self, coder, decoder):
        return coder + decoder

    def step(self):
        pass

    def backward(self, dout):
        dz = dout @ self.W * self.slope()
        self.dW = self.total(self.x.T @ dz, dout.T @ self.h)
        self.step()
        return dz @ self.W.T


class TiedCoderOnly(Tied):
    def total(self, coder, decoder):
        return coder


class TiedDecoderCountsForTwo(Tied):
    def total(self, coder, decoder):
        return coder + 2 * decoder


class TiedSlopeOfTheCode(Tied):
    def slope(self):
        return 1 - np.tanh(self.h) ** 2


class TiedStepsOnItsWay(Tied):
    def step(self):
        self.W = self.W - 0.05 * self.dW


class SkipProjection(Named):
    """x P beside a rectified x W."""

    def __init__(self, d=5, m=3):
        super().__init__(P=_weights(d, m), W=0.8 * _weights(d, m))

    def forward(self, x):
        self.x, self.z = x, x @ self.params["W"]
        return x @ self.params["P"] + np.maximum(self.z, 0)

    def passing(self, dout):
        return self.z > 0

    def joined(self, skip, inner):
        return skip + inner

    def backward_pass(self, dout):
        dz = np.where(self.passing(dout), dout, 0)
        dx = self.joined(dout @ self.params["P"].T, dz @ self.params["W"].T)
        return {"dx": dx, "dP": self.x.T @ dout, "dW": self.x.T @ dz}


class SkipProjectionSkipForgotten(SkipProjection):
    def joined(self, skip, inner):
        return inner


class SkipProjectionSkipTwice(SkipProjection):
    def joined(self, skip, inner):
        return 2 * skip + inner


class SkipProjectionLooksAtUpstream(SkipProjection):
    def passing(self, dout):
        return dout > 0


class SkipProjectionZeroesUpstream(SkipProjection):
    def backward_pass(self, dout):
        answer = super().backward_pass(dout)
        dout[self.z <= 0] = 0
        return answer


def cumprod(x):
    """Running products along rows."""
    return np.cumprod(x, axis=1), x


def cumprod_back(dout, x):
    dx = np.zeros_like(dout)
    for i in range(x.shape[1]):
        others = x.copy()
        others[:, i] = 1
        dx[:, i] = (dout * np.cumprod(others, axis=1))[:, i:].sum(axis=1)
    return dx


def cumprod_back_by_quotient(dout, x):
    terms = dout * np.cumprod(x, axis=1)
    return np.cumsum(terms[:, ::-1], axis=1)[:, ::-1] / x


CumulativeProduct = pair("CumulativeProduct", cumprod, cumprod_back)
CumulativeProductByQuotient = pair(
    "CumulativeProductByQuotient", cumprod, cumprod_back_by_quotient
)
