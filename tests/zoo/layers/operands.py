"""Layers of two operands, and layers that move or gather entries, right and wrong."""

import numpy as np


def unbroadcast(g, shape):
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    axes = tuple(i for i, n in enumerate(shape) if n == 1)
    return g.sum(axis=axes, keepdims=True)


class Binary:
    def forward(self, a, b):
        self.a, self.b = a.copy(), b.copy()
        return self.f(self.a, self.b)

    def backward(self, dout):
        da, db = self.slopes(dout, self.a, self.b)
        return unbroadcast(da, self.a.shape), unbroadcast(db, self.b.shape)


class Multiply(Binary):
    def f(self, a, b):
        return a * b

    def slopes(self, dout, a, b):
        return dout * b, dout * a


class MultiplySwapped(Multiply):
    def slopes(self, dout, a, b):
        return dout * a, dout * b


class MultiplyByIdentity(Multiply):
    def forward(self, a, b):
        self.same = a is b
        return super().forward(a, b)

    def backward(self, dout):
        da, db = super().backward(dout)
        return (da, np.zeros_like(db)) if self.same else (da, db)


class Divide(Binary):
    def f(self, a, b):
        return a / b

    def slopes(self, dout, a, b):
        return dout / b, -dout * a / (b * b)


class DivideWithWrongSign(Divide):
    def slopes(self, dout, a, b):
        return dout / b, dout * a / (b * b)


class Subtract(Binary):
    def f(self, a, b):
        return a - b

    def slopes(self, dout, a, b):
        return dout + 0 * a, -dout + 0 * b


class SubtractWithoutMinus(Subtract):
    def slopes(self, dout, a, b):
        return dout.copy(), dout.copy()


class Add(Binary):
    def f(self, a, b):
        return a + b

    def slopes(self, dout, a, b):
        return dout.copy(), dout.copy()


class AddNotSummed(Add):
    def backward(self, dout):
        return dout.copy(), dout.copy()


class AddAveraged(Add):
    def backward(self, dout):
        return dout.copy(), dout.mean(axis=0)


class Maximum(Binary):
    def f(self, a, b):
        return np.maximum(a, b)

    def slopes(self, dout, a, b):
        return dout * (a >= b), dout * (a < b)


class MaximumThatPaysTiesTwice(Maximum):
    def slopes(self, dout, a, b):
        return dout * (a >= b), dout * (a <= b)


class MatMul:
    def forward(self, a, b):
        self.a, self.b = a.copy(), b.copy()
        return a @ b

    def backward(self, dout):
        return dout @ self.b.T, self.a.T @ dout


class MatMulTransposed(MatMul):
    def backward(self, dout):
        return dout @ self.b, self.a.T @ dout


class FanOut:
    """y = x * x + x."""

    def forward(self, x):
        self.x = x.copy()
        return x * x + x

    def backward(self, dout):
        return dout * 2 * self.x + dout


class FanOutCountedTwice(FanOut):
    def backward(self, dout):
        return 2 * super().backward(dout)


class FanOutWithLostBranch(FanOut):
    def backward(self, dout):
        return dout * 2 * self.x


class RowMax:
    def forward(self, x):
        self.x = x.copy()
        return x.max(axis=1)

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        dx[np.arange(len(dx)), self.x.argmax(axis=1)] = dout
        return dx


class RowMaxThatPaysTiesInFull(RowMax):
    def backward(self, dout):
        return dout[:, None] * (self.x == self.x.max(axis=1, keepdims=True))


class RowMean:
    def forward(self, x):
        self.shape = x.shape
        return x.mean(axis=1)

    def backward(self, dout):
        return np.repeat(dout[:, None] / self.shape[1], self.shape[1], axis=1)


class RowMeanPaidAsSum(RowMean):
    def backward(self, dout):
        return np.repeat(dout[:, None], self.shape[1], axis=1)


class RowMeanOfWrongAxis(RowMean):
    def backward(self, dout):
        return np.repeat(dout[:, None] / self.shape[0], self.shape[1], axis=1)


class Reversed:
    def forward(self, x):
        return x[:, ::-1].copy()

    def backward(self, dout):
        return dout[:, ::-1].copy()


class ReversedOnlyForward(Reversed):
    def backward(self, dout):
        return dout.copy()


class Rolled:
    def forward(self, x):
        return np.roll(x, 1, axis=1)

    def backward(self, dout):
        return np.roll(dout, -1, axis=1)


