"""What optimizers have in common: checks, weight decay, and a state that can be stored."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping

import numpy as np

from nn.arrays import Array


class Optimizer(ABC):
    """step(params, grads) changes the parameters in place; `lr` may be set between steps.

    `weight_decay` adds weight_decay * parameter to each gradient, which is the derivative of
    weight_decay / 2 * ||parameter||**2: the penalty is no business of the layers (Goodfellow et
    al., Deep Learning, 7.1.1).

    Raises
    ------
    ValueError
        Unless lr is positive and finite, and for a weight_decay that is negative or not finite.
    """

    def __init__(self, lr: float, *, weight_decay: float = 0.0) -> None:
        name = type(self).__name__
        if not (math.isfinite(lr) and lr > 0):
            raise ValueError(f"{name}: lr must be positive and finite, got {lr}")
        if not (math.isfinite(weight_decay) and weight_decay >= 0):
            raise ValueError(
                f"{name}: weight_decay must be finite and not negative, got {weight_decay}"
            )
        self.lr = lr
        self.weight_decay = weight_decay
        self.steps = 0
        self._memory: dict[str, Array] = {}

    def step(self, params: Mapping[str, Array], grads: Mapping[str, Array]) -> None:
        """Move every parameter one step, once all names and shapes have been found to match.

        Raises
        ------
        ValueError
            Where a gradient is missing, is left over, or has another shape.
        """
        self._require_pairs(params, grads)
        self.steps += 1
        for name, value in params.items():
            value += self._change(name, value, self._decayed(value, grads[name]))

    def state(self) -> dict[str, Array]:
        """Copies of everything that the next steps depend on, except the options."""
        return {"steps": np.array(self.steps)} | {k: v.copy() for k, v in self._memory.items()}

    def load_state(self, state: Mapping[str, Array]) -> None:
        """Continue from a state that `state` returned."""
        if "steps" not in state:
            raise ValueError(f"{type(self).__name__}.load_state: 'steps' is missing")
        self.steps = int(state["steps"])
        self._memory = {k: np.array(v) for k, v in state.items() if k != "steps"}

    @abstractmethod
    def _change(self, name: str, value: Array, gradient: Array) -> Array:
        """What is added to a parameter."""

    def _decayed(self, value: Array, gradient: Array) -> Array:
        return gradient + self.weight_decay * value if self.weight_decay else gradient

    def _remembered(self, slot: str, name: str, like: Array) -> Array:
        """What was kept under this name for this parameter; zeros at first."""
        kept = self._memory.get(f"{slot}/{name}")
        return np.zeros_like(like) if kept is None else kept

    def _keep(self, slot: str, name: str, value: Array) -> Array:
        self._memory[f"{slot}/{name}"] = value
        return value

    def _require_pairs(self, params: Mapping[str, Array], grads: Mapping[str, Array]) -> None:
        kind = type(self).__name__
        if params.keys() != grads.keys():
            odd = sorted(params.keys() ^ grads.keys())
            raise ValueError(f"{kind}.step: parameters and gradients differ in names: {odd}")
        for name, value in params.items():
            if np.shape(grads[name]) != value.shape:
                raise ValueError(
                    f"{kind}.step: gradient {name} has shape {np.shape(grads[name])}, "
                    f"but the parameter {value.shape}"
                )


def require_share(owner: object, **shares: float) -> None:
    """Raise a ValueError unless every share lies in [0, 1)."""
    for name, share in shares.items():
        if not 0 <= share < 1:
            raise ValueError(f"{type(owner).__name__}: {name} must lie in [0, 1), got {share}")


def require_positive(owner: object, **numbers: float) -> None:
    """Raise a ValueError unless every number is positive and finite."""
    for name, number in numbers.items():
        if not (math.isfinite(number) and number > 0):
            raise ValueError(
                f"{type(owner).__name__}: {name} must be positive and finite, got {number}"
            )
