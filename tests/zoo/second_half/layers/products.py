"""Products with weights and of two inputs."""

import numpy as np

from tests.zoo.second_half.styles import Attributes, pair


def _weights(*shape):
    return np.random.default_rng(5).normal(0.0, 0.6, shape)


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


def affine_forward(x, w, b):
    return x @ w + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def affine_backward_turned(dout, cache):
    x, w = cache
    return dout @ w.T, dout.T @ x, dout.sum(axis=0)


def affine_backward_one_number(dout, cache):
    dx, dw, db = affine_backward(dout, cache)
    return dx, dw, np.full_like(db, dout.sum())


def affine_backward_negated(dout, cache):
    dx, dw, db = affine_backward(dout, cache)
    return dx, -dw, db


AffinePair = pair("AffinePair", affine_forward, affine_backward)
AffinePairWeightsTurned = pair(
    "AffinePairWeightsTurned", affine_forward, affine_backward_turned
)
AffinePairOneNumberForBias = pair(
    "AffinePairOneNumberForBias", affine_forward, affine_backward_one_number
)
AffinePairWeightsNegated = pair(
    "AffinePairWeightsNegated", affine_forward, affine_backward_negated
)


class Linear(Attributes):
    """Weights of shape (out, in)."""

    own = ("weight", "bias")

    def __init__(self, d=5, m=3):
        self.weight, self.bias = _weights(m, d), np.zeros(m)

    def forward(self, x):
        self.x = x
        return x @ self.weight.T + self.bias

    def backward(self, dout):
        self.dweight = dout.T @ self.x
        self.dbias = dout.sum(axis=0)
        return dout @ self.weight


class LinearBiasAveraged(Linear):
    def backward(self, dout):
        dx = super().backward(dout)
        self.dbias = dout.mean(axis=0)
        return dx


class LinearBiasWaitsForASecondExample(Linear):
    def backward(self, dout):
        dx = super().backward(dout)
        if len(dout) <= 1:
            self.dbias = np.zeros_like(self.bias)
        return dx


class LinearLearnsOnItsWay(Linear):
    rate = 0.1

    def backward(self, dout):
        super().backward(dout)
        self.weight = self.weight - self.rate * self.dweight
        return dout @ self.weight


class LinearStacksItsInputs(Linear):
    def forward(self, x):
        self.stack = [x]
        return super().forward(x)

    def backward(self, dout):
        self.x = self.stack.pop()
        return super().backward(dout)


class LinearRoundsToSingle(Linear):
    def backward(self, dout):
        dx = super().backward(dout.astype(np.float32))
        return dx.astype(dout.dtype)


class LinearWithoutBiasGradient(Linear):
    def backward(self, dout):
        self.dweight = dout.T @ self.x
        return dout @ self.weight


class Head(Attributes):
    """One number for each example."""

    own = ("w",)

    def __init__(self, d=5):
        self.w = _weights(d)

    def forward(self, x):
        self.x = x
        return x @ self.w

    def column(self, dout):
        return dout.reshape(-1, 1)

    def backward(self, dout):
        dout = self.column(dout)
        self.dw = (dout * self.x).sum(axis=0)
        return dout * self.w


class HeadSqueezes(Head):
    def backward(self, dout):
        dout = self.column(dout)
        self.dw = (dout * self.x).sum(axis=0)
        return np.squeeze(dout * self.w)


class HeadLeavesTheExamples(Head):
    def backward(self, dout):
        dout = self.column(dout)
        self.dw = dout * self.x
        return dout * self.w


class FactorMachine:
    def __init__(self, d=5, k=3):
        self.params = {"V": _weights(d, k)}
        self.grads = {}

    def forward(self, x):
        v = self.params["V"]
        self.x, self.s = x, x @ v
        return 0.5 * (self.s**2 - x**2 @ v**2).sum(axis=1)

    def backward(self, dout):
        v, u = self.params["V"], dout[:, None]
        self.grads["V"] = self.x.T @ (u * self.s) - v * (self.x**2 * u).sum(axis=0)[:, None]
        return u * (self.s @ v.T - self.x * (v**2).sum(axis=1))


