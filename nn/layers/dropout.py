"""Random silence."""

import numpy as np

from nn.arrays import Array, as_float
from nn.layers.layer import ModalLayer


class Dropout(ModalLayer):
    """In training y = x * mask / (1 - p), where each entry of the mask is 0 with probability p.

    dx = dout * mask / (1 - p), with the same mask.  The division keeps the mean, so that after
    training y = x (Srivastava et al., "Dropout", 2014, 10).  With `frozen` set, the latest mask
    is used again for as long as the shape of x stays: what a derivative by differences needs.

    Raises
    ------
    ValueError
        Unless 0 <= p < 1.
    """

    _factor: Array | None = None

    def __init__(self, p: float = 0.5, *, rng: np.random.Generator) -> None:
        super().__init__()
        if not 0 <= p < 1:
            raise ValueError(f"Dropout: p must lie in [0, 1), got {p}")
        self.p = p
        self.rng = rng
        self.frozen = False
        self.mask: Array | None = None

    def forward(self, x: Array) -> Array:
        """Return x with entries silenced, as a copy."""
        x = as_float(x)
        if not self.training:
            self._factor = None
            return self._output(x.copy())
        if not (self.frozen and self.mask is not None and self.mask.shape == x.shape):
            self.mask = self.rng.random(x.shape) >= self.p
        self._factor = self.mask.astype(x.real.dtype) / (1 - self.p)
        return self._output(x * self._factor)

    def backward(self, dout: Array) -> Array:
        """Return dout with the same entries silenced."""
        dout = self._upstream(dout)
        return dout.copy() if self._factor is None else dout * self._factor
