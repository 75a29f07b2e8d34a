"""Losses and whole models."""

import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class EitherLabels:
    def forward(self, x, t):
        self.p = softmax(x)
        self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
        return -np.sum(self.t * np.log(self.p)) / len(x)

    def backward(self, dout=1):
        return dout * (self.p - self.t) / len(self.p)


class EitherLabelsOneSummed(EitherLabels):
    """Right for one-hot rows; for integers it forgets the mean."""

    def forward(self, x, t):
        self.whole = t.ndim == 1
        return super().forward(x, t)

    def backward(self, dout=1):
        answer = super().backward(dout)
        return answer * len(self.p) if self.whole else answer


class KeptPredictions:
    """Its backward takes what its forward kept, and not what it returned."""

    def forward(self, inputs, y_true):
        self.output = softmax(inputs)
        rows = np.arange(len(inputs))
        return -np.mean(np.log(self.output[rows, y_true]))

    def backward(self, dvalues, y_true):
        self.dinputs = dvalues.copy()
        self.dinputs[np.arange(len(dvalues)), y_true] -= 1
        self.dinputs = self.dinputs / len(dvalues)


class YesOrNo:
    """One number an example, against 0 or 1."""

    def forward(self, x, t):
        self.t = t
        self.y = 1 / (1 + np.exp(-x))
        both = np.c_[1 - self.y, self.y]
        return -np.sum(np.log(both[np.arange(len(t)), t])) / len(t)

    def backward(self, dout=1):
        return (self.y - self.t) * dout / len(self.t)


class Delta:
    @staticmethod
    def fn(a, y):
        return 0.5 * np.sum((a - y) ** 2)

    @staticmethod
    def delta(z, a, y):
        s = 1 / (1 + np.exp(-z))
        return (a - y) * s * (1 - s)


def linear_svm_loss(W, X, y, reg):
    scores = X @ W
    rows = np.arange(len(X))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    loss = margins.sum() / len(X) + reg * np.sum(W * W)
    counts = (margins > 0).astype(float)
    counts[rows, y] = -counts.sum(axis=1)
    return loss, X.T @ counts / len(X) + 2 * reg * W


def linear_svm_half_decay(W, X, y, reg):
    loss, dW = linear_svm_loss(W, X, y, reg)
    return loss, dW - reg * W


def sequence_loss(x, y, mask):
    n, t, v = x.shape
    p = softmax(x).reshape(n * t, v)
    rows, kept = np.arange(n * t), mask.reshape(n * t)
    loss = -np.sum(kept * np.log(p[rows, y.reshape(n * t)])) / n
    dx = p.copy()
    dx[rows, y.reshape(n * t)] -= 1
    return loss, (dx * kept[:, None] / n).reshape(n, t, v)


class Net:
    def __init__(self, sizes):
        self.biases = [np.random.randn(n, 1) for n in sizes[1:]]
        self.weights = [np.random.randn(n, m) for m, n in zip(sizes[:-1], sizes[1:])]

    def feedforward(self, a):
        for b, w in zip(self.biases, self.weights):
            a = 1 / (1 + np.exp(-(w @ a + b)))
        return a

    def slope(self, a):
        return a * (1 - a)

    def backprop(self, x, y):
        activations = [x]
        for b, w in zip(self.biases, self.weights):
            activations.append(1 / (1 + np.exp(-(w @ activations[-1] + b))))
        last = activations[-1]
        delta = (last - y) * last * (1 - last)
        nabla_b, nabla_w = [delta], [delta @ activations[-2].T]
        for i in range(2, len(self.weights) + 1):
            delta = self.weights[-i + 1].T @ delta * self.slope(activations[-i])
            nabla_b.insert(0, delta)
            nabla_w.insert(0, delta @ activations[-i - 1].T)
        return nabla_b, nabla_w


class NetSteep(Net):
    def slope(self, a):
        return 1 - a