class FactorMachineSquaresForgotten(FactorMachine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.grads["V"] = self.x.T @ (dout[:, None] * self.s)
        return dx


class Quadratic:
    """x A x for every row."""

    def __init__(self, d=5):
        self.params = {"A": _weights(d, d)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return np.sum(x @ self.params["A"] * x, axis=1)

    def both(self, a):
        return self.x @ a + self.x @ a.T

    def backward(self, dout):
        self.grads["A"] = self.x.T @ (dout[:, None] * self.x)
        return dout[:, None] * self.both(self.params["A"])


class QuadraticHearsOneSide(Quadratic):
    def both(self, a):
        return self.x @ a.T


class Outer:
    def forward(self, a, b):
        self.a, self.b = a, b
        return a[:, :, None] * b[:, None, :]

    def backward(self, dout):
        da = np.einsum("nij,nj->ni", dout, self.b)
        db = np.einsum("nij,ni->nj", dout, self.a)
        return da, db


class OuterFactorsExchanged(Outer):
    def backward(self, dout):
        return super().backward(dout)[::-1]


class OuterSumsTheWrongIndex(Outer):
    def backward(self, dout):
        da, _ = super().backward(dout)
        return da, np.einsum("nij,nj->ni", dout, self.a)


class BatchedProduct:
    def forward(self, a, b):
        self.a, self.b = a, b
        return a @ b

    def backward(self, dout):
        return dout @ self.b.swapaxes(1, 2), self.a.swapaxes(1, 2) @ dout


class BatchedProductFirstUnturned(BatchedProduct):
    def backward(self, dout):
        da, _ = super().backward(dout)
        return da, self.a @ dout


class SharedProduct:
    """A batch of matrices times one matrix."""

    def forward(self, a, b):
        self.a, self.b = a, b
        return a @ b

    def backward(self, dout):
        return dout @ self.b.T, np.einsum("nik,nij->kj", self.a, dout)


class SharedProductNotSummedOverBatch(SharedProduct):
    def backward(self, dout):
        da, _ = super().backward(dout)
        return da, self.a.swapaxes(1, 2) @ dout


class SharedProductAveragedOverBatch(SharedProduct):
    def backward(self, dout):
        da, db = super().backward(dout)
        return da, db / len(dout)


class Kernels(Attributes):
    """Distances to learned centres, through a Gaussian."""

    own = ("centre",)
    gamma = 0.3

    def __init__(self, d=5, m=3):
        self.centre = _weights(m, d)

    def forward(self, x):
        self.d = x[:, None, :] - self.centre
        self.y = np.exp(-self.gamma * (self.d**2).sum(axis=2))
        return self.y.copy()

    def backward(self, dout):
        pull = -2 * self.gamma * (dout * self.y)[:, :, None] * self.d
        self.dcentre = -pull.sum(axis=0)
        return pull.sum(axis=1)


class KernelsCentresFlee(Kernels):
    def backward(self, dout):
        dx = super().backward(dout)
        self.dcentre = -self.dcentre
        return dx


class Distances:
    """From every row of x to every row of c."""

    def forward(self, x, c):
        self.d = x[:, None, :] - c
        self.y = np.sqrt((self.d**2).sum(axis=2))
        return self.y.copy()

    def pull(self, dout):
        length = np.where(self.y == 0, 1, self.y)
        return (dout / length)[:, :, None] * self.d

    def backward(self, dout):
        pull = self.pull(dout)
        return pull.sum(axis=1), -pull.sum(axis=0)


class DistancesDivideByNothing(Distances):
    def pull(self, dout):
        return (dout / self.y)[:, :, None] * self.d


class LowRank:
    """Weights with an addition of low rank, scaled."""

    def __init__(self, d=5, m=3, scale=0.5):
        self.params = {"W": _weights(d, m), "A": _weights(d, 2), "B": _weights(2, m)}
        self.grads, self.scale = {}, scale

    def forward(self, x):
        p = self.params
        self.x = x
        return x @ p["W"] + self.scale * (x @ p["A"]) @ p["B"]

    def backward(self, dout):
        p, s = self.params, self.scale
        self.grads = {
            "W": self.x.T @ dout,
            "A": s * self.x.T @ (dout @ p["B"].T),
            "B": s * (self.x @ p["A"]).T @ dout,
        }
        return dout @ p["W"].T + s * dout @ p["B"].T @ p["A"].T


class LowRankUnscaledInside(LowRank):
    def backward(self, dout):
        dx = super().backward(dout)
        self.grads["A"] = self.x.T @ (dout @ self.params["B"].T)
        return dx


class LowRankBasePathTwice(LowRank):
    def backward(self, dout):
        return super().backward(dout) + dout @ self.params["W"].T


class LowRankSidePathLeftOut(LowRank):
    def backward(self, dout):
        super().backward(dout)
        return dout @ self.params["W"].T


class NormedWeights:
    """Each column of weights has a length of its own, learned apart from its direction."""

    def __init__(self, d=5, m=3):
        self.params = {"v": _weights(d, m), "g": np.ones(m)}
        self.grads = {}

    def forward(self, x):
        v = self.params["v"]
        self.x, self.length = x, np.sqrt((v**2).sum(axis=0))
        self.unit = v / self.length
        return x @ (self.unit * self.params["g"])

    def direction(self, dw):
        along = (dw * self.unit).sum(axis=0)
        return self.params["g"] / self.length * (dw - self.unit * along)

    def backward(self, dout):
        dw = self.x.T @ dout
        self.grads["g"] = (dw * self.unit).sum(axis=0)
        self.grads["v"] = self.direction(dw)
        return dout @ (self.unit * self.params["g"]).T


class NormedWeightsLengthTakenAsConstant(NormedWeights):
    def direction(self, dw):
        return self.params["g"] / self.length * dw


class Highway:
    def __init__(self, d=5):
        self.params = {"Wh": _weights(d, d), "Wt": _weights(d, d), "bt": -np.ones(d)}
        self.grads = {}

    def forward(self, x):
        p = self.params
        self.x = x
        self.h = np.tanh(x @ p["Wh"])
        self.t = sigmoid(x @ p["Wt"] + p["bt"])
        return self.t * self.h + (1 - self.t) * x

    def gate(self, dout):
        return dout * (self.h - self.x)

    def slope(self, dt):
        return dt * self.t * (1 - self.t)

    def backward(self, dout):
        p = self.params
        dh = dout * self.t * (1 - self.h**2)
        dt = self.slope(self.gate(dout))
        self.grads = {"Wh": self.x.T @ dh, "Wt": self.x.T @ dt, "bt": dt.sum(axis=0)}
        return dh @ p["Wh"].T + dt @ p["Wt"].T + dout * (1 - self.t)


class HighwayGateHearsOnlyTheLane(Highway):
    def gate(self, dout):
        return dout * self.h


class HighwayGateBiasUnanswered(Highway):
    def backward(self, dout):
        dx = super().backward(dout)
        del self.grads["bt"]
        return dx


class HighwaySigmoidOfTheGate(Highway):
    def slope(self, dt):
        s = sigmoid(self.t)
        return dt * s * (1 - s)


class Perceptron(Attributes):
    """Two layers and a rectifier between, as one model."""

    own = ("W1", "b1", "W2", "b2")

    def __init__(self, d=5, h=7, m=3):
        self.W1, self.b1 = _weights(d, h), np.zeros(h)
        self.W2, self.b2 = _weights(h, m), np.zeros(m)

    def forward(self, x):
        self.x = x
        self.z = x @ self.W1 + self.b1
        self.a = np.maximum(self.z, 0)
        return self.a @ self.W2 + self.b2

    def hidden(self, da):
        return da * (self.z > 0)

    def upper(self, dout):
        self.dW2, self.db2 = self.a.T @ dout, dout.sum(axis=0)
        return dout @ self.W2.T

    def backward(self, dout):
        dz = self.hidden(self.upper(dout))
        self.dW1, self.db1 = self.x.T @ dz, dz.sum(axis=0)
        return dz @ self.W1.T


class PerceptronRectifiesTheGradient(Perceptron):
    def hidden(self, da):
        return da * (da > 0)


class PerceptronHiddenPassesAll(Perceptron):
    def hidden(self, da):
        return da.copy()


class PerceptronUpperLearnsFirst(Perceptron):
    def upper(self, dout):
        self.dW2, self.db2 = self.a.T @ dout, dout.sum(axis=0)
        self.W2 = self.W2 - 0.1 * self.dW2
        return dout @ self.W2.T


class PerceptronScalesLongGradients(Perceptron):
    def backward(self, dout):
        dx = super().backward(dout)
        length = np.sqrt(np.sum(self.dW1**2))
        if length > 1:
            self.dW1 = self.dW1 / length
        return dx


class Penalised(Attributes):
    """A product, and beside it the penalty of its weights."""

    own = ("w",)

    def __init__(self, d=5, m=3, decay=0.4):
        self.w, self.decay = _weights(d, m), decay

    def forward(self, x):
        self.x = x
        return x @ self.w, 0.5 * self.decay * np.sum(self.w**2)

    def penalty(self, dpenalty):
        return dpenalty * self.decay * self.w

    def backward(self, dout, dpenalty):
        self.dw = self.x.T @ dout + self.penalty(dpenalty)
        return dout @ self.w.T


class PenalisedWithTwice(Penalised):
    def penalty(self, dpenalty):
        return dpenalty * 2 * self.decay * self.w


class PenalisedDeafToPenalty(Penalised):
    def penalty(self, dpenalty):
        return 0


class GraphMean:
    """Neighbours' features through a matrix of edges that is given."""

    def __init__(self, d=3, m=2):
        self.params = {"W": _weights(d, m)}
        self.grads = {}

    def forward(self, x, edges):
        self.mixed, self.edges = edges @ x, edges
        return self.mixed @ self.params["W"]

    def backward(self, dout):
        self.grads["W"] = self.mixed.T @ dout
        return self.edges.T @ (dout @ self.params["W"].T)


class GraphMeanAlongTheEdges(GraphMean):
    def backward(self, dout):
        super().backward(dout)
        return self.edges @ (dout @ self.params["W"].T)
