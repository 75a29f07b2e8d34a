"""Recurrent cells: gates side by side, several states in and out."""

import numpy as np


def squash(z):
    return 1 / (1 + np.exp(-z))


class Cell:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, x, h_prev, c_prev):
        Wx, Wh, b = self.params
        forget, new, inp, out = np.split(x @ Wx + h_prev @ Wh + b, 4, axis=1)
        forget, inp, out, new = squash(forget), squash(inp), squash(out), np.tanh(new)
        c_next = forget * c_prev + new * inp
        self.cache = x, h_prev, c_prev, forget, new, inp, out, c_next
        return out * np.tanh(c_next), c_next

    def backward(self, dh_next, dc_next):
        x, h_prev, c_prev, forget, new, inp, out, c_next = self.cache
        bent = np.tanh(c_next)
        ds = dc_next + dh_next * out * (1 - bent**2)
        parts = (
            ds * c_prev * forget * (1 - forget),
            ds * inp * (1 - new**2),
            ds * new * inp * (1 - inp),
            dh_next * bent * out * (1 - out),
        )
        da = np.hstack(parts)
        for kept, found in zip(self.grads, (x.T @ da, h_prev.T @ da, da.sum(axis=0))):
            kept[...] = found
        return da @ self.params[0].T, da @ self.params[1].T, ds * forget


def gru_step_forward(x, prev_h, Wx, Wh, b):
    size = prev_h.shape[1]
    ax, ah = x @ Wx + b, prev_h @ Wh
    update = squash(ax[:, :size] + ah[:, :size])
    reset = squash(ax[:, size : 2 * size] + ah[:, size : 2 * size])
    new = np.tanh(ax[:, 2 * size :] + reset * ah[:, 2 * size :])
    cache = x, prev_h, Wx, Wh, update, reset, new, ah[:, 2 * size :]
    return update * prev_h + (1 - update) * new, cache


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, update, reset, new, inner = cache
    dnew = dnext_h * (1 - update) * (1 - new**2)
    dupdate = dnext_h * (prev_h - new) * update * (1 - update)
    dreset = dnew * inner * reset * (1 - reset)
    dax = np.hstack([dupdate, dreset, dnew])
    dah = np.hstack([dupdate, dreset, dnew * reset])
    dprev = dnext_h * update + dah @ Wh.T
    return dax @ Wx.T, dprev, x.T @ dax, prev_h.T @ dah, dax.sum(axis=0)


def twin_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    z = x @ Wx + prev_h @ Wh + b
    next_c = np.tanh(z) + prev_c
    next_h = np.sin(next_c)
    return next_h, next_c, (x, prev_h, Wx, Wh, np.tanh(z), next_c)


def twin_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, Wx, Wh, bent, next_c = cache
    dc = dnext_c + dnext_h * np.cos(next_c)
    dz = dc * (1 - bent**2)
    return dz @ Wx.T, dz @ Wh.T, dc, x.T @ dz, prev_h.T @ dz, dz.sum(axis=0)


def lost_step_forward(x, prev_h, prev_c):
    next_c = np.sin(x) + prev_c
    return np.tanh(next_c) * prev_h, next_c, (x, prev_h, np.tanh(next_c))


def lost_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, bent = cache
    dc = dnext_h * prev_h * (1 - bent**2)  # and what comes in by next_c?
    return dc * np.cos(x), dnext_h * bent, dc


class Look:
    """Weights by likeness: a sequence and one state of the same width."""

    def forward(self, hs, h):
        scores = np.einsum("ntd,nd->nt", hs, h)
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        self.a = e / e.sum(axis=1, keepdims=True)
        self.hs, self.h = hs, h
        return np.array(self.a)

    def backward(self, da):
        ds = self.a * (da - np.sum(da * self.a, axis=1, keepdims=True))
        return np.einsum("nt,nd->ntd", ds, self.h), np.einsum("nt,ntd->nd", ds, self.hs)
