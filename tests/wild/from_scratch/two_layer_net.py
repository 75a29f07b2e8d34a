"""A whole model with its own numerical gradient beside the analytic one."""

import numpy as np

from common_functions import numerical_gradient, sigmoid, softmax


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        self.params = {
            "W1": weight_init_std * np.random.randn(input_size, hidden_size),
            "b1": np.zeros(hidden_size),
            "W2": weight_init_std * np.random.randn(hidden_size, output_size),
            "b2": np.zeros(output_size),
        }

    def predict(self, x):
        z = sigmoid(np.dot(x, self.params["W1"]) + self.params["b1"])
        return softmax(np.dot(z, self.params["W2"]) + self.params["b2"])

    def loss(self, x, t):
        y = self.predict(x)
        return -np.sum(t * np.log(y)) / len(x)

    def numerical_gradient(self, x, t):
        return {k: numerical_gradient(lambda _: self.loss(x, t), p) for k, p in self.params.items()}

    def gradient(self, x, t):
        z = sigmoid(np.dot(x, self.params["W1"]) + self.params["b1"])
        dy = (softmax(np.dot(z, self.params["W2"]) + self.params["b2"]) - t) / len(x)
        da = np.dot(dy, self.params["W2"].T) * z * (1 - z)
        return {
            "W2": np.dot(z.T, dy),
            "b2": np.sum(dy, axis=0),
            "W1": np.dot(x.T, da),
            "b1": np.sum(da, axis=0),
        }


class TwoLayerNetNoSlope(TwoLayerNet):
    def gradient(self, x, t):
        grads = super().gradient(x, t)
        z = sigmoid(np.dot(x, self.params["W1"]) + self.params["b1"])
        dy = (self.predict(x) - t) / len(x)
        grads["W1"] = np.dot(x.T, np.dot(dy, self.params["W2"].T) * z)
        return grads