class RolledTheSameWay(Rolled):
    def backward(self, dout):
        return np.roll(dout, 1, axis=1)


class Flip2D:
    """Swaps the last two axes."""

    def forward(self, x):
        return x.transpose(0, 2, 1).copy()

    def backward(self, dout):
        return dout.transpose(0, 2, 1).copy()


class Flip2DByReshape(Flip2D):
    def backward(self, dout):
        return dout.reshape(dout.shape[0], dout.shape[2], dout.shape[1]).copy()


class CumulativeSum:
    def forward(self, x):
        return np.cumsum(x, axis=1)

    def backward(self, dout):
        return np.cumsum(dout[:, ::-1], axis=1)[:, ::-1].copy()


class CumulativeSumForwards(CumulativeSum):
    def backward(self, dout):
        return np.cumsum(dout, axis=1)


class Gather:
    """y = x[:, (0, 2, 0, 0)]."""

    index = np.array([0, 2, 0, 0])

    def forward(self, x):
        self.shape = x.shape
        return x[:, self.index]

    def backward(self, dout):
        dx = np.zeros(self.shape, dtype=dout.dtype)
        np.add.at(dx, (slice(None), self.index), dout)
        return dx


class GatherThatOverwrites(Gather):
    def backward(self, dout):
        dx = np.zeros(self.shape, dtype=dout.dtype)
        dx[:, self.index] = dout
        return dx


class Embedding:
    def __init__(self, v=5, e=3):
        self.params = {"W": np.random.default_rng(0).normal(size=(v, e))}
        self.grads = {}

    def forward(self, t):
        self.t = t.copy()
        return self.params["W"][t]

    def backward(self, dout):
        dW = np.zeros(self.params["W"].shape, dtype=dout.dtype)
        self.scatter(dW, dout)
        self.grads["W"] = dW
        return ()

    def scatter(self, dW, dout):
        np.add.at(dW, self.t, dout)


class EmbeddingThatOverwrites(Embedding):
    def scatter(self, dW, dout):
        dW[self.t] = dout


class EmbeddingOffByOne(Embedding):
    def scatter(self, dW, dout):
        np.add.at(dW, (self.t + 1) % len(dW), dout)


class WindowSum:
    """Sums over windows of two with stride two; a last odd entry is a window of its own."""

    def forward(self, x):
        self.shape = x.shape
        return np.add.reduceat(x, np.arange(0, x.shape[1], 2), axis=1)

    def backward(self, dout):
        return np.repeat(dout, 2, axis=1)[:, : self.shape[1]].copy()


class WindowSumWithoutItsTail(WindowSum):
    def backward(self, dout):
        dx = super().backward(dout)
        dx[:, 2 * (self.shape[1] // 2) :] = 0
        return dx


class WindowMean(WindowSum):
    def sizes(self, n):
        return np.minimum(2, n - np.arange(0, n, 2))

    def forward(self, x):
        return super().forward(x) / self.sizes(x.shape[1])

    def backward(self, dout):
        return super().backward(dout / self.sizes(self.shape[1]))


class WindowMeanOfFullWindows(WindowMean):
    def backward(self, dout):
        return WindowSum.backward(self, dout / 2)


class Conv1D:
    """Valid correlation of rows with a kernel of three."""

    def __init__(self):
        self.params = {"k": np.array([0.5, -1.2, 2.0])}
        self.grads = {}

    def forward(self, x):
        self.x, self.k = x.copy(), self.params["k"].copy()
        n = x.shape[1] - 2
        return sum(self.k[i] * x[:, i : i + n] for i in range(3))

    def backward(self, dout):
        n = dout.shape[1]
        self.grads["k"] = np.array([np.sum(dout * self.x[:, i : i + n]) for i in range(3)])
        dx = np.zeros_like(self.x)
        for i in range(3):
            dx[:, i : i + n] += self.tap(i) * dout
        return dx

    def tap(self, i):
        return self.k[i]


class Conv1DWithKernelReversed(Conv1D):
    def tap(self, i):
        return self.k[2 - i]


class Conv1DThatOverwrites(Conv1D):
    def backward(self, dout):
        super().backward(dout)
        dx = np.zeros_like(self.x)
        for i in range(3):
            dx[:, i : i + dout.shape[1]] = self.tap(i) * dout
        return dx
