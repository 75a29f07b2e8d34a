"""Blocks in which a value is used more than once."""

import numpy as np


def _weights(*shape):
    return np.random.default_rng(3).normal(0.0, 0.5, shape)


class Residual:
    """relu(x + x W)."""

    def __init__(self, d=5):
        self.params = {"W": _weights(d, d)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        self.z = x + x @ self.params["W"]
        return np.maximum(self.z, 0)

    def mask(self):
        return self.z > 0

    def join(self, dz, branch):
        return dz + branch

    def backward(self, dout):
        dz = dout * self.mask()
        self.grads["W"] = self.x.T @ dz
        return self.join(dz, dz @ self.params["W"].T)


class ResidualSkipLost(Residual):
    def join(self, dz, branch):
        return branch


class ResidualSkipAddedTwice(Residual):
    def join(self, dz, branch):
        branch = branch + dz
        return branch + dz


class ResidualMaskOfItsInput(Residual):
    def mask(self):
        return self.x > 0


class Autoencoder:
    """Encodes and decodes with the same weights."""

    def __init__(self, d=5, m=3):
        self.params = {"W": _weights(d, m)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        self.h = np.tanh(x @ self.params["W"])
        return self.h @ self.params["W"].T

    def tie(self, encoder, decoder):
        return encoder + decoder

    def backward(self, dout):
        dz = dout @ self.params["W"] * (1 - self.h**2)
        self.grads["W"] = self.tie(self.x.T @ dz, dout.T @ self.h)
        return dz @ self.params["W"].T


class AutoencoderHearsDecoderOnly(Autoencoder):
    def tie(self, encoder, decoder):
        return decoder


class AutoencoderCountsEncoderTwice(Autoencoder):
    def tie(self, encoder, decoder):
        return encoder + decoder + encoder


class Doubling:
    """b = sin(x), c = b + b, y = c + c: values are used twice."""

    def forward(self, x):
        self.x = x
        b = np.sin(x)
        c = b + b
        return c + c

    def backward(self, dout):
        dc = dout + dout
        db = dc + dc
        return db * np.cos(self.x)


class DoublingVisitsTwice(Doubling):
    def backward(self, dout):
        dc = dout + dout
        db = dc + dc
        db = db + dc + dc
        return db * np.cos(self.x)


class Gate:
    """x * sigmoid(x W)."""

    def __init__(self, d=5):
        self.params = {"W": _weights(d, d)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        self.s = np.exp(-np.logaddexp(0, -(x @ self.params["W"])))
        return x * self.s

    def backward(self, dout):
        dz = dout * self.x * self.s * (1 - self.s)
        self.grads["W"] = self.x.T @ dz
        return dout * self.s + dz @ self.params["W"].T


class GateWritesIntoItsInput(Gate):
    def backward(self, dout):
        self.x *= dout
        dz = self.x * self.s * (1 - self.s)
        self.grads["W"] = (self.x / dout).T @ dz
        return dout * self.s + dz @ self.params["W"].T


class GateStepsInPlace(Gate):
    rate = 0.1

    def backward(self, dout):
        dz = dout * self.x * self.s * (1 - self.s)
        self.grads["W"] = self.x.T @ dz
        self.params["W"] -= self.rate * self.grads["W"]
        return dout * self.s + dz @ self.params["W"].T


class GateRescalesLongGradients(Gate):
    longest = 1.0

    def backward(self, dout):
        norm = np.sqrt((dout**2).sum())
        if norm > self.longest:
            dout = dout * self.longest / norm
        return super().backward(dout)
