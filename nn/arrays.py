"""The array type of the package, and the few shape and dtype rules that all layers share."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Scalar: TypeAlias = np.inexact[Any]
Shape: TypeAlias = tuple[int, ...]


def as_float(x: npt.ArrayLike) -> Array:
    """Floating and complex arrays pass unchanged; integers and booleans become float64.

    Raises
    ------
    TypeError
        For anything that is not a number, such as strings or objects.
    """
    array = np.asarray(x)
    if array.dtype.kind in "fc":
        return array
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    raise TypeError(f"expected an array of numbers, got dtype {array.dtype}")


def cast_like(t: npt.ArrayLike, x: Array) -> Array:
    """The values of `t` in the real precision of `x`; a complex `t` stays complex."""
    array = as_float(t)
    return array if array.dtype.kind == "c" else array.astype(x.real.dtype)


def broadcast_shape(owner: object, a: Array, b: Array) -> Shape:
    """The common shape of two operands, or a ValueError that names both shapes."""
    try:
        return np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        raise ValueError(
            f"{type(owner).__name__}.forward: a has shape {a.shape} and b {b.shape}; "
            "counted from the last axis, lengths must be equal or 1"
        ) from None


def unbroadcast(dout: Array, shape: Shape) -> Array:
    """A fresh array of `shape`: the sum of `dout` over the axes along which it was broadcast.

    An operand that was repeated contributes once for each copy, so its gradient is the sum
    over the copies.
    """
    lead = dout.ndim - len(shape)
    repeated = (i + lead for i, n in enumerate(shape) if n == 1)
    # With no axis to sum, `sum` still copies: the result never aliases dout.
    return np.asarray(dout.sum(axis=(*range(lead), *repeated), keepdims=True)).reshape(shape)
