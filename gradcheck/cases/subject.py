"""A case made callable: pure calls with copies at the boundary, counted and timed."""

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from gradcheck.errors import TargetError
from gradcheck.model import Array, Arrays, Case, Outputs, Session

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """What one forward and one backward pass of a fresh instance answered, copied at once."""

    outputs: Outputs
    """Outputs as returned."""
    gradients: Mapping[str, Array | None]
    """Claimed gradients as returned, by leaf."""


class Subject:
    """The target of a case as pure functions.

    Foreign code may warn and may set NumPy's error state; neither is let through.
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        self._session: Session | None = None
        self.forward_calls = 0
        self.backward_calls = 0
        self.seconds = 0.0

    def open(self) -> Session:
        """Return a fresh instance."""
        with quiet():
            return self._case.setting.open()

    def value(self, inputs: Arrays) -> Outputs:
        """Return the outputs at `inputs` as float64 arrays of our own.

        Raises
        ------
        TargetError
            Where the target raises or answers with something that is no array of numbers.
        """
        if self._session is None:
            self._session = self.open()
        return as_floats(self.forward(self._session, copied(inputs)))

    def claim(self, inputs: Arrays, upstream: Outputs) -> Claim:
        """Return outputs and claimed gradients of a fresh instance."""
        session = self.open()
        outputs = tuple(np.array(y) for y in self.forward(session, copied(inputs)))
        answer = self.backward(session, tuple(np.array(v) for v in upstream))
        return Claim(outputs, {name: _copy(g) for name, g in answer.items()})

    def forward(self, session: Session, inputs: Arrays) -> Outputs:
        """Run a session's forward pass on the arrays as they are, counted and timed."""
        self.forward_calls += 1
        return self._timed(lambda: session.forward(inputs))

    def backward(self, session: Session, upstream: Outputs) -> Mapping[str, Array | None]:
        """Run a session's backward pass on the arrays as they are, counted and timed."""
        self.backward_calls += 1
        return self._timed(lambda: session.backward(upstream))

    def _timed(self, call: Callable[[], T]) -> T:
        start = time.perf_counter()
        try:
            with quiet():
                return call()
        finally:
            self.seconds += time.perf_counter() - start


def copied(inputs: Arrays) -> dict[str, Array]:
    """Return writable copies, so that a target that writes into its inputs harms nobody."""
    return {name: np.array(x) for name, x in inputs.items()}


def as_floats(outputs: Outputs) -> Outputs:
    """Return outputs as float64 copies.

    Raises
    ------
    TargetError
        Where an output is no array of real numbers.
    """
    return tuple(_as_float(i, y) for i, y in enumerate(outputs))


def _as_float(position: int, output: Array) -> Array:
    array = np.asarray(output)
    if array.dtype.kind not in "fiub":
        raise TargetError(
            "forward",
            f"output {position} has dtype {array.dtype}; expected an array of real numbers",
            kind="type",
        )
    return np.array(array, dtype=np.float64)


def _copy(gradient: Array | None) -> Array | None:
    return None if gradient is None else np.array(gradient)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep warnings and floating-point errors out of the run, and put all back after it."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
