"""Targets of a classification, checked against the logits they belong to."""

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, cast_like
from nn.losses.labels import one_hot, require_probabilities


def require_logits(owner: object, x: Array) -> None:
    """Raise a ValueError unless x is (N, K) or (K,) with one class or more."""
    if x.ndim not in (1, 2) or x.shape[-1] == 0:
        raise ValueError(
            f"{type(owner).__name__}.forward: x has shape {x.shape}; "
            "expected logits (N, K) or (K,) of one class or more"
        )


def class_rows(
    owner: object, x: Array, t: npt.ArrayLike, *, ignore_index: int | None = None
) -> Array:
    """Integer labels or rows of probabilities t as rows in the shape and precision of x.

    A label that equals `ignore_index` becomes a row of zeros.

    Raises
    ------
    ValueError
        Where shapes do not fit, a label is out of range, or a probability is.
    """
    require_logits(owner, x)
    t = np.asarray(t)
    if t.shape == x.shape:
        require_probabilities(t)
        return cast_like(t, x)
    if t.shape == x.shape[:-1]:
        kept = t != ignore_index
        rows = one_hot(np.where(kept, t, 0), x.shape[-1])
        return cast_like(rows & kept[..., np.newaxis], x)
    raise ValueError(
        f"{type(owner).__name__}.forward: t has shape {t.shape}, but x {x.shape} needs "
        f"labels of shape {x.shape[:-1]} or one-hot rows of shape {x.shape}"
    )


def as_class_weights(owner: object, weights: npt.ArrayLike) -> Array:
    """`weights` as floating numbers (K,), finite and none of them negative."""
    array = np.asarray(weights, dtype=np.float64)
    if array.ndim != 1 or not np.all(np.isfinite(array) & (array >= 0)):
        raise ValueError(
            f"{type(owner).__name__}: class weights must be (K,), finite and not negative, got "
            f"{array} of shape {array.shape}"
        )
    return array


def require_a_weight_each(owner: object, weights: Array, x: Array) -> None:
    """Raise a ValueError unless there is one weight for each class."""
    if len(weights) != x.shape[-1]:
        raise ValueError(
            f"{type(owner).__name__}.forward: x has shape {x.shape}, but there are weights for "
            f"{len(weights)} classes; one for each of {x.shape[-1]} must be given"
        )
