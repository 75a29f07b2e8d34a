"""Layers whose outputs mix entries: softmax, norms, losses, recurrences; right and wrong."""

import numpy as np


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class Softmax:
    def forward(self, x):
        self.y = softmax(x)
        return self.y.copy()

    def backward(self, dout):
        return self.y * (dout - (dout * self.y).sum(axis=-1, keepdims=True))


class SoftmaxOfItsDiagonal(Softmax):
    def backward(self, dout):
        return dout * self.y * (1 - self.y)


class BatchNorm:
    axis = 0
    training = True

    def __init__(self, d=5):
        rng = np.random.default_rng(1)
        self.params = {"gamma": rng.uniform(0.5, 1.5, d), "beta": rng.normal(size=d)}
        self.grads = {}

    def forward(self, x):
        mean, var = x.mean(self.axis, keepdims=True), x.var(self.axis, keepdims=True)
        if not self.training:
            mean, var = 0.1 * np.arange(x.shape[1]), 1.0 + 0.1 * np.arange(x.shape[1])
            mean, var = mean.astype(x.dtype), var.astype(x.dtype)
        self.std = np.sqrt(var + 1e-5)
        self.xhat = (x - mean) / self.std
        self.gamma = self.params["gamma"].copy()
        return self.gamma * self.xhat + self.params["beta"]

    def backward(self, dout):
        self.grads = {"gamma": (dout * self.xhat).sum(0), "beta": dout.sum(0)}
        return self.dx(dout * self.gamma)

    def dx(self, d):
        if not self.training:
            return d / self.std
        mean = d.mean(self.axis, keepdims=True)
        slope = (d * self.xhat).mean(self.axis, keepdims=True)
        return (d - mean - self.xhat * slope) / self.std


class BatchNormWithoutVariancePath(BatchNorm):
    def dx(self, d):
        return (d - d.mean(self.axis, keepdims=True)) / self.std


class BatchNormWithoutMeanPath(BatchNorm):
    def dx(self, d):
        return (d - self.xhat * (d * self.xhat).mean(self.axis, keepdims=True)) / self.std


class BatchNormWithoutGamma(BatchNorm):
    def backward(self, dout):
        super().backward(dout)
        return self.dx(dout)


class BatchNormInEval(BatchNorm):
    training = False


class BatchNormInEvalThatTrains(BatchNormInEval):
    def dx(self, d):
        self.training = True
        answer = super().dx(d)
        self.training = False
        return answer


class LayerNorm(BatchNorm):
    axis = 1


class LayerNormWithoutItsPaths(LayerNorm):
    def dx(self, d):
        return d / self.std


class RowNorm:
    """The length of each row; zero has the subgradient zero."""

    def forward(self, x):
        self.x, self.n = x.copy(), np.sqrt((x * x).sum(axis=1))
        return self.n.copy()

    def backward(self, dout):
        safe = np.where(self.n > 0, self.n, 1)
        return dout[:, None] * self.x / safe[:, None]


class RowNormDividedByZero(RowNorm):
    def backward(self, dout):
        return dout[:, None] * self.x / self.n[:, None]


class Dropout:
    p = 0.4

    def __init__(self):
        self.rng = np.random.default_rng(7)

    def forward(self, x):
        self.mask = self.rng.random(x.shape) >= self.p
        return x * self.mask / (1 - self.p)

    def backward(self, dout):
        return dout * self.mask / (1 - self.p)


class DropoutUnscaled(Dropout):
    def backward(self, dout):
        return dout * self.mask


class DropoutWithoutItsMask(Dropout):
    def backward(self, dout):
        return dout / (1 - self.p)


class DropoutWithInvertedMask(Dropout):
    def backward(self, dout):
        return dout * ~self.mask / (1 - self.p)


class MeanSquaredError:
    def forward(self, x, t):
        self.d = x - t
        return np.mean(self.d**2)

    def backward(self, dout):
        g = dout * 2 * self.d / self.d.size
        return g, -g


