"""A small library: parameter objects, modes, lazily made weights, losses of two methods."""

import numpy as np

from common.parameter import Parameter


class Module:
    def parameters(self):
        return [v for v in vars(self).values() if isinstance(v, Parameter)]


class Linear(Module):
    def __init__(self, in_features, out_features, bias=True):
        self.weight = Parameter(np.random.randn(in_features, out_features) * 0.1)
        self.bias = Parameter(np.zeros(out_features)) if bias else None

    def forward(self, x):
        self.x = x
        y = x @ self.weight.data
        return y if self.bias is None else y + self.bias.data

    def backward(self, grad_output):
        self.weight.grad = self.x.T @ grad_output
        if self.bias is not None:
            self.bias.grad = grad_output.sum(axis=0)
        return grad_output @ self.weight.data.T


class LinearAccumulating(Linear):
    def backward(self, grad_output):
        self.weight.grad += self.x.T @ grad_output
        self.bias.grad += grad_output.sum(axis=0)
        return grad_output @ self.weight.data.T


class LinearUntransposed(Linear):
    def __init__(self, size):
        super().__init__(size, size)

    def backward(self, grad_output):
        super().backward(grad_output)
        return grad_output @ self.weight.data


class Dense:
    def __init__(self, units):
        self.units = units
        self.weights = None

    def build(self, width):
        self.weights = np.random.randn(width, self.units) * 0.1
        self.biases = np.zeros((1, self.units))

    def forward(self, inputs, training=True):
        if self.weights is None:
            self.build(inputs.shape[-1])
        self.inputs = inputs
        self.output = inputs @ self.weights + self.biases
        return self.output

    def backward(self, dvalues):
        self.dweights = self.inputs.T @ dvalues
        self.dbiases = np.sum(dvalues, axis=0, keepdims=True)
        self.dinputs = dvalues @ self.weights.T


class DenseUpdating:
    def __init__(self, n_in, n_out):
        self.w = np.random.randn(n_in, n_out) * 0.1
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.w + self.b

    def backward(self, grad, learning_rate):
        dx = grad @ self.w.T
        self.w = self.w - learning_rate * (self.x.T @ grad)
        self.b = self.b - learning_rate * grad.sum(axis=0)
        return dx


class LinearAveraged:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) * 0.1
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad):
        n = len(self.x)
        self.dW = self.x.T @ grad / n
        self.db = grad.sum(axis=0) / n
        return grad @ self.W.T


class MSELoss:
    def loss(self, y_pred, y_true):
        return np.mean((y_pred - y_true) ** 2)

    def gradient(self, y_pred, y_true):
        return 2 * (y_pred - y_true) / y_pred.size


class MSELossHalf(MSELoss):
    def gradient(self, y_pred, y_true):
        return (y_pred - y_true) / y_pred.size


class Tanh:
    def __call__(self, x):
        return np.tanh(x)

    def derivative(self, x):
        return 1 - np.tanh(x) ** 2


class TanhOnce(Tanh):
    def derivative(self, x):
        return 1 - np.tanh(x)


class SigmoidByOutput:
    def forward(self, x):
        return 1 / (1 + np.exp(-x))

    def derivative(self, y):
        return y * (1 - y)


class CategoricalCrossEntropy:
    def loss(self, y_true, y_pred):
        return -np.sum(y_true * np.log(np.clip(y_pred, 1e-12, 1.0))) / len(y_true)

    def gradient(self, y_true, y_pred):
        return -y_true / np.clip(y_pred, 1e-12, 1.0) / len(y_true)


class FusedCrossEntropy:
    def forward(self, probabilities, labels):
        rows = np.arange(len(labels))
        self.probabilities, self.labels = probabilities, labels
        return -np.mean(np.log(probabilities[rows, labels] + 1e-12))

    def backward(self):
        dz = self.probabilities.copy()
        dz[np.arange(len(self.labels)), self.labels] -= 1
        return dz / len(self.labels)


class LinearMixed(LinearAveraged):
    def backward(self, grad):
        dx = super().backward(grad)
        self.db = grad.sum(axis=0)
        return dx
