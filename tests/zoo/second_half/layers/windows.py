"""Convolutions, pools and resampling."""

import numpy as np

from tests.zoo.second_half.styles import pair


def _weights(*shape):
    return np.random.default_rng(11).normal(0.0, 0.7, shape)


class CausalConv:
    """One channel; every tap looks a dilation further back."""

    def __init__(self, k=3, dilation=1):
        self.params = {"w": _weights(k)}
        self.grads, self.k, self.dilation = {}, k, dilation

    def lags(self):
        return [j * self.dilation for j in range(self.k)]

    def forward(self, x):
        self.x = x
        y = np.zeros_like(x)
        for w, lag in zip(self.params["w"], self.lags(), strict=True):
            y[:, lag:] += w * x[:, : x.shape[1] - lag]
        return y

    def backward(self, dout):
        length = dout.shape[1]
        dx, dw = np.zeros_like(dout), np.zeros_like(self.params["w"])
        for j, lag in enumerate(self.lags()):
            dx[:, : length - lag] += self.params["w"][j] * dout[:, lag:]
            dw[j] = np.sum(dout[:, lag:] * self.x[:, : length - lag])
        self.grads["w"] = dw
        return dx


class CausalConvUndilatedBack(CausalConv):
    def backward(self, dout):
        length, dx = dout.shape[1], np.zeros_like(dout)
        super().backward(dout)
        for j in range(self.k):
            dx[:, : length - j] += self.params["w"][j] * dout[:, j:]
        return dx


class CausalConvTapsMislaid(CausalConv):
    def backward(self, dout):
        dx = super().backward(dout)
        self.grads["w"] = self.grads["w"][::-1].copy()
        return dx


class DepthwiseConv:
    """A kernel of its own for each channel; no padding."""

    def __init__(self, c=3, k=3):
        self.params = {"W": _weights(c, k)}
        self.grads, self.k = {}, k

    def forward(self, x):
        self.windows = np.lib.stride_tricks.sliding_window_view(x, self.k, axis=2).copy()
        self.shape = x.shape
        return np.einsum("nclk,ck->ncl", self.windows, self.params["W"])

    def weights(self, dout):
        return np.einsum("nclk,ncl->ck", self.windows, dout)

    def backward(self, dout):
        self.grads["W"] = self.weights(dout)
        dx = np.zeros(self.shape, dtype=dout.dtype)
        for j in range(self.k):
            dx[:, :, j : j + dout.shape[2]] += self.params["W"][:, [j]] * dout
        return dx


class DepthwiseConvAveragesPlaces(DepthwiseConv):
    def weights(self, dout):
        return super().weights(dout) / dout.shape[2]


class DepthwiseConvLastTapOnly(DepthwiseConv):
    def backward(self, dout):
        dx = super().backward(dout)
        dx[...] = 0
        for j in range(self.k):
            dx[:, :, j : j + dout.shape[2]] = self.params["W"][:, [j]] * dout
        return dx


class TransposedConv:
    """One channel; every entry paints a kernel."""

    def __init__(self, k=3, stride=2):
        self.params = {"w": _weights(k)}
        self.grads, self.k, self.stride = {}, k, stride

    def places(self, j):
        return slice(j, j + self.stride * (self.length - 1) + 1, self.stride)

    def forward(self, x):
        self.x, self.length = x, x.shape[1]
        y = np.zeros((len(x), self.stride * (self.length - 1) + self.k), dtype=x.dtype)
        for j in range(self.k):
            y[:, self.places(j)] += self.params["w"][j] * x
        return y

    def seen(self, dout, j):
        return dout[:, self.places(j)]

    def backward(self, dout):
        parts = [self.seen(dout, j) for j in range(self.k)]
        self.grads["w"] = np.stack([np.sum(part * self.x) for part in parts])
        return sum(w * part for w, part in zip(self.params["w"], parts, strict=True))


class TransposedConvLooksOneLate(TransposedConv):
    def seen(self, dout, j):
        late = np.zeros_like(dout)
        late[:, :-1] = dout[:, 1:]
        return late[:, self.places(j)]


