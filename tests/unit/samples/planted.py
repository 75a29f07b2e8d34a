"""Layers with planted bugs, and one without: what the picture in the README is taken of."""

import numpy as np


class ReLU:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


class Sigmoid:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, dout):
        return dout * self.y  # the factor (1 - y) is left out


class Multiply:
    def forward(self, a, b):
        self.a, self.b = a, b
        return a * b

    def backward(self, dout):
        return dout * self.a, dout * self.b  # each operand gets its own, not the other's


class Affine:
    def __init__(self, n_inputs, n_neurons):
        self.W = np.zeros((n_inputs, n_neurons))
        self.b = np.zeros(n_neurons)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout  # the sum over the batch is left out
        return dout @ self.W.T
