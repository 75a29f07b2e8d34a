"""The three sums of a convolution, over images inside their padding.

With W (O, C / groups, kh, kw) and taps k: y[o] = sum W[o, c, k] x[c, at k].  The gradient for x
is the same sum read the other way, and that for W the third pairing of the same three arrays.
A transposed convolution is the second sum taken as a forward pass.
"""

import numpy as np

from nn.arrays import Array, Shape
from nn.windows import Pair, Windows


def gather(frame: Array, W: Array, windows: Windows, count: Pair, groups: int) -> Array:
    """y (N, O, *count): every window of the frame, weighted by W and summed."""
    y = np.zeros(_flat(frame.shape, len(W), count, groups), np.result_type(frame, W))
    step = np.empty_like(y)
    for (i, j), view in windows.taps(frame, count):
        y += np.matmul(_of_group(W[:, :, i, j], groups), _rows(view, groups), out=step)
    return y.reshape(len(frame), len(W), *count)


def scatter(y: Array, W: Array, windows: Windows, shape: Shape, groups: int) -> Array:
    """A frame of the given shape: every entry of y, weighted by W, added to its window."""
    frame = np.zeros(shape, np.result_type(y, W))
    n, c = shape[:2]
    count = (y.shape[2], y.shape[3])
    rows = _rows(y, groups)
    step = np.empty(_flat(shape, c, count, groups), frame.dtype)
    for (i, j), view in windows.taps(frame, count):
        np.matmul(_of_group(W[:, :, i, j], groups).swapaxes(-1, -2), rows, out=step)
        view += step.reshape(n, c, *count)
    return frame


def pair_up(frame: Array, y: Array, windows: Windows, shape: Shape, groups: int) -> Array:
    """dW of the given shape: the products of y with what each window sees, summed."""
    dW = np.zeros(shape, np.result_type(frame, y))
    rows = _rows(y, groups)
    for (i, j), view in windows.taps(frame, (y.shape[2], y.shape[3])):
        products = rows @ _rows(view, groups).swapaxes(-1, -2)
        dW[:, :, i, j] = products.sum(axis=0).reshape(shape[:2])
    return dW


def _rows(x: Array, groups: int) -> Array:
    """(N, groups, channels of a group, pixels); a copy only where x is a strided view."""
    return x.reshape(_flat(x.shape, x.shape[1], (x.shape[2], x.shape[3]), groups))


def _of_group(W: Array, groups: int) -> Array:
    return W.reshape(groups, len(W) // groups, W.shape[1])


def _flat(shape: Shape, channels: int, count: Pair, groups: int) -> Shape:
    # Spelled out, because an empty batch leaves -1 undetermined.
    return shape[0], groups, channels // groups, count[0] * count[1]
