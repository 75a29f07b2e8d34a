"""Products of matrices."""

import numpy as np

from nn.arrays import Array, as_float, unbroadcast
from nn.layers.layer import Layer


class MatMul(Layer):
    """y = a @ b over the last two axes; the axes before them count matrices and broadcast.

    da = dout b^T and db = a^T dout, summed over the axes along which an operand was repeated
    (Goodfellow et al., Deep Learning, 6.5.6).  An operand of one axis is a row on the left and
    a column on the right, and that axis is gone from the result.

    Raises
    ------
    ValueError
        For scalars, and where inner lengths differ or batch axes do not broadcast.
    """

    _operands: tuple[Array, Array]

    def forward(self, a: Array, b: Array) -> Array:
        """Return (..., n, m) for a (..., n, k) and b (..., k, m)."""
        a, b = as_float(a), as_float(b)
        self._require_match(a, b)
        self._operands = a, b
        return self._output(np.asarray(a @ b))

    def backward(self, dout: Array) -> tuple[Array, Array]:
        """Return (da, db), each in the exact shape of its operand."""
        dout = self._upstream(dout)
        a, b = self._operands
        rows, columns = np.atleast_2d(a), b[:, np.newaxis] if b.ndim == 1 else b
        if b.ndim == 1:
            dout = dout[..., np.newaxis]
        if a.ndim == 1:
            dout = dout[..., np.newaxis, :]
        da = unbroadcast(dout @ columns.swapaxes(-1, -2), rows.shape)
        db = unbroadcast(rows.swapaxes(-1, -2) @ dout, columns.shape)
        return da.reshape(a.shape), db.reshape(b.shape)

    @staticmethod
    def _require_match(a: Array, b: Array) -> None:
        if a.ndim and b.ndim and a.shape[-1] == b.shape[-min(b.ndim, 2)]:
            try:
                np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
            except ValueError:
                pass
            else:
                return
        raise ValueError(
            f"MatMul.forward: a has shape {a.shape} and b {b.shape}; the last length of a must "
            "be the last but one of b, and the lengths before must be equal or 1"
        )
