"""Layers whose parameters and inputs are used more than once, and masks inside a layer."""

import numpy as np


def _weights(*shape):
    return np.random.default_rng(3).normal(0.0, 0.5, shape)


class Twins:
    """tanh(a W) * tanh(b W): both inputs go through one matrix."""

    def __init__(self, d=5):
        self.params = {"W": _weights(d, 3)}
        self.grads = {}

    def forward(self, a, b):
        self.a, self.b = a, b
        self.ha, self.hb = np.tanh(a @ self.params["W"]), np.tanh(b @ self.params["W"])
        return self.ha * self.hb

    def tie(self, first, second):
        return first + second

    def backward(self, dout):
        za, zb = dout * self.hb * (1 - self.ha**2), dout * self.ha * (1 - self.hb**2)
        self.grads["W"] = self.tie(self.a.T @ za, self.b.T @ zb)
        return za @ self.params["W"].T, zb @ self.params["W"].T


class TwinsOfWhichOneCounts(Twins):
    def tie(self, first, second):
        return second


class TwinsOfWhichOneCountsTwice(Twins):
    def tie(self, first, second):
        return first + second + second


class TwinsAtOdds(Twins):
    def tie(self, first, second):
        return first - second


class Feedforward:
    """x + tanh(x A) B."""

    def __init__(self, d=5):
        self.params = {"A": _weights(d, 7), "B": _weights(7, d)}
        self.grads = {}

    def forward(self, x):
        self.x, self.h = x, np.tanh(x @ self.params["A"])
        return x + self.h @ self.params["B"]

    def slope(self):
        return 1 - self.h**2

    def join(self, skip, branch):
        return skip + branch

    def backward(self, dout):
        self.grads["B"] = self.h.T @ dout
        dz = dout @ self.params["B"].T * self.slope()
        self.grads["A"] = self.x.T @ dz
        return self.join(dout, dz @ self.params["A"].T)


class FeedforwardWithBranchTwice(Feedforward):
    def join(self, skip, branch):
        return skip + 2 * branch


class FeedforwardWithoutSkip(Feedforward):
    def join(self, skip, branch):
        return branch


class FeedforwardWithSquareForgotten(Feedforward):
    def slope(self):
        return 1 - self.h


class Rectified:
    """relu(x W + b)."""

    def __init__(self, d=5):
        self.params = {"W": _weights(d, 3), "b": _weights(3)}
        self.grads = {}

    def forward(self, x):
        self.x, self.z = x, x @ self.params["W"] + self.params["b"]
        return np.maximum(self.z, 0)

    def open(self, dout):
        return self.z > 0

    def rows(self):
        return self.x

    def backward(self, dout):
        dz = dout * self.open(dout)
        self.grads["W"], self.grads["b"] = self.rows().T @ dz, dz.sum(axis=0)
        return dz @ self.params["W"].T


class RectifiedWithoutItsMask(Rectified):
    def open(self, dout):
        return 1.0


class RectifiedWithMaskInverted(Rectified):
    def open(self, dout):
        return self.z <= 0


class RectifiedWithRowsReversed(Rectified):
    def rows(self):
        return self.x[::-1]


class InstanceNorm:
    """Rows of a cube, each on its own."""

    axes = (2,)

    def forward(self, x):
        self.std = np.sqrt(x.var(axis=2, keepdims=True) + 1e-5)
        self.xhat = (x - x.mean(axis=2, keepdims=True)) / self.std
        return self.xhat.copy()

    def mean(self, d):
        return d.mean(axis=self.axes, keepdims=True)

    def backward(self, dout):
        return (dout - self.mean(dout) - self.xhat * self.mean(dout * self.xhat)) / self.std


class InstanceNormOverOtherAxes(InstanceNorm):
    axes = (0, 1)


class LabelledLoss:
    """The mean negative logarithm of a softmax at the labels."""

    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.p, self.t = e / e.sum(axis=1, keepdims=True), t
        return -np.log(self.p[np.arange(len(t)), t]).mean()

    def place(self):
        return self.t

    def backward(self, dout):
        dx = self.p.copy()
        dx[np.arange(len(dx)), self.place()] -= 1
        return dout * dx / len(dx)


class LabelledLossOffByOne(LabelledLoss):
    def place(self):
        return self.t - 1


class Experts:
    """Two experts, weighed by a softmax of x G."""

    def __init__(self, d=5):
        self.params = {"G": _weights(d, 2), "A": _weights(d, 1), "B": _weights(d, 1)}
        self.grads = {}

    def forward(self, x):
        p = self.params
        e = np.exp(x @ p["G"])
        self.x, self.g = x, e / e.sum(axis=1, keepdims=True)
        self.a, self.b = np.tanh(x @ p["A"]), np.tanh(x @ p["B"])
        return self.g[:, :1] * self.a + self.g[:, 1:] * self.b

    def join(self, gate, experts):
        return gate + experts

    def backward(self, dout):
        p = self.params
        dg = np.concatenate([dout * self.a, dout * self.b], axis=1)
        ds = self.g * (dg - (dg * self.g).sum(axis=1, keepdims=True))
        da = dout * self.g[:, :1] * (1 - self.a**2)
        db = dout * self.g[:, 1:] * (1 - self.b**2)
        self.grads = {"G": self.x.T @ ds, "A": self.x.T @ da, "B": self.x.T @ db}
        return self.join(ds @ p["G"].T, da @ p["A"].T + db @ p["B"].T)


class ExpertsWithoutTheirGate(Experts):
    def join(self, gate, experts):
        return experts


class ExpertsWithGateTwice(Experts):
    def join(self, gate, experts):
        return 2 * gate + experts


class ExpertsAgainstTheirGate(Experts):
    def join(self, gate, experts):
        return experts - gate


class Neighbours:
    """A x: sums over neighbours with fixed weights, no two alike."""

    weights = np.random.default_rng(1).random((7, 7))

    def matrix(self, x):
        return self.weights[: x.shape[1], : x.shape[1]].astype(x.dtype)

    def forward(self, x):
        return self.matrix(x) @ x

    def backward(self, dout):
        return np.swapaxes(self.matrix(dout), 0, 1) @ dout


class NeighboursOfTheirs(Neighbours):
    def backward(self, dout):
        return self.matrix(dout) @ dout


class NeighboursHeardOnAverage(Neighbours):
    def backward(self, dout):
        return super().backward(np.broadcast_to(dout.mean(axis=1, keepdims=True), dout.shape))


class EarlierNeighbours(Neighbours):
    """The same with what lies ahead masked."""

    def matrix(self, x):
        return np.tril(super().matrix(x))


class EarlierNeighboursWithoutTheirMask(EarlierNeighbours):
    def backward(self, dout):
        return np.swapaxes(Neighbours.matrix(self, dout), 0, 1) @ dout
