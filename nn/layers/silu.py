"""The sigmoid-weighted linear unit."""

from nn.arrays import Array
from nn.functions import sigmoid, sigmoid_slope
from nn.layers.elementwise import Elementwise


class SiLU(Elementwise):
    """y = x * s with s = sigmoid(x), so dx = dout * (s + x * s * (1 - s)).

    Also called swish (Elfwing, Uchibe and Doya, "Sigmoid-weighted linear units for neural
    network function approximation", 2018, eqs. 5 and 7).
    """

    def _evaluate(self, x: Array) -> tuple[Array, Array]:
        s = sigmoid(x)
        return x * s, s + x * sigmoid_slope(x)
