"""A network together with the loss that it is trained on."""

import numpy.typing as npt

from nn.arrays import Array, Scalar
from nn.flat import FlatDict
from nn.layers.layer import Gradients, Node
from nn.losses.mean_loss import MeanLoss
from nn.network import Network


class Objective(Node):
    """loss(network(x), t) as one layer: a scalar of the input and of all parameters."""

    def __init__(self, network: Network, loss: MeanLoss) -> None:
        self.network = network
        self.loss = loss

    @property
    def params(self) -> FlatDict:
        """The live parameter arrays of the network."""
        return self.network.params

    @property
    def grads(self) -> FlatDict:
        """The gradients of the latest backward pass; empty before it."""
        return self.network.grads

    def forward(self, x: Array, t: Array) -> Scalar:
        """Return the loss of a batch (N, D), or of one example (D,), with targets t."""
        y = self.network.forward(x)
        # Targets that are refused leave a new pass of the network beside an old one of the
        # loss, so there is nothing to go back from until both are done.
        self._shape = None
        loss = self.loss.forward(y, t)
        self._shape = ()
        return loss

    def backward(self, dout: npt.ArrayLike = 1.0) -> Gradients:
        """Return dx = dout * the gradient of the loss; parameters' gradients go to `grads`."""
        return self.network.backward(self.loss.backward(self._upstream(dout)))
