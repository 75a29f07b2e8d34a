"""Layers that do one thing in training and another one afterwards."""

import numpy as np


class Standardise:
    def __init__(self, dim):
        self.gain, self.shift = np.ones(dim), np.zeros(dim)
        self.mean, self.var = np.zeros(dim), np.ones(dim)
        self.training = True

    def forward(self, x):
        mean, var = self.mean, self.var
        if self.training:
            mean, var = x.mean(axis=0), x.var(axis=0)
            self.mean = 0.9 * self.mean + 0.1 * mean
            self.var = 0.9 * self.var + 0.1 * var
        self.std = np.sqrt(var + 1e-5)
        self.normal = (x - mean) / self.std
        return self.gain * self.normal + self.shift

    def backward(self, dout):
        self.dgain = np.sum(dout * self.normal, axis=0)
        self.dshift = np.sum(dout, axis=0)
        d = dout * self.gain
        if not self.training:
            return d / self.std
        centred = d - d.mean(axis=0)
        return (centred - self.normal * np.mean(d * self.normal, axis=0)) / self.std


class StandardiseBlind(Standardise):
    """Answers with the formula of training in either mode."""

    def backward(self, dout):
        mode, self.training = self.training, True
        answer = super().backward(dout)
        self.training = mode
        return answer


class Thin:
    """Has a mask after a training pass alone; its backward is for training."""

    def __init__(self, ratio=0.5):
        self.ratio, self.mask = ratio, None

    def forward(self, x, train_flg=True):
        if not train_flg:
            return x * (1.0 - self.ratio)
        self.mask = np.random.rand(*x.shape) > self.ratio
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


class ThinScaledTwice:
    def __init__(self, ratio=0.5):
        self.keep = 1.0 - ratio

    def forward(self, x, training):
        self.training = training
        if not training:
            return np.array(x)
        self.mask = (np.random.rand(*x.shape) < self.keep) / self.keep
        return x * self.mask

    def backward(self, dout):
        return dout * (self.mask if self.training else self.keep)


class Sleeping:
    """Is built for use and not for training."""

    def __init__(self):
        self.awake = False
        self.train_mode()

    def train_mode(self):
        self.awake = True

    def eval_mode(self):
        self.awake = False

    def forward(self, x):
        self.slope = np.cos(x) if self.awake else np.ones_like(x)
        return np.sin(x) if self.awake else np.array(x)

    def backward(self, dout):
        return dout * self.slope


def norm_forward(x, gamma, beta, norm_param):
    eps = norm_param.get("eps", 1e-5)
    mean = norm_param.get("running_mean", np.zeros(x.shape[1]))
    var = norm_param.get("running_var", np.ones(x.shape[1]))
    if norm_param["mode"] == "train":
        mean, var = x.mean(axis=0), x.var(axis=0)
    std = np.sqrt(var + eps)
    normal = (x - mean) / std
    return gamma * normal + beta, (normal, gamma, std)


def norm_backward(dout, cache):
    normal, gamma, std = cache
    d = dout * gamma
    dx = (d - d.mean(axis=0) - normal * np.mean(d * normal, axis=0)) / std
    return dx, np.sum(dout * normal, axis=0), np.sum(dout, axis=0)


def drop_forward(x, drop_param):
    if "seed" in drop_param:
        np.random.seed(drop_param["seed"])
    mask = None
    if drop_param["mode"] == "train":
        mask = (np.random.rand(*x.shape) < drop_param["p"]) / drop_param["p"]
    return (np.array(x) if mask is None else x * mask), (drop_param, mask)


def drop_backward(dout, cache):
    drop_param, mask = cache
    return dout * mask if drop_param["mode"] == "train" else np.array(dout)


class Window:
    """Its mode is a formula and has nothing to do with training."""

    def __init__(self, size=2, mode="max"):
        self.size, self.mode = size, mode

    def _windows(self, x):
        n, c, h, w = x.shape
        k = self.size
        cut = x[:, :, : h // k * k, : w // k * k].reshape(n, c, h // k, k, w // k, k)
        return cut.transpose(0, 1, 2, 4, 3, 5).reshape(n, c, h // k, w // k, k * k)

    def forward(self, x):
        self.shape, self.cut = x.shape, self._windows(x)
        return self.cut.max(axis=-1) if self.mode == "max" else self.cut.mean(axis=-1)

    def share(self):
        return 1 / self.size**2

    def backward(self, dout):
        n, c, h, w = self.shape
        k = self.size
        inner = np.full(self.cut.shape, self.share()) * dout[..., None]
        if self.mode == "max":
            inner = np.zeros(self.cut.shape)
            best = self.cut.argmax(axis=-1)[..., None]
            np.put_along_axis(inner, best, dout[..., None], axis=-1)
        blocks = inner.reshape(n, c, h // k, w // k, k, k).transpose(0, 1, 2, 4, 3, 5)
        dx = np.zeros(self.shape)
        dx[:, :, : h // k * k, : w // k * k] = blocks.reshape(n, c, h // k * k, w // k * k)
        return dx


class WindowByWidth(Window):
    def share(self):
        return 1 / self.size


def pool_line_forward(x, pool_param, mode="max"):
    k = pool_param["pool_width"]
    n, c, h, w = x.shape
    cut = x[..., : w // k * k].reshape(n, c, h, w // k, k)
    return cut.max(axis=-1) if mode == "max" else cut.mean(axis=-1), (x.shape, cut, k)


def pool_line_backward(dout, cache, mode="max"):
    shape, cut, k = cache
    inner = np.repeat(dout[..., None] / k, k, axis=-1)
    if mode == "max":
        inner = np.zeros(cut.shape)
        np.put_along_axis(inner, cut.argmax(axis=-1)[..., None], dout[..., None], axis=-1)
    dx = np.zeros(shape)
    dx[..., : shape[-1] // k * k] = inner.reshape(*shape[:-1], -1)
    return dx
