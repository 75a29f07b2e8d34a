"""A network together with the loss that it is trained on."""

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Scalar
from nn.flat import FlatDict
from nn.layers.layer import Gradients, Layer, Node, UnaryLayer
from nn.losses.mean_loss import MeanLoss
from nn.network import Network


class Objective(Node):
    """loss(network(x), t) as one layer: a scalar of the input and of all parameters."""

    _t: Array

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
        self._t = t
        self._shape = ()
        return loss

    def backward(self, dout: npt.ArrayLike = 1.0) -> Gradients:
        """Return dx = dout * the gradient of the loss; parameters' gradients go to `grads`."""
        return self.network.backward(self.loss.backward(self._upstream(dout)))

    def nodes(self) -> list[tuple[str, UnaryLayer]]:
        """The layers of the network with their names, and the loss against the latest targets.

        Raises
        ------
        RuntimeError
            Before the first forward pass: a loss without targets is no function of the outputs.
        """
        if self._shape is None:
            raise RuntimeError("Objective.nodes needs a completed Objective.forward before it")
        return [*self.network.nodes(), ("loss", LossAgainst(self.loss, self._t))]


class LossAgainst(Layer):
    """The loss against targets that stay as they are: a function of the outputs alone."""

    def __init__(self, loss: MeanLoss, t: Array) -> None:
        super().__init__()
        self.loss = loss
        self.t = t

    def forward(self, x: Array) -> Array:
        """Return the loss of outputs x, an array without axes."""
        return np.asarray(self.loss.forward(x, self.t))

    def backward(self, dout: npt.ArrayLike = 1.0) -> Array:
        """Return dx = dout * the gradient of the loss."""
        return self.loss.backward(dout)
