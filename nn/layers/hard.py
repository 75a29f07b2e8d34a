"""Activations of straight lines that bound their output."""

from nn.arrays import Array
from nn.functions import held_between
from nn.layers.elementwise import Elementwise


class HardTanh(Elementwise):
    """y = min(max(x, min_val), max_val), so dx = dout where min_val < x < max_val, else 0.

    At the two corners, where there is no derivative, the subgradient is 0 (Collobert, "Large
    scale machine learning", 2004, 6.1).

    Raises
    ------
    ValueError
        Unless min_val < max_val.
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0) -> None:
        super().__init__()
        if not min_val < max_val:
            raise ValueError(
                f"HardTanh: min_val must be less than max_val, got {min_val}, {max_val}"
            )
        self.min_val = min_val
        self.max_val = max_val

    def _evaluate(self, x: Array) -> tuple[Array, Array]:
        inside = (x.real > self.min_val) & (x.real < self.max_val)
        return held_between(x, self.min_val, self.max_val), inside.astype(x.real.dtype)


class HardSigmoid(Elementwise):
    """y = x / 6 + 1 / 2 held between 0 and 1; the slope is 1 / 6 where -3 < x < 3, else 0.

    (Howard et al., "Searching for MobileNetV3", 2019, 5.2.)
    """

    def _evaluate(self, x: Array) -> tuple[Array, Array]:
        inside = (x.real > -3) & (x.real < 3)
        return (held_between(x, -3.0, 3.0) + 3) / 6, inside.astype(x.real.dtype) / 6
