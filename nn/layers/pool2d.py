"""Pooling of images: one number in place of each window."""

import numpy as np

from nn.arrays import Array, Shape, as_float
from nn.functions import masked
from nn.layers.layer import Layer
from nn.windows import Size, Windows, as_pair, require_images


class _Pool2D(Layer):
    """Windows over images (N, C, H, W); rows and columns that fill no window are left out."""

    def __init__(
        self, kernel_size: Size, *, stride: Size | None = None, padding: Size = 0
    ) -> None:
        super().__init__()
        self.windows = _windows(self, kernel_size, stride, padding)


class MaxPool2D(_Pool2D):
    """y = the largest entry of each window; dout goes to it, and of equal ones to the first.

    Without `stride` the windows do not overlap; where they do, an entry gets the sum over the
    windows that chose it.  Padding never wins.  First means row by row (Ranzato et al.,
    "Unsupervised learning of invariant feature hierarchies", 2007, 3).

    Raises
    ------
    ValueError
        For a kernel or a stride below one, a padding that is negative or not less than the
        kernel, and for x of another rank than 4, or smaller than the kernel once it is padded.
    """

    _frame: Array
    _y: Array

    def forward(self, x: Array) -> Array:
        """Return (N, C, H', W')."""
        x = as_float(x)
        require_images(self, x)
        count = self.windows.count(self, x)
        self._frame = self.windows.framed(x, -np.inf)
        y = np.full((*x.shape[:2], *count), -np.inf, x.dtype)
        for _, view in self.windows.taps(self._frame, count):
            np.maximum(y, view, out=y)
        self._y = y.copy()
        return self._output(y)

    def backward(self, dout: Array) -> Array:
        """Return dx in the shape of x."""
        dout = self._upstream(dout)
        count = dout.shape[2], dout.shape[3]
        dframe = np.zeros(self._frame.shape, dout.dtype)
        seen = self.windows.taps(self._frame, count)
        # A window is free until the first tap that holds its maximum; where that is NaN, which
        # equals nothing, it stays so.
        free = np.ones(dout.shape, np.bool_)
        for (_, view), (_, dview) in zip(seen, self.windows.taps(dframe, count), strict=True):
            chosen = (view == self._y) & free
            dview += masked(dout, chosen)
            free &= ~chosen
        return self.windows.unframed(dframe)


class AvgPool2D(_Pool2D):
    """y = the mean of each window, padding counted as zeros; its entries get dout / (kh kw).

    Without `stride` the windows do not overlap; where they do, an entry gets the sum over the
    windows that hold it (LeCun et al., "Gradient-based learning", 1998, II.B).

    Raises
    ------
    ValueError
        As MaxPool2D.
    """

    _frame_shape: Shape

    def forward(self, x: Array) -> Array:
        """Return (N, C, H', W')."""
        x = as_float(x)
        require_images(self, x)
        count = self.windows.count(self, x)
        frame = self.windows.framed(x)
        y = np.zeros((*x.shape[:2], *count), x.dtype)
        for _, view in self.windows.taps(frame, count):
            y += view
        self._frame_shape = frame.shape
        return self._output(y / self._entries())

    def backward(self, dout: Array) -> Array:
        """Return dx in the shape of x."""
        share = self._upstream(dout) / self._entries()
        frame = np.zeros(self._frame_shape, share.dtype)
        for _, view in self.windows.taps(frame, (share.shape[2], share.shape[3])):
            view += share
        return self.windows.unframed(frame)

    def _entries(self) -> int:
        return self.windows.kernel[0] * self.windows.kernel[1]


def _windows(owner: object, kernel_size: Size, stride: Size | None, padding: Size) -> Windows:
    kernel = as_pair(owner, "kernel_size", kernel_size, least=1)
    steps = kernel if stride is None else as_pair(owner, "stride", stride, least=1)
    frame = as_pair(owner, "padding", padding, least=0)
    if any(p >= k for p, k in zip(frame, kernel, strict=True)):
        raise ValueError(
            f"{type(owner).__name__}: padding {frame} must be less than kernel_size {kernel}, "
            "or a window would see nothing of the image"
        )
    return Windows(kernel, steps, frame)
