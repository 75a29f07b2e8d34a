"""Convolutions of images, and their transposes."""

import numpy as np

from nn.arrays import Array, Shape, as_float
from nn.convolution import gather, pair_up, scatter
from nn.initializers import he
from nn.layers.layer import Layer
from nn.sizes import require_sizes
from nn.windows import Size, Windows, as_pair, require_images


class Conv2D(Layer):
    """y[n, o] = b[o] + the sum of W[o, c] * x[n, c] over every window and channel c.

    x is (N, C, H, W), W (O, C / groups, kh, kw), b (O,), and y (N, O, H', W') with
    H' = (H + 2 padding - dilation (kh - 1) - 1) // stride + 1.  It is a cross-correlation: the
    kernel is not flipped.  An output channel sees the channels of its own group only
    (Goodfellow et al., Deep Learning, eqs. 9.6, 9.11 and 9.13).

    Raises
    ------
    ValueError
        For sizes, strides or dilations below one, a negative padding, groups that do not divide
        both channel counts, and for x of another rank or channel count, or smaller than the
        kernel once it is padded.
    """

    _frame: Array

    def __init__(  # noqa: PLR0913 - the options of a convolution, by their usual names
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        *,
        stride: Size = 1,
        padding: Size = 0,
        dilation: Size = 1,
        groups: int = 1,
        rng: np.random.Generator,
    ) -> None:
        super().__init__()
        self.windows = _windows(self, kernel_size, stride, padding, dilation)
        self.groups = _checked_groups(self, in_channels, out_channels, groups)
        W = _kernel((out_channels, in_channels // groups, *self.windows.kernel), rng)
        self.params = {"W": W, "b": np.zeros(out_channels)}

    def forward(self, x: Array) -> Array:
        """Return (N, O, H', W')."""
        x = as_float(x)
        W, b = self.params["W"], self.params["b"]
        require_images(self, x, W.shape[1] * self.groups)
        count = self.windows.count(self, x)
        self._frame = self.windows.framed(x)
        y = gather(self._frame, W, self.windows, count, self.groups)
        return self._output(y + b[:, np.newaxis, np.newaxis])

    def backward(self, dout: Array) -> Array:
        """Return dx in the shape of x; dW and db go to `grads`."""
        dout = self._upstream(dout)
        W, frame, windows = self.params["W"], self._frame, self.windows
        self.grads["W"] = pair_up(frame, dout, windows, W.shape, self.groups)
        self.grads["b"] = dout.sum(axis=(0, 2, 3))
        return windows.unframed(scatter(dout, W, windows, frame.shape, self.groups))


class ConvTranspose2D(Layer):
    """Every entry of x, times the kernel W, is added to a window of y.

    x is (N, C, H, W), W (C, O / groups, kh, kw), b (O,), and y (N, O, H', W') with
    H' = (H - 1) stride - 2 padding + dilation (kh - 1) + 1 + output_padding.  It is the
    backward pass of a convolution for its input, taken as a forward pass, so a convolution is
    its own backward pass (Dumoulin and Visin, "A guide to convolution arithmetic for deep
    learning", 2016, ch. 4).

    Raises
    ------
    ValueError
        As Conv2D; also where output_padding is not less than the stride or the dilation, and
        where the padding leaves nothing of y.
    """

    _x: Array

    def __init__(  # noqa: PLR0913 - the options of a convolution, by their usual names
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        *,
        stride: Size = 1,
        padding: Size = 0,
        output_padding: Size = 0,
        dilation: Size = 1,
        groups: int = 1,
        rng: np.random.Generator,
    ) -> None:
        super().__init__()
        self.windows = _windows(self, kernel_size, stride, padding, dilation)
        self.groups = _checked_groups(self, in_channels, out_channels, groups)
        self.output_padding = as_pair(self, "output_padding", output_padding, least=0)
        self._require_small_output_padding()
        W = _kernel((in_channels, out_channels // groups, *self.windows.kernel), rng)
        self.params = {"W": W, "b": np.zeros(out_channels)}

    def forward(self, x: Array) -> Array:
        """Return (N, O, H', W')."""
        x = as_float(x)
        W, b = self.params["W"], self.params["b"]
        require_images(self, x, len(W))
        shape = self._frame_shape(x)
        self._x = x
        frame = scatter(x, W, self.windows, shape, self.groups)
        return self._output(self.windows.unframed(frame) + b[:, np.newaxis, np.newaxis])

    def backward(self, dout: Array) -> Array:
        """Return dx in the shape of x; dW and db go to `grads`."""
        dout = self._upstream(dout)
        W, x, windows = self.params["W"], self._x, self.windows
        frame = windows.framed(dout)
        self.grads["W"] = pair_up(frame, x, windows, W.shape, self.groups)
        self.grads["b"] = dout.sum(axis=(0, 2, 3))
        return gather(frame, W, windows, (x.shape[2], x.shape[3]), self.groups)

    def _frame_shape(self, x: Array) -> Shape:
        """The shape of y inside its padding, once something has been found to be left of y."""
        geometry = zip(x.shape[2:], self.windows.stride, self.windows.reach, strict=True)
        sides = [
            (n - 1) * step + reach + extra
            for (n, step, reach), extra in zip(geometry, self.output_padding, strict=True)
        ]
        left = [side - 2 * p for side, p in zip(sides, self.windows.padding, strict=True)]
        if 0 in x.shape[2:] or min(left) < 1:
            raise ValueError(
                f"ConvTranspose2D.forward: x has shape {x.shape}, which leaves {left[0]} x "
                f"{left[1]} pixels of the output; one or more is needed"
            )
        return len(x), len(self.params["b"]), sides[0], sides[1]

    def _require_small_output_padding(self) -> None:
        steps = zip(self.windows.stride, self.windows.dilation, strict=True)
        pairs = zip(self.output_padding, steps, strict=True)
        if any(extra >= max(both) for extra, both in pairs):
            raise ValueError(
                f"ConvTranspose2D: output_padding {self.output_padding} must be less than the "
                f"stride {self.windows.stride} or the dilation {self.windows.dilation}"
            )


def _windows(
    owner: object, kernel_size: Size, stride: Size, padding: Size, dilation: Size
) -> Windows:
    return Windows(
        as_pair(owner, "kernel_size", kernel_size, least=1),
        as_pair(owner, "stride", stride, least=1),
        as_pair(owner, "padding", padding, least=0),
        as_pair(owner, "dilation", dilation, least=1),
    )


def _checked_groups(owner: object, in_channels: int, out_channels: int, groups: int) -> int:
    require_sizes(owner, in_channels=in_channels, out_channels=out_channels, groups=groups)
    if in_channels % groups or out_channels % groups:
        raise ValueError(
            f"{type(owner).__name__}: groups must divide both channel counts, got "
            f"in_channels={in_channels}, out_channels={out_channels}, groups={groups}"
        )
    return groups


def _kernel(shape: Shape, rng: np.random.Generator) -> Array:
    """Weights whose variance suits the number of entries that one output sees."""
    first, *rest = shape
    W = he(int(np.prod(rest)), first, rng)
    return W.T.reshape(shape).copy()
