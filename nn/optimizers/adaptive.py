"""Descent with a step of its own for each parameter, from the size of its past gradients."""

import numpy as np

from nn.arrays import Array
from nn.optimizers.optimizer import Optimizer, require_positive, require_share


class AdaGrad(Optimizer):
    """parameter <- parameter - lr * g / (sqrt(s) + eps) with s the sum of all squares g**2.

    (Duchi, Hazan and Singer, "Adaptive subgradient methods", 2011.)
    """

    def __init__(
        self, lr: float = 0.01, *, eps: float = 1e-10, weight_decay: float = 0.0
    ) -> None:
        super().__init__(lr, weight_decay=weight_decay)
        require_positive(self, eps=eps)
        self.eps = eps

    def _change(self, name: str, value: Array, gradient: Array) -> Array:
        s = self._keep("s", name, self._remembered("s", name, value) + gradient**2)
        change: Array = -self.lr * gradient / (np.sqrt(s) + self.eps)
        return change


class RMSProp(Optimizer):
    """parameter <- parameter - lr * g / (sqrt(s) + eps) with s a running mean of g**2.

    s <- alpha * s + (1 - alpha) * g**2 (Tieleman and Hinton, Lecture 6.5, 2012).
    """

    def __init__(
        self,
        lr: float = 0.01,
        *,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(lr, weight_decay=weight_decay)
        require_share(self, alpha=alpha)
        require_positive(self, eps=eps)
        self.alpha = alpha
        self.eps = eps

    def _change(self, name: str, value: Array, gradient: Array) -> Array:
        before = self._remembered("s", name, value)
        s = self._keep("s", name, self.alpha * before + (1 - self.alpha) * gradient**2)
        change: Array = -self.lr * gradient / (np.sqrt(s) + self.eps)
        return change


class Adam(Optimizer):
    """parameter <- parameter - lr * m' / (sqrt(s') + eps), m and s running means of g and g**2.

    m' and s' make up for the start from zero: m' = m / (1 - beta1**t) at step t (Kingma and
    Ba, "Adam", 2015, algorithm 1).
    """

    def __init__(
        self,
        lr: float = 0.001,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(lr, weight_decay=weight_decay)
        require_share(self, beta1=betas[0], beta2=betas[1])
        require_positive(self, eps=eps)
        self.betas = betas
        self.eps = eps

    def _change(self, name: str, value: Array, gradient: Array) -> Array:
        b1, b2 = self.betas
        m, s = (self._remembered(slot, name, value) for slot in "ms")
        m = self._keep("m", name, b1 * m + (1 - b1) * gradient)
        s = self._keep("s", name, b2 * s + (1 - b2) * gradient**2)
        root = np.sqrt(s / (1 - b2**self.steps))
        change: Array = -self.lr / (1 - b1**self.steps) * m / (root + self.eps)
        return change


class AdamW(Adam):
    """parameter <- parameter - lr * (m' / (sqrt(s') + eps) + weight_decay * parameter).

    m' and s' are those of Adam.  Unlike a penalty in the gradient, this decay is not divided by
    the size of the gradients (Loshchilov and Hutter, "Decoupled weight decay regularization",
    2019, algorithm 2).
    """

    def __init__(
        self,
        lr: float = 0.001,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(lr, betas=betas, eps=eps, weight_decay=weight_decay)

    def _decayed(self, value: Array, gradient: Array) -> Array:
        return gradient

    def _change(self, name: str, value: Array, gradient: Array) -> Array:
        return super()._change(name, value, gradient) - self.lr * self.weight_decay * value
