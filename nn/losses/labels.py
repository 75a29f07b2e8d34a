"""Class labels as rows of probabilities."""

import numpy as np

from nn.arrays import Array


def one_hot(t: Array, classes: int) -> Array:
    """True at the label of each example and False elsewhere, with one more axis than `t`.

    Raises
    ------
    ValueError
        For labels that are not integers or lie outside 0 .. classes - 1.
    """
    if t.dtype.kind not in "iu":
        raise ValueError(f"labels must be integers, got dtype {t.dtype} of shape {t.shape}")
    wrong = t[(t < 0) | (t >= classes)]
    if wrong.size:
        raise ValueError(
            f"labels must lie in 0 .. {classes - 1}: {wrong.size} of {t.size} do not, "
            f"the first is {wrong[0]}; t has shape {t.shape}"
        )
    return np.asarray(t[..., np.newaxis] == np.arange(classes))


def require_probabilities(t: Array) -> None:
    """Raise a ValueError unless every target lies in [0, 1]; NaN does not."""
    wrong = t[~((t >= 0) & (t <= 1))]
    if wrong.size:
        raise ValueError(
            f"targets must lie in [0, 1]: {wrong.size} of {t.size} do not, "
            f"the first is {wrong[0]}; t has shape {t.shape}"
        )
