"""Normalisation by batch, by row and by length."""

import numpy as np


class BatchNorm:
    eps = 1e-3

    def __init__(self, d=5, *, training=True):
        self.training = training
        self.params = {"gamma": np.ones(d), "beta": np.zeros(d)}
        self.grads = {}
        rng = np.random.default_rng(5)
        self.running = rng.normal(0.0, 0.5, d), rng.uniform(0.5, 2.0, d)

    def forward(self, x):
        mean, var = (x.mean(axis=0), x.var(axis=0)) if self.training else self.running
        self.std = np.sqrt(var + self.eps).astype(x.dtype)
        self.xhat = (x - mean.astype(x.dtype)) / self.std
        return self.params["gamma"] * self.xhat + self.params["beta"]

    def parameters(self, dout):
        self.grads["gamma"] = (dout * self.xhat).sum(axis=0)
        self.grads["beta"] = dout.sum(axis=0)

    def through_batch(self, d):
        return (d - d.mean(axis=0) - self.xhat * (d * self.xhat).mean(axis=0)) / self.std

    def backward(self, dout):
        self.parameters(dout)
        d = dout * self.params["gamma"]
        return self.through_batch(d) if self.training else d / self.std


class BatchNormMeanTakenAsConstant(BatchNorm):
    def through_batch(self, d):
        return (d - self.xhat * (d * self.xhat).mean(axis=0)) / self.std


class BatchNormTrainsInEvaluation(BatchNorm):
    def backward(self, dout):
        self.parameters(dout)
        return self.through_batch(dout * self.params["gamma"])


class BatchNormGammaAveraged(BatchNorm):
    def parameters(self, dout):
        super().parameters(dout)
        self.grads["gamma"] = (dout * self.xhat).mean(axis=0)


class LayerNorm:
    def __init__(self, d=5, eps=1e-3):
        self.eps = eps
        self.params = {"gamma": np.ones(d), "beta": np.zeros(d)}
        self.grads = {}

    def forward(self, x):
        centred = x - x.mean(axis=-1, keepdims=True)
        self.var = (centred**2).mean(axis=-1, keepdims=True)
        self.xhat = centred / np.sqrt(self.var + self.eps)
        return self.params["gamma"] * self.xhat + self.params["beta"]

    def width(self):
        return np.sqrt(self.var + self.eps)

    def row(self, d):
        return d.mean(axis=-1, keepdims=True)

    def backward(self, dout):
        self.grads["gamma"] = (dout * self.xhat).sum(axis=0)
        self.grads["beta"] = dout.sum(axis=0)
        d = dout * self.params["gamma"]
        return (d - self.row(d) - self.xhat * self.row(d * self.xhat)) / self.width()


class LayerNormVarianceTakenAsConstant(LayerNorm):
    def backward(self, dout):
        super().backward(dout)
        d = dout * self.params["gamma"]
        return (d - self.row(d)) / self.width()


class LayerNormBetaUnanswered(LayerNorm):
    def backward(self, dout):
        dx = super().backward(dout)
        del self.grads["beta"]
        return dx


class LayerNormEpsilonOutsideTheRoot(LayerNorm):
    def width(self):
        return np.sqrt(self.var) + self.eps


class RmsNorm:
    eps = 1e-3

    def __init__(self, d=5):
        self.params = {"gamma": np.ones(d)}
        self.grads = {}

    def forward(self, x):
        self.rms = np.sqrt((x**2).mean(axis=-1, keepdims=True) + self.eps)
        self.xhat = x / self.rms
        return self.params["gamma"] * self.xhat

    def backward(self, dout):
        self.grads["gamma"] = (dout * self.xhat).sum(axis=0)
        d = dout * self.params["gamma"]
        return (d - self.xhat * (d * self.xhat).mean(axis=-1, keepdims=True)) / self.rms


class RmsNormSumsWhereItAverages(RmsNorm):
    def backward(self, dout):
        super().backward(dout)
        d = dout * self.params["gamma"]
        return (d - self.xhat * (d * self.xhat).sum(axis=-1, keepdims=True)) / self.rms


class UnitLength:
    def forward(self, x):
        self.norm = np.sqrt((x**2).sum(axis=-1, keepdims=True) + 1e-3)
        self.y = x / self.norm
        return self.y.copy()

    def backward(self, dout):
        inner = (dout * self.y).sum(axis=-1, keepdims=True)
        return (dout - self.y * inner) / self.norm


class UnitLengthWithoutProjection(UnitLength):
    def backward(self, dout):
        return dout / self.norm