class MeanSquaredErrorWithoutTwo(MeanSquaredError):
    def backward(self, dout):
        g = dout * self.d / self.d.size
        return g, -g


class MeanSquaredErrorWithoutDivisor(MeanSquaredError):
    def backward(self, dout):
        g = dout * 2 * self.d / len(self.d)
        return g, -g


class SoftmaxCrossEntropy:
    def forward(self, x, t):
        self.p, self.t = softmax(x), t.copy()
        m = x.max(axis=1)
        lse = m + np.log(np.exp(x - m[:, None]).sum(axis=1))
        return np.mean(lse - x[np.arange(len(t)), t])

    def backward(self, dout):
        g = self.p.copy()
        g[np.arange(len(g)), self.t] -= 1
        return dout * g / len(g)


class SoftmaxCrossEntropySummed(SoftmaxCrossEntropy):
    def backward(self, dout):
        return super().backward(dout) * len(self.t)


class SoftmaxCrossEntropyDeafToUpstream(SoftmaxCrossEntropy):
    def backward(self, dout):
        return super().backward(1.0)


class SoftmaxCrossEntropyThatEatsLabels(SoftmaxCrossEntropy):
    def forward(self, x, t):
        loss = super().forward(x, t)
        t[...] = 0
        return loss


class CrossEntropy:
    """Of probabilities, made by a softmax outside."""

    def forward(self, p, t):
        self.p, self.t = p.copy(), t.copy()
        return -np.mean(np.log(p[np.arange(len(t)), t]))

    def backward(self, dout):
        g = np.zeros_like(self.p)
        rows = np.arange(len(g))
        g[rows, self.t] = -1 / self.p[rows, self.t]
        return dout * g / len(g)


class CrossEntropyWithGradientOfLogits(CrossEntropy):
    def backward(self, dout):
        g = self.p.copy()
        g[np.arange(len(g)), self.t] -= 1
        return dout * g / len(g)


class RNN:
    """h[t] = tanh(x[t] + h[t-1] U)."""

    def __init__(self, d=3):
        self.params = {"U": np.random.default_rng(2).normal(size=(d, d))}
        self.grads = {}

    def forward(self, x):
        self.U, self.h = self.params["U"].copy(), [np.zeros_like(x[:, 0])]
        for t in range(x.shape[1]):
            self.h.append(np.tanh(x[:, t] + self.h[-1] @ self.U))
        return np.stack(self.h[1:], axis=1)

    def backward(self, dout):
        dx, carried = np.zeros_like(dout), np.zeros_like(dout[:, 0])
        dU = np.zeros_like(self.U, dtype=dout.dtype)
        for t in reversed(range(dout.shape[1])):
            dx[:, t] = (dout[:, t] + carried) * (1 - self.h[t + 1] ** 2)
            dU += self.h[t].T @ dx[:, t]
            carried = self.carry(dx[:, t])
        self.grads["U"] = dU
        return dx

    def carry(self, d):
        return d @ self.U.T


class RNNWithoutTime(RNN):
    def carry(self, d):
        return np.zeros_like(d)


class RNNWithTransposedWeight(RNN):
    def carry(self, d):
        return d @ self.U


class Attention:
    """Scores of queries and keys."""

    def forward(self, q, k):
        self.q, self.k, self.s = q.copy(), k.copy(), 1 / np.sqrt(q.shape[-1])
        return self.s * q @ k.transpose(0, 2, 1)

    def backward(self, dout):
        return self.s * dout @ self.k, self.s * dout.transpose(0, 2, 1) @ self.q


class AttentionUnscaled(Attention):
    def backward(self, dout):
        return dout @ self.k, dout.transpose(0, 2, 1) @ self.q


class AttentionWithSeveredKeys(Attention):
    def backward(self, dout):
        dq, dk = super().backward(dout)
        return dq, np.zeros_like(dk)


class AttentionWithOneGradient(Attention):
    def backward(self, dout):
        return super().backward(dout)[0]
