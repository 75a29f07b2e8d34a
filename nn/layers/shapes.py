"""Layers that move entries and compute nothing: reshape, transpose, concatenate, slice, pad.

Each is a matrix of zeros and ones times x, so its backward pass is the transpose of that
matrix times dout, which moves the entries back (Griewank and Walther, Evaluating Derivatives,
2008, 3).
"""

import math
from collections.abc import Sequence

import numpy as np

from nn.arrays import Array, Shape, as_float
from nn.layers.layer import Layer
from nn.sizes import is_whole


class Reshape(Layer):
    """y = x with each example in the given shape; dx = dout in the shape of x.

    The first axis counts examples and stays; `shape` is that of one example, in which one
    length may be -1 and is worked out (backward by transposition: Griewank and Walther,
    Evaluating Derivatives, 2008, 3).

    Raises
    ------
    ValueError
        For two lengths of -1 or one below, and where an example has another number of entries.
    """

    _x_shape: Shape

    def __init__(self, shape: int | Sequence[int] = -1) -> None:
        super().__init__()
        self.shape = tuple(shape) if isinstance(shape, Sequence) else (shape,)
        if not all(is_whole(n) and n >= -1 for n in self.shape) or self.shape.count(-1) > 1:
            raise ValueError(
                f"Reshape: shape needs lengths from 0 on and at most one -1, got {shape}"
            )

    def forward(self, x: Array) -> Array:
        """Return (N, *shape) for x (N, ...), as a copy."""
        x = as_float(x)
        target = self._target(x)
        self._x_shape = x.shape
        return self._output(x.reshape(target).copy())

    def backward(self, dout: Array) -> Array:
        """Return dx in the shape of x."""
        return self._upstream(dout).reshape(self._x_shape).copy()

    def _target(self, x: Array) -> Shape:
        entries, known = math.prod(x.shape[1:]), math.prod(n for n in self.shape if n != -1)
        # Worked out from one example, because an empty batch leaves -1 undetermined.
        rest = entries // known if -1 in self.shape and known else 1
        target = tuple(rest if n == -1 else n for n in self.shape)
        if x.ndim == 0 or math.prod(target) != entries:
            raise ValueError(
                f"Reshape.forward: x has shape {x.shape}; each example needs as many entries "
                f"as shape={self.shape} holds"
            )
        return (len(x), *target)


class Flatten(Reshape):
    """y = x as a matrix (N, D), one row an example; dx = dout in the shape of x.

    (Griewank and Walther, Evaluating Derivatives, 2008, 3.)
    """

    def __init__(self) -> None:
        super().__init__(-1)


class Transpose(Layer):
    """y = x with its axes in another order; without `axes` the last two are exchanged.

    dx is dout with the axes put back (Giles, "Collected matrix derivative results for forward
    and reverse mode algorithmic differentiation", 2008).

    Raises
    ------
    ValueError
        Unless `axes` names each axis of x once.
    """

    _order: tuple[int, ...]

    def __init__(self, axes: Sequence[int] | None = None) -> None:
        super().__init__()
        self.axes = None if axes is None else tuple(axes)

    def forward(self, x: Array) -> Array:
        """Return the transposed array, as a copy."""
        x = as_float(x)
        self._order = self._permutation(x)
        return self._output(x.transpose(self._order).copy())

    def backward(self, dout: Array) -> Array:
        """Return dx in the shape of x."""
        dout = self._upstream(dout)
        back = tuple(int(i) for i in np.argsort(self._order))
        return dout.transpose(back).copy()

    def _permutation(self, x: Array) -> tuple[int, ...]:
        axes = self.axes
        if axes is None and x.ndim >= 2:
            axes = (*range(x.ndim - 2), x.ndim - 1, x.ndim - 2)
        plain = tuple(a + x.ndim if a < 0 else a for a in axes or ())
        if axes is None or sorted(plain) != [*range(x.ndim)]:
            raise ValueError(
                f"Transpose.forward: x has shape {x.shape}, but axes={self.axes} must name "
                "each of its axes once (the last two are exchanged where axes is None)"
            )
        return plain


