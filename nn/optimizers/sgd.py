"""Stochastic gradient descent."""

from nn.arrays import Array
from nn.optimizers.optimizer import Optimizer, require_share


class SGD(Optimizer):
    """v <- momentum * v - lr * gradient, then parameter <- parameter + v, in place.

    Without momentum this is the plain descent of Rumelhart et al. (1986), eq. 8; with it,
    their eq. 9.  With `nesterov` the step is momentum * v - lr * gradient for the new v, which
    is the gradient taken ahead (Sutskever et al., "On the importance of initialization and
    momentum in deep learning", 2013, eqs. 3 and 4).

    Raises
    ------
    ValueError
        As Optimizer; for a momentum outside [0, 1), and for nesterov without momentum.
    """

    def __init__(
        self,
        lr: float,
        *,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(lr, weight_decay=weight_decay)
        require_share(self, momentum=momentum)
        if nesterov and not momentum:
            raise ValueError("SGD: nesterov needs a momentum above 0")
        self.momentum = momentum
        self.nesterov = nesterov

    def _change(self, name: str, value: Array, gradient: Array) -> Array:
        downhill: Array = self.lr * gradient
        if not self.momentum:
            return -downhill
        v = self.momentum * self._remembered("velocity", name, value) - downhill
        self._keep("velocity", name, v)
        return self.momentum * v - downhill if self.nesterov else v
