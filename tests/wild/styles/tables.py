"""Tables of rows that are looked up."""

import numpy as np


class Lookup:
    def __init__(self, W):
        self.params, self.grads = [W], [np.zeros_like(W)]

    def forward(self, idx):
        self.idx = idx
        return self.params[0][idx]

    def backward(self, dout):
        self.grads[0][...] = 0
        np.add.at(self.grads[0], self.idx, dout)


class LookupLastWins(Lookup):
    def backward(self, dout):
        self.grads[0][...] = 0
        self.grads[0][self.idx] = dout


class Likeness:
    """A row of the table times a state, number by number."""

    def __init__(self, W):
        self.rows = Lookup(W)
        self.params, self.grads = self.rows.params, self.rows.grads

    def forward(self, h, idx):
        self.h, self.found = h, self.rows.forward(idx)
        return np.sum(self.h * self.found, axis=1)

    def backward(self, dout):
        d = dout[:, None]
        self.rows.backward(d * self.h)
        return d * self.found


def lookup_forward(x, W):
    return W[x], (x, W.shape)


def lookup_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    return dW


class Both:
    """One table at two places, each with a gradient of its own."""

    def __init__(self, W):
        self.params, self.grads = [W, W], [np.zeros_like(W), np.zeros_like(W)]

    def forward(self, x):
        self.x = x
        return x @ self.params[0] @ self.params[1].T

    def backward(self, dout):
        W = self.params[0]
        self.grads[0][...] = self.x.T @ (dout @ W)
        self.grads[1][...] = dout.T @ (self.x @ W)
        return dout @ W @ W.T


class Shift:
    """Only a bias: nothing else tells its length."""

    def __init__(self, b):
        self.b = b

    def forward(self, x):
        return x + self.b

    def backward(self, dout):
        self.db = np.sum(dout, axis=0)
        return np.array(dout)


class ShiftUnsummed(Shift):
    def backward(self, dout):
        self.db = np.array(dout)
        return np.array(dout)
