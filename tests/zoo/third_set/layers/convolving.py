"""Convolutions, and windows laid out for them."""

import numpy as np

from tests.zoo.second_half.styles import Attributes
from tests.zoo.third_set.styles import Listed, Named, closure


def _weights(*shape):
    return np.random.default_rng(29).normal(0.0, 0.6, shape)


class StridedConv(Attributes):
    """Signals of some channels, kernels of three taps, no padding."""

    own = ("W", "b")
    k = 3

    def __init__(self, c=2, o=3, stride=1):
        self.W, self.b, self.stride = _weights(o, c, self.k), np.zeros(o), stride

    def places(self, j, length):
        return slice(j, j + self.stride * (length - 1) + 1, self.stride)

    def forward(self, x):
        self.x, length = x, (x.shape[2] - self.k) // self.stride + 1
        taps = [x[:, :, self.places(j, length)] for j in range(self.k)]
        return np.einsum("knct,ock->not", np.stack(taps), self.W) + self.b[:, None]

    def tap_weights(self, j, dout):
        seen = self.x[:, :, self.places(j, dout.shape[2])]
        return np.einsum("not,nct->oc", dout, seen)

    def tap(self, j):
        return self.W[:, :, j]

    def bias(self, dout):
        return dout.sum(axis=(0, 2))

    def backward(self, dout):
        dx, self.dW = np.zeros_like(self.x), np.zeros_like(self.W)
        for j in range(self.k):
            self.dW[:, :, j] = self.tap_weights(j, dout)
            at = self.places(j, dout.shape[2])
            dx[:, :, at] += np.einsum("not,oc->nct", dout, self.tap(j))
        self.db = self.bias(dout)
        return dx


class StridedConvTapsReversed(StridedConv):
    def tap(self, j):
        return self.W[:, :, self.k - 1 - j]


class StridedConvWeightsWithoutStride(StridedConv):
    def tap_weights(self, j, dout):
        seen = self.x[:, :, j : j + dout.shape[2]]
        return np.einsum("not,nct->oc", dout, seen)


class StridedConvLastWindowLeftOut(StridedConv):
    def tap_weights(self, j, dout):
        return super().tap_weights(j, dout[:, :, :-1])


class StridedConvBiasForEachPlace(StridedConv):
    def bias(self, dout):
        return dout.sum(axis=(0, 1))


class StridedConvStepsTheKernel(StridedConv):
    def tap_weights(self, j, dout):
        found = super().tap_weights(j, dout)
        self.W[:, :, j] -= 0.1 * found
        return found


class ImageConv(Named):
    """Images as columns of patches, kernels of three by three."""

    k = 3

    def __init__(self, c=3, o=2):
        super().__init__(W=_weights(o, c, self.k, self.k), b=np.zeros(o))

    def columns(self, x):
        views = np.lib.stride_tricks.sliding_window_view(x, (self.k, self.k), axis=(2, 3))
        n, c, h, w = views.shape[:4]
        return views.transpose(0, 2, 3, 1, 4, 5).reshape(n, h, w, c * self.k**2)

    def forward(self, x):
        self.x, self.cols = x, self.columns(x)
        w = self.params["W"]
        y = self.cols @ w.reshape(len(w), -1).T + self.params["b"]
        return y.transpose(0, 3, 1, 2).copy()

    def weights(self, dout):
        flat = np.einsum("nohw,nhwp->op", dout, self.cols)
        return flat.reshape(self.params["W"].shape)

    def bias(self, dout):
        return dout.sum(axis=(0, 2, 3))

    def backward_pass(self, dout):
        dx, (h, w) = np.zeros_like(self.x), dout.shape[2:]
        for i in range(self.k):
            for j in range(self.k):
                part = np.einsum("nohw,oc->nchw", dout, self.params["W"][:, :, i, j])
                dx[:, :, i : i + h, j : j + w] += part
        return {"dx": dx, "dW": self.weights(dout), "db": self.bias(dout)}


class ImageConvChannelsLast(ImageConv):
    def weights(self, dout):
        n, h, w, _ = self.cols.shape
        cols = self.cols.reshape(n, h, w, -1, self.k**2).swapaxes(3, 4).reshape(n, h, w, -1)
        flat = np.einsum("nohw,nhwp->op", dout, cols)
        return flat.reshape(self.params["W"].shape)


class ImageConvBiasAveragesBatch(ImageConv):
    def bias(self, dout):
        return dout.sum(axis=(2, 3)).mean(axis=0)


class ImageConvPatchesFromMemory(ImageConv):
    def weights(self, dout):
        self.cols = self.columns(self.x.ravel(order="K").reshape(self.x.shape))
        return super().weights(dout)


