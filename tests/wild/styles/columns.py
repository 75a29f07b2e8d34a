"""Examples in columns, averages over them, and answers in unusual places."""

import numpy as np


class Columns:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_out, n_in)
        self.b = np.zeros((n_out, 1))

    def forward(self, A):
        self.A = A
        return self.W @ A + self.b

    def backward(self, dZ):
        m = self.A.shape[1]
        self.dW = dZ @ self.A.T / m
        self.db = np.sum(dZ, axis=1, keepdims=True) / m
        return self.W.T @ dZ


class ColumnsMixed(Columns):
    def backward(self, dZ):
        answer = super().backward(dZ)
        self.db = np.sum(dZ, axis=1, keepdims=True)
        return answer


def columns_forward(A, W, b):
    return W @ A + b, (A, W)


def columns_backward(dZ, cache):
    A, W = cache
    m = A.shape[1]
    return W.T @ dZ, dZ @ A.T / m, np.sum(dZ, axis=1, keepdims=True) / m


class Probabilities:
    """Softmax of one column."""

    def forward(self, input):
        e = np.exp(input)
        self.output = e / np.sum(e)
        return self.output

    def backward(self, output_gradient, learning_rate):
        n = self.output.size
        return ((np.identity(n) - self.output.T) * self.output) @ output_gradient


class Yielding:
    """Its arrays have names that say nothing; a method tells which is whose."""

    def __init__(self, n_in, n_out):
        self.table, self.acc = np.random.randn(n_in, n_out), np.zeros((n_in, n_out))

    def forward(self, x):
        self.kept = x
        return x @ self.table

    def backward(self, dy):
        self.acc[...] = self.kept.T @ dy
        return dy @ self.table.T

    def params_and_grads(self):
        yield "table", self.table, self.acc, {"decay": 0.1}


class YieldingHalf(Yielding):
    def backward(self, dy):
        answer = super().backward(dy)
        self.acc /= 2
        return answer


class InPlace:
    def forward(self, x):
        self.low = x < 0
        return np.where(self.low, 0, x)

    def backward(self, dout):
        dout[self.low] = 0


class IntoBuffer:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y.copy()

    def backward(self, dout, dx):
        dx[...] = dout * (1 - self.y**2)


class IntoBufferOnce(IntoBuffer):
    def backward(self, dout, dx):
        dx[...] = dout * (1 - self.y)


class Remembering:
    """Keeps every batch since the last update, and answers for the first of them."""

    def __init__(self, n_out):
        self.n_out, self.X, self.parameters, self.gradients = n_out, [], {}, {}

    def forward(self, X):
        if not self.parameters:
            shape = X.shape[1], self.n_out
            self.parameters = {"W": np.random.randn(*shape)}
            self.gradients = {"W": np.zeros(shape)}
        self.X.append(X)
        return np.tanh(X @ self.parameters["W"])

    def backward(self, dLdY):
        answers = []
        for x, dy in zip(self.X, [dLdY]):
            dz = dy * (1 - np.tanh(x @ self.parameters["W"]) ** 2)
            self.gradients["W"] += x.T @ dz
            answers.append(dz @ self.parameters["W"].T)
        return answers[0]

    def flush_gradients(self):
        self.X = []
        self.gradients = {name: np.zeros_like(g) for name, g in self.gradients.items()}


class Unseeded:
    """Draws its weights, and noise, from generators that nobody seeded."""

    def __init__(self, n_in, n_out):
        self.W = np.random.default_rng().normal(size=(n_in, n_out))
        self.gW = np.zeros_like(self.W)

    def forward(self, x):
        self.ratio = np.random.default_rng().uniform(0.5, 1.5, size=x.shape)
        self.x = x * self.ratio
        return self.x @ self.W

    def backward(self, g):
        self.gW[:] = self.x.T @ g
        return (g @ self.W.T) * self.ratio