class Concatenate(Layer):
    """y = the operands one after another along `axis`; each gets its own part of dout.

    (Griewank and Walther, Evaluating Derivatives, 2008, 3.)

    Raises
    ------
    ValueError
        Where the operands differ in rank, or in a length of another axis.
    """

    _parts: list[int]

    def __init__(self, axis: int = -1) -> None:
        super().__init__()
        self.axis = axis

    def forward(self, a: Array, b: Array, *more: Array) -> Array:
        """Return all operands in one array."""
        operands = [as_float(x) for x in (a, b, *more)]
        axis = self._require_alike(operands)
        ends = np.cumsum([x.shape[axis] for x in operands])
        self._parts = [int(end) for end in ends[:-1]]
        return self._output(np.concatenate(operands, axis=axis))

    def backward(self, dout: Array) -> tuple[Array, ...]:
        """Return one gradient for each operand, in its shape."""
        parts = np.split(self._upstream(dout), self._parts, axis=self.axis)
        return tuple(part.copy() for part in parts)

    def _require_alike(self, operands: Sequence[Array]) -> int:
        shapes = [x.shape for x in operands]
        rank = operands[0].ndim
        axis = self.axis + rank if self.axis < 0 else self.axis
        others = {s[:axis] + s[axis + 1 :] for s in shapes}
        if any(len(s) != rank for s in shapes) or not 0 <= axis < rank or len(others) > 1:
            raise ValueError(
                f"Concatenate.forward: shapes {shapes} must agree except along axis={self.axis}"
            )
        return axis


class Slice(Layer):
    """y = x[start:stop:step] along `axis`; dx is dout in those places and 0 elsewhere.

    Bounds count and are cut off as Python's do (backward by transposition: Griewank and
    Walther, Evaluating Derivatives, 2008, 3).

    Raises
    ------
    ValueError
        For a step of 0, and for an axis that x does not have.
    """

    _x_shape: Shape
    _where: tuple[slice, ...]

    def __init__(
        self,
        start: int | None = None,
        stop: int | None = None,
        *,
        step: int | None = None,
        axis: int = -1,
    ) -> None:
        super().__init__()
        bounds = start, stop, step
        if step == 0 or not all(n is None or is_whole(n) for n in bounds):
            raise ValueError(
                f"Slice: start, stop and step must be whole numbers or None, and step must not "
                f"be 0, got {bounds}"
            )
        self.slice = slice(start, stop, step)
        self.axis = axis

    def forward(self, x: Array) -> Array:
        """Return the chosen entries, as a copy."""
        x = as_float(x)
        if not -x.ndim <= self.axis < x.ndim:
            raise ValueError(
                f"Slice.forward: x of shape {x.shape} has no axis {self.axis}; it must lie in "
                f"{-x.ndim} .. {x.ndim - 1}"
            )
        self._where = (slice(None),) * (self.axis % x.ndim) + (self.slice,)
        self._x_shape = x.shape
        return self._output(x[self._where].copy())

    def backward(self, dout: Array) -> Array:
        """Return dx in the shape of x."""
        dout = self._upstream(dout)
        dx = np.zeros(self._x_shape, dout.dtype)
        dx[self._where] = dout
        return dx


class Pad(Layer):
    """y = x inside a frame of `value`; dx is dout without the frame.

    `pad_width` holds a pair (before, after) for each of the last axes, the last axis last; one
    number pads the last axis on both sides (backward by transposition: Griewank and Walther,
    Evaluating Derivatives, 2008, 3).

    Raises
    ------
    ValueError
        For negative widths, and for more pairs than x has axes.
    """

    _inside: tuple[slice, ...]

    def __init__(
        self, pad_width: int | Sequence[tuple[int, int]] = 1, *, value: float = 0.0
    ) -> None:
        super().__init__()
        pairs = pad_width if isinstance(pad_width, Sequence) else [(pad_width, pad_width)]
        self.pad_width = tuple(pairs)
        if not all(len(pair) == 2 and all(map(_is_count, pair)) for pair in self.pad_width):
            raise ValueError(
                "Pad: pad_width must hold pairs of whole numbers and must not be negative, got "
                f"{pad_width}"
            )
        self.value = value

    def forward(self, x: Array) -> Array:
        """Return the framed array."""
        x = as_float(x)
        if len(self.pad_width) > x.ndim:
            raise ValueError(
                f"Pad.forward: x has shape {x.shape}, but pad_width={self.pad_width} needs "
                f"{len(self.pad_width)} axes or more"
            )
        widths = ((0, 0),) * (x.ndim - len(self.pad_width)) + self.pad_width
        pairs = zip(widths, x.shape, strict=True)
        self._inside = tuple(slice(before, before + n) for (before, _), n in pairs)
        return self._output(np.pad(x, widths, constant_values=self.value))

    def backward(self, dout: Array) -> Array:
        """Return dx in the shape of x."""
        return self._upstream(dout)[self._inside].copy()


def _is_count(n: object) -> bool:
    return isinstance(n, int | np.integer) and int(n) >= 0