class Upconv(Listed):
    """Transposed convolution of signals: stride two, some cropped from both ends."""

    names = ("W",)
    stride, k = 2, 4

    def __init__(self, c=2, o=3, crop=0):
        self.weights, self.gradients, self.crop = [_weights(c, o, self.k)], [None], crop

    def wide(self, length):
        return self.stride * (length - 1) + self.k

    def places(self, j, length):
        return slice(j, j + self.stride * (length - 1) + 1, self.stride)

    def forward(self, x):
        self.x, t = x, x.shape[2]
        y = np.zeros((len(x), self.weights[0].shape[1], self.wide(t)), dtype=x.dtype)
        for j in range(self.k):
            part = np.einsum("nct,co->not", x, self.weights[0][:, :, j])
            y[:, :, self.places(j, t)] += part
        return y[:, :, self.crop : y.shape[2] - self.crop].copy()

    def uncropped(self, dout):
        return np.pad(dout, ((0, 0), (0, 0), (self.crop, self.crop)))

    def backward(self, dout):
        t, w = self.x.shape[2], self.weights[0]
        full, dx, dw = self.uncropped(dout), np.zeros_like(self.x), np.zeros_like(w)
        for j in range(self.k):
            seen = full[:, :, self.places(j, t)]
            dx += np.einsum("not,co->nct", seen, w[:, :, j])
            dw[:, :, j] = np.einsum("nct,not->co", self.x, seen)
        self.gradients = [self.arranged(dw)]
        return dx

    def arranged(self, dw):
        return dw


class UpconvKernelReversed(Upconv):
    def arranged(self, dw):
        return dw[:, :, ::-1].copy()


class UpconvCropAllBehind(Upconv):
    def uncropped(self, dout):
        return np.pad(dout, ((0, 0), (0, 0), (0, 2 * self.crop)))


class GroupedConv(Named):
    """Groups of channels of their own, kernels of two taps."""

    groups, k = 3, 2

    def __init__(self, c=6):
        super().__init__(W=_weights(self.groups, c // self.groups, self.k))

    def cut(self, x):
        n, c, t = x.shape
        return x.reshape(n, self.groups, c // self.groups, t)

    def forward(self, x):
        self.x, parts, length = x, self.cut(x), x.shape[2] - self.k + 1
        taps = np.stack([parts[..., j : j + length] for j in range(self.k)], axis=-1)
        return np.einsum("ngctk,gck->ngt", taps, self.params["W"])

    def group_of(self):
        return self.cut(self.x)

    def backward_pass(self, dout):
        w, length = self.params["W"], dout.shape[2]
        dx, dw = np.zeros_like(self.cut(self.x)), np.zeros_like(w)
        for j in range(self.k):
            dx[..., j : j + length] += np.einsum("ngt,gc->ngct", dout, w[:, :, j])
            seen = self.group_of()[..., j : j + length]
            dw[:, :, j] = np.einsum("ngct,ngt->gc", seen, dout)
        return {"dx": dx.reshape(self.x.shape), "dW": dw}


class GroupedConvWeightsSeeTheNextGroup(GroupedConv):
    def group_of(self):
        return np.roll(self.cut(self.x), -1, axis=1)


def blur(x, w):
    """One kernel of three by three for each channel; the borders are padded with zeros."""
    return _blurred(x, w, np.zeros_like)


def blur_in_whole_numbers(x, w):
    return _blurred(x, w, lambda padded: np.zeros(padded.shape, dtype=np.int64))


def blur_in_single(x, w):
    return _blurred(x, w, lambda padded: np.zeros(padded.shape, dtype=np.float32))


def _blurred(x, w, empty):
    padded, (h, v) = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1))), x.shape[2:]
    shifts = [(i, j) for i in range(3) for j in range(3)]
    y = sum(w[:, i, j, None, None] * padded[:, :, i : i + h, j : j + v] for i, j in shifts)

    def pull(dout):
        dpadded, dw = empty(padded), np.zeros_like(w)
        for i, j in shifts:
            part = w[:, i, j, None, None] * dout
            at = np.s_[:, :, i : i + h, j : j + v]
            dpadded[at] = (dpadded[at] + part).astype(dpadded.dtype)
            dw[:, i, j] = (dout * padded[:, :, i : i + h, j : j + v]).sum(axis=(0, 2, 3))
        return dpadded[:, :, 1:-1, 1:-1].astype(x.dtype), dw

    return y, pull


Blur = closure("Blur", blur)
BlurInWholeNumbers = closure("BlurInWholeNumbers", blur_in_whole_numbers)
BlurInSingle = closure("BlurInSingle", blur_in_single)


class Unfold:
    """Windows of three, two apart, one after the other."""

    k, stride = 3, 2

    def forward(self, x):
        self.shape = x.shape
        self.at = np.arange(0, x.shape[1] - self.k + 1, self.stride)[:, None] + np.arange(
            self.k
        )
        return x[:, self.at]

    def place(self, dx, dout):
        np.add.at(dx, (slice(None), self.at), dout)

    def backward(self, dout):
        dx = np.zeros(self.shape, dtype=dout.dtype)
        self.place(dx, dout)
        return dx


class UnfoldAddsSharedOnce(Unfold):
    def place(self, dx, dout):
        dx[:, self.at] += dout


class UnfoldOneApart(Unfold):
    def place(self, dx, dout):
        starts = np.arange(dout.shape[1])[:, None] + np.arange(self.k)
        np.add.at(dx, (slice(None), starts), dout)
