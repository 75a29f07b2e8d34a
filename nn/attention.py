"""The two passes of attention, for queries, keys and values that are in place already.

y = P v with P = softmax(scale * q k^T) (Vaswani et al., "Attention is all you need", 2017,
eq. 1).  With dP = dout v^T and dS = P * (dP - sum(dP * P)), the gradients are
dq = scale * dS k, dk = scale * dS^T q and dv = P^T dout.
"""

import numpy as np

from nn.arrays import Array, Shape


def attend(
    q: Array, k: Array, v: Array, mask: Array | None, scale: float
) -> tuple[Array, Array]:
    """(y, P) for q (..., T, d), k (..., S, d), v (..., S, e) and a mask (..., T, S).

    Where the mask is False a query does not see a key; a query that sees none gets zeros.
    """
    P = masked_softmax(scale * (q @ k.swapaxes(-1, -2)), mask)
    return P @ v, P


def attend_back(
    dout: Array, qkv: tuple[Array, Array, Array], P: Array, scale: float
) -> tuple[Array, Array, Array]:
    """(dq, dk, dv), each in the shape of its operand."""
    q, k, v = qkv
    dP = dout @ v.swapaxes(-1, -2)
    dS = scale * P * (dP - (dP * P).sum(axis=-1, keepdims=True))
    return dS @ k, dS.swapaxes(-1, -2) @ q, P.swapaxes(-1, -2) @ dout


def masked_softmax(scores: Array, mask: Array | None) -> Array:
    """softmax(scores) over the entries of the last axis that the mask keeps, 0 elsewhere."""
    if mask is None:
        z = np.exp(scores - scores.real.max(axis=-1, keepdims=True, initial=-np.inf))
        return np.asarray(z / z.sum(axis=-1, keepdims=True))
    top = scores.real.max(axis=-1, keepdims=True, initial=-np.inf, where=mask)
    # A row without any entry has the maximum -inf, from which nothing can be subtracted.
    top = np.where(np.isfinite(top), top, 0).astype(scores.real.dtype)
    z = np.where(mask, np.exp(np.where(mask, scores - top, 0)), np.zeros_like(scores))
    total = z.sum(axis=-1, keepdims=True)
    return np.asarray(z / np.where(total == 0, 1, total).astype(z.dtype))


def without_unseen(x: Array, mask: Array, axis: int | tuple[int, ...]) -> Array:
    """x (..., T, d) with zeros in the rows for which the mask is False all along `axis`.

    What stands in padding must not matter; but 0 times what overflowed there is NaN.
    """
    seen = np.asarray(mask.any(axis=axis))
    return x if seen.all() else np.where(seen[..., np.newaxis], x, np.zeros_like(x))


def checked_mask(
    owner: object, mask: Array | None, shape: Shape, *, causal: bool
) -> Array | None:
    """What each query may see, or None for everything.

    Raises
    ------
    ValueError
        For a mask that is not boolean, or that does not broadcast to the scores.
    """
    if mask is not None:
        mask = np.asarray(mask)
        if mask.dtype != np.bool_ or not _fits(mask.shape, shape):
            raise ValueError(
                f"{type(owner).__name__}.forward: mask has dtype {mask.dtype} and shape "
                f"{mask.shape}; it must be boolean, True where a query may see a key, and "
                f"broadcast to the scores {shape}"
            )
    if not causal:
        return mask
    past = np.tri(shape[-2], shape[-1], dtype=np.bool_)
    return past if mask is None else mask & past


def _fits(shape: Shape, target: Shape) -> bool:
    try:
        return np.broadcast_shapes(shape, target) == target
    except ValueError:
        return False
