"""Sums, means, extremes, norms, scans and softmax."""

import numpy as np


class Mean:
    """Over all but the batch."""

    def forward(self, x):
        self.shape, self.dtype = x.shape, x.dtype
        return x.mean(axis=1)

    def backward(self, dout):
        return np.repeat(dout[:, None] / self.shape[1], self.shape[1], axis=1)


class MeanDividesWithoutRemainder(Mean):
    def backward(self, dout):
        return np.repeat(dout[:, None] // self.shape[1], self.shape[1], axis=1)


class MeanWithoutUpstream(Mean):
    def backward(self, dout):
        return np.full(self.shape, 1.0 / self.shape[1], dtype=self.dtype)


class Sum:
    def forward(self, x):
        self.shape = x.shape
        return x.sum(axis=1)

    def backward(self, dout):
        return np.repeat(dout[:, None], self.shape[1], axis=1)


class SumPaysLikeMean(Sum):
    def backward(self, dout):
        return super().backward(dout) / self.shape[1]


class Variance:
    def forward(self, x):
        self.centred = x - x.mean(axis=1, keepdims=True)
        return (self.centred**2).mean(axis=1)

    def backward(self, dout):
        return dout[:, None] * 2 * self.centred / self.centred.shape[1]


class VarianceWithoutItsTwo(Variance):
    def backward(self, dout):
        return dout[:, None] * self.centred / self.centred.shape[1]


class Max:
    def forward(self, x):
        self.shape, self.top = x.shape, x.argmax(axis=1)
        self.mask = x == x.max(axis=1, keepdims=True)
        return x.max(axis=1)

    def backward(self, dout):
        dx = np.zeros(self.shape, dtype=dout.dtype)
        dx[np.arange(len(dx)), self.top] = dout
        return dx


class MaxPaysEveryWinner(Max):
    def backward(self, dout):
        return self.mask * dout[:, None]


class LogSumExp:
    def forward(self, x):
        self.x = x
        top = x.max(axis=1, keepdims=True)
        return (top + np.log(np.exp(x - top).sum(axis=1, keepdims=True)))[:, 0]

    def backward(self, dout):
        e = np.exp(self.x - self.x.max(axis=1, keepdims=True))
        return dout[:, None] * e / e.sum(axis=1, keepdims=True)


class LogSumExpUnshiftedBackward(LogSumExp):
    def backward(self, dout):
        e = np.exp(self.x)
        return dout[:, None] * e / e.sum(axis=1, keepdims=True)


class Length:
    """The Euclidean norm of every row."""

    def forward(self, x):
        self.x = x
        self.norm = np.sqrt((x**2).sum(axis=1))
        return self.norm.copy()

    def backward(self, dout):
        safe = np.where(self.norm > 0, self.norm, 1.0)
        return dout[:, None] * self.x / safe[:, None]


class LengthDividesByZero(Length):
    def backward(self, dout):
        return dout[:, None] * self.x / self.norm[:, None]


class CumSum:
    def forward(self, x):
        return np.cumsum(x, axis=1)

    def backward(self, dout):
        return np.cumsum(dout[:, ::-1], axis=1)[:, ::-1]


class CumSumForgetsItself(CumSum):
    def backward(self, dout):
        after = super().backward(dout)
        dx = np.zeros_like(dout)
        dx[:, :-1] = after[:, 1:]
        return dx


class CumSumRunsForward(CumSum):
    def backward(self, dout):
        return np.cumsum(dout, axis=1)


class Product:
    def forward(self, x):
        self.x = x
        self.y = x.prod(axis=1)
        return self.y.copy()

    def backward(self, dout):
        others = [np.delete(self.x, i, axis=1).prod(axis=1) for i in range(self.x.shape[1])]
        return dout[:, None] * np.stack(others, axis=1)


class ProductOverEachFactor(Product):
    def backward(self, dout):
        return dout[:, None] * self.y[:, None] / self.x


class Softmax:
    def __init__(self, temperature=1.0):
        self.temperature = temperature

    def forward(self, x):
        z = (x - x.max(axis=1, keepdims=True)) / self.temperature
        e = np.exp(z)
        self.p = e / e.sum(axis=1, keepdims=True)
        return self.p.copy()

    def backward(self, dout):
        inner = (dout * self.p).sum(axis=1, keepdims=True)
        return self.p * (dout - inner) / self.temperature


class SoftmaxDiagonalOnly(Softmax):
    def backward(self, dout):
        return dout * self.p * (1 - self.p) / self.temperature


class SoftmaxForgetsTemperature(Softmax):
    def backward(self, dout):
        inner = (dout * self.p).sum(axis=1, keepdims=True)
        return self.p * (dout - inner)


class SoftmaxSumsOverBatch(Softmax):
    def backward(self, dout):
        inner = (dout * self.p).sum(axis=0, keepdims=True)
        return self.p * (dout - inner) / self.temperature


class SoftmaxShiftsItsInput(Softmax):
    def forward(self, x):
        x -= x.max(axis=1, keepdims=True)
        return super().forward(x)


class LogSoftmax:
    def forward(self, x):
        z = x - x.max(axis=1, keepdims=True)
        y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        self.p = np.exp(y)
        return y

    def backward(self, dout):
        return dout - self.p * dout.sum(axis=1, keepdims=True)


class LogSoftmaxTakesUpstreamForOneHot(LogSoftmax):
    def backward(self, dout):
        return dout - self.p


class LogSoftmaxKeepsDiagonal(LogSoftmax):
    def backward(self, dout):
        return dout * (1 - self.p)