def patches(x, k, pad):
    wide = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    return np.lib.stride_tricks.sliding_window_view(wide, (k, k), axis=(2, 3)), wide.shape


def convolve(x, w):
    """Convolve images with a square kernel of odd size, to images of the same size."""
    seen, shape = patches(x, w.shape[2], w.shape[2] // 2)
    return np.einsum("nchwij,ocij->nohw", seen, w), (seen.copy(), shape, w)


def painted(dout, shape, w, add):
    wide = np.zeros(shape, dtype=dout.dtype)
    h, width = dout.shape[2:]
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            part = np.einsum("nohw,oc->nchw", dout, w[:, :, i, j])
            old = wide[:, :, i : i + h, j : j + width]
            wide[:, :, i : i + h, j : j + width] = old + part if add else part
    return wide


def convolve_back(dout, cache):
    seen, shape, w = cache
    pad, (h, width) = w.shape[2] // 2, dout.shape[2:]
    wide = painted(dout, shape, w, add=True)
    dw = np.einsum("nchwij,nohw->ocij", seen, dout)
    return wide[:, :, pad : pad + h, pad : pad + width].copy(), dw


def convolve_back_overwriting(dout, cache):
    _, shape, w = cache
    pad, (h, width) = w.shape[2] // 2, dout.shape[2:]
    wide = painted(dout, shape, w, add=False)
    return wide[:, :, pad : pad + h, pad : pad + width].copy(), convolve_back(dout, cache)[1]


def convolve_back_padding_in_front(dout, cache):
    _, shape, w = cache
    wide = painted(dout, shape, w, add=True)
    return wide[:, :, : dout.shape[2], : dout.shape[3]].copy(), convolve_back(dout, cache)[1]


def convolve_back_kernels_upright(dout, cache):
    dx, dw = convolve_back(dout, cache)
    return dx, dw.swapaxes(2, 3).copy()


SameConv = pair("SameConv", convolve, convolve_back)
SameConvPatchesOverwrite = pair("SameConvPatchesOverwrite", convolve, convolve_back_overwriting)
SameConvCropsBehind = pair("SameConvCropsBehind", convolve, convolve_back_padding_in_front)
SameConvKernelsOnTheirSide = pair(
    "SameConvKernelsOnTheirSide", convolve, convolve_back_kernels_upright
)


class TrailingMean:
    """Mean of the last k entries, of fewer at the start."""

    def __init__(self, k=3):
        self.k = k

    def forward(self, x):
        y = np.empty_like(x)
        for t in range(x.shape[1]):
            y[:, t] = x[:, max(t - self.k + 1, 0) : t + 1].mean(axis=1)
        return y

    def count(self, t):
        return min(self.k, t + 1)

    def backward(self, dout):
        dx = np.zeros_like(dout)
        for t in range(dout.shape[1]):
            dx[:, max(t - self.k + 1, 0) : t + 1] += dout[:, [t]] / self.count(t)
        return dx


class TrailingMeanAlwaysOfFull(TrailingMean):
    def count(self, t):
        return self.k


class TrailingMeanInWholeNumbers(TrailingMean):
    def backward(self, dout):
        dx = np.zeros_like(dout)
        for t in range(dout.shape[1]):
            dx[:, max(t - self.k + 1, 0) : t + 1] += dout[:, [t]] // self.count(t)
        return dx


class ImageMeanPool:
    """Windows of two by two; the last ones are cut at the border."""

    def forward(self, x):
        self.shape = x.shape
        rows, columns = np.arange(0, x.shape[2], 2), np.arange(0, x.shape[3], 2)
        total = np.add.reduceat(np.add.reduceat(x, rows, axis=2), columns, axis=3)
        high = np.minimum(2, x.shape[2] - rows)
        self.sizes = high[:, None] * np.minimum(2, x.shape[3] - columns)
        return (total / self.sizes).astype(x.dtype)

    def spread(self, dy):
        wide = dy.repeat(2, axis=2).repeat(2, axis=3)
        return wide[:, :, : self.shape[2], : self.shape[3]].copy()

    def backward(self, dout):
        return self.spread((dout / self.sizes).astype(dout.dtype))


class ImageMeanPoolAlwaysOfFour(ImageMeanPool):
    def backward(self, dout):
        return self.spread(dout / 4)


class ImageMaxPool:
    """Windows of two by two that tile the image."""

    def forward(self, x):
        n, c, h, w = x.shape
        tiles = x.reshape(n, c, h // 2, 2, w // 2, 2).swapaxes(3, 4)
        self.tiles, self.shape = tiles.reshape(n, c, h // 2, w // 2, 4), x.shape
        return self.tiles.max(axis=4)

    def winners(self):
        return np.eye(4)[self.tiles.argmax(axis=4)]

    def backward(self, dout):
        n, c, h, w = self.shape
        dx = (self.winners() * dout[..., None]).astype(dout.dtype)
        return dx.reshape(n, c, h // 2, w // 2, 2, 2).swapaxes(3, 4).reshape(self.shape)


class ImageMaxPoolAllThatReachIt(ImageMaxPool):
    def winners(self):
        return self.tiles == self.tiles.max(axis=4, keepdims=True)


class ImageMaxPoolTilesTurned(ImageMaxPool):
    def backward(self, dout):
        n, c, h, w = self.shape
        dx = (self.winners() * dout[..., None]).reshape(n, c, h // 2, w // 2, 2, 2)
        return dx.transpose(0, 1, 2, 5, 3, 4).reshape(self.shape)


class GlobalMean:
    """Over all places of an image."""

    def forward(self, x):
        self.shape = x.shape
        return x.mean(axis=(2, 3))

    def backward(self, dout):
        share = dout[:, :, None, None] / (self.shape[2] * self.shape[3])
        return np.broadcast_to(share, self.shape).astype(dout.dtype)


class GlobalMeanOverItsChannels(GlobalMean):
    def backward(self, dout):
        share = dout[:, :, None, None] / self.shape[1]
        return np.broadcast_to(share, self.shape).astype(dout.dtype)


class PixelShuffle:
    """Four channels become two by two pixels."""

    def forward(self, x):
        n, c, h, w = x.shape
        self.shape = x.shape
        out = x.reshape(n, c // 4, 2, 2, h, w).transpose(0, 1, 4, 2, 5, 3)
        return out.reshape(n, c // 4, 2 * h, 2 * w)

    def tiles(self, dout):
        n, c, h, w = self.shape
        return dout.reshape(n, c // 4, h, 2, w, 2)

    def backward(self, dout):
        return self.tiles(dout).transpose(0, 1, 3, 5, 2, 4).reshape(self.shape)


class PixelShuffleColumnsFirst(PixelShuffle):
    def backward(self, dout):
        return self.tiles(dout).transpose(0, 1, 5, 3, 2, 4).reshape(self.shape)


class PixelShuffleReadsTheBuffer(PixelShuffle):
    def tiles(self, dout):
        n, c, h, w = self.shape
        flat = np.frombuffer(dout.tobytes(order="A"), dtype=dout.dtype)
        return flat.reshape(n, c // 4, h, 2, w, 2)


class LinearUpsample:
    """Doubles the length; new entries lie half-way between neighbours."""

    def forward(self, x):
        y = np.empty((len(x), 2 * x.shape[1] - 1), dtype=x.dtype)
        y[:, ::2] = x
        y[:, 1::2] = (x[:, 1:] + x[:, :-1]) / 2
        return y

    def backward(self, dout):
        dx = dout[:, ::2].copy()
        dx[:, 1:] += dout[:, 1::2] / 2
        dx[:, :-1] += dout[:, 1::2] / 2
        return dx


class LinearUpsampleLeftNeighbourOnly(LinearUpsample):
    def backward(self, dout):
        dx = dout[:, ::2].copy()
        dx[:, :-1] += dout[:, 1::2] / 2
        return dx


class LinearUpsampleNeighboursInFull(LinearUpsample):
    def backward(self, dout):
        dx = dout[:, ::2].copy()
        dx[:, 1:] += dout[:, 1::2]
        dx[:, :-1] += dout[:, 1::2]
        return dx
