"""What recurrent layers have in common: a state that is carried from step to step.

Inside, arrays are (T, N, ...), so that each step is one block of memory; products that do not
depend on the state are taken for all steps at once.
"""

import math
from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from nn.arrays import Array, as_float
from nn.layers.layer import Layer
from nn.sizes import require_sizes


class Recurrent(Layer, ABC):
    """h[t] = step(x[t], h[t - 1]) for sequences x (N, T, D) and states (N, H).

    Parameters are W_x (D, gH), W_h (H, gH) and b (gH,), with one block of H columns for each of
    the g gates.  Backward runs from the last step to the first (Werbos, "Backpropagation
    through time", 1990) and returns one gradient for each array that forward was given.
    Without initial states the sequence starts from zeros.

    Raises
    ------
    ValueError
        For sizes below one, for x that is not (N, T, input_size), and for a state that is not
        (N, hidden_size).
    """

    gates: ClassVar[int]
    _x: Array
    _given: list[bool]

    def __init__(self, input_size: int, hidden_size: int, *, rng: np.random.Generator) -> None:
        super().__init__()
        require_sizes(self, input_size=input_size, hidden_size=hidden_size)
        self.input_size = input_size
        self.hidden_size = hidden_size
        bound = 1 / math.sqrt(hidden_size)
        columns = self.gates * hidden_size
        self.params = {
            "W_x": rng.uniform(-bound, bound, (input_size, columns)),
            "W_h": rng.uniform(-bound, bound, (hidden_size, columns)),
            "b": np.zeros(columns),
        }

    def backward(self, dout: Array) -> Array | tuple[Array, ...]:
        """Return dx, in a tuple with the gradients of those initial states that were given."""
        dout = self._upstream(dout).swapaxes(0, 1)
        dgates, states = self._back_through_time(dout)
        self._sum_gradients(dgates)
        dx = (dgates @ self.params["W_x"].T).swapaxes(0, 1).copy()
        asked = zip(states, self._given, strict=True)
        found = tuple(state for state, given in asked if given)
        return (dx, *found) if found else dx

    @abstractmethod
    def _back_through_time(self, dout: Array) -> tuple[Array, tuple[Array, ...]]:
        """(gradients of x W_x + b at every step, gradients of the initial states)."""

    def _open(self, x: Array, *states: Array | None) -> tuple[Array, list[Array]]:
        """x W_x + b as (T, N, gH), and the initial states; raises where shapes do not fit."""
        x = as_float(x)
        self._require_sequence(x)
        started = [self._started(x, state) for state in states]
        self._given = [state is not None for state in states]
        self._x = x.swapaxes(0, 1).copy()
        return self._x @ self.params["W_x"] + self.params["b"], started

    def _close(self, hs: Array) -> Array:
        """The states after every step as the output (N, T, H)."""
        return self._output(hs.swapaxes(0, 1).copy())

    def _sum_gradients(self, dgates: Array) -> None:
        # Spelled out, because an empty batch leaves -1 undetermined.
        steps = dgates.shape[0] * dgates.shape[1]
        rows = dgates.reshape(steps, dgates.shape[2])
        inputs = self._x.reshape(steps, self.input_size)
        self.grads["W_x"] = inputs.T @ rows
        self.grads["b"] = rows.sum(axis=0)

    def _started(self, x: Array, state: Array | None) -> Array:
        shape = len(x), self.hidden_size
        if state is None:
            return np.zeros(shape, np.result_type(x, *self.params.values()))
        state = as_float(state)
        if state.shape != shape:
            raise ValueError(
                f"{type(self).__name__}.forward: an initial state has shape {state.shape}, but "
                f"x {x.shape} needs (N, hidden_size) = {shape}"
            )
        return state

    def _require_sequence(self, x: Array) -> None:
        if x.ndim != 3 or x.shape[2] != self.input_size:
            raise ValueError(
                f"{type(self).__name__}.forward: x has shape {x.shape}, but it must be "
                f"(N, T, {self.input_size})"
            )
