"""A layer that is added to its own input."""

from nn.arrays import Array, as_float
from nn.containers.composite import Composite, named, require_gradient
from nn.layers.layer import UnaryLayer


class Residual(Composite):
    """y = x + layer(x), so dx = dout + layer.backward(dout): both paths contribute.

    (He et al., "Deep residual learning for image recognition", 2016, eq. 1.)
    """

    def __init__(self, layer: UnaryLayer) -> None:
        super().__init__(named([layer]))
        self.layer = layer

    def forward(self, x: Array) -> Array:
        """Return x + layer(x).

        Raises
        ------
        ValueError
            Where the layer answers in another shape than that of x.
        """
        x = as_float(x)
        self._shape = None
        y = self.layer.forward(x)
        if y.shape != x.shape:
            raise ValueError(
                f"Residual.forward: x has shape {x.shape}, but {type(self.layer).__name__} "
                f"returns {y.shape}; the two are added and must be equal"
            )
        return self._output(x + y)

    def backward(self, dout: Array) -> Array:
        """Return dout + the gradient through the layer."""
        dout = self._upstream(dout)
        return dout + require_gradient(self.layer.backward(dout), type(self.layer).__name__)
