"""A case made callable: pure calls with copies at the boundary, counted and timed."""

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from gradcheck.errors import EndedError, TargetError, said
from gradcheck.model import Array, Arrays, Case, Outputs, Session

from .meter import Meter
from .ownership import answered

T = TypeVar("T")

#: Inputs of so many entries are dearer to copy than a call that is refused now and then.
_LARGE = 2**16


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

    def __init__(self, case: Case, meter: Meter | None = None) -> None:
        self._case = case
        self._session: Session | None = None
        self._lends = True
        self.meter = Meter() if meter is None else meter

    def open(self) -> Session:
        """Return a fresh instance."""
        with quiet():
            return self._case.setting.open()

    def value(self, inputs: Arrays) -> Outputs:
        """Return the outputs at `inputs` as float64 arrays of our own.

        What the target no longer refers to is ours as it is; all else is copied.

        Raises
        ------
        TargetError
            Where the target raises or answers with something that is no array of numbers.
        """
        outputs, ours = answered(lambda: self._outputs(inputs))
        return tuple(_as_float(i, y, copy=not ours[i]) for i, y in enumerate(outputs))

    def outputs(self, inputs: Arrays) -> Outputs:
        """Return the outputs at `inputs`, copied, in the dtype that the target gives them."""
        return _ours(lambda: self._outputs(inputs))

    def extended(self, inputs: Arrays) -> Outputs | None:
        """Return the outputs in extended precision, None where the target has less."""
        return self._followed(inputs, np.longdouble)

    def analytic(self, inputs: Arrays) -> Outputs | None:
        """Return the outputs for complex inputs, None where the target does not follow them."""
        return self._followed(inputs, np.complex128)

    def _followed(self, inputs: Arrays, dtype: type) -> Outputs | None:
        try:
            outputs = self.outputs(inputs)
        except TargetError:
            return None
        followed = all(y.dtype == dtype and bool(np.all(np.isfinite(y))) for y in outputs)
        return outputs if followed else None

    def _outputs(self, inputs: Arrays) -> Outputs:
        """Run forward on the read-only arrays as they are, and on copies of the others.

        A target that writes into its inputs is refused by the former; it gets copies of all.
        """
        if self._lends:
            try:
                return self._forwarded(lent(inputs))
            except TargetError:
                self._lends, self._session = False, None
        return self._forwarded(copied(inputs))

    def _forwarded(self, inputs: Arrays) -> Outputs:
        if self._session is None:
            self._session = self.open()
        return self.forward(self._session, inputs)

    def claim(self, inputs: Arrays, upstream: Outputs, *, over: float = 1.0) -> Claim:
        """Return outputs and claimed gradients of a fresh instance.

        Large inputs are lent, read-only; a target that writes into them is asked again with
        copies, which are all that it ever sees of small ones.

        Parameters
        ----------
        over
            Numbers are divided by this where it is not 1, and are float64 then.
        """
        large = any(x.size >= _LARGE for x in inputs.values())
        if large and self._lends:
            try:
                return self._claimed(kept(inputs), upstream, over)
            except TargetError:
                self._lends, self._session = False, None
        return self._claimed(copied(inputs), upstream, over)

    def _claimed(self, inputs: Arrays, upstream: Outputs, over: float) -> Claim:
        session = self.open()
        outputs = _ours(lambda: self.forward(session, inputs))
        answer = self.backward(session, tuple(np.array(v) for v in upstream))
        return Claim(outputs, {n: _copy(g, inputs.get(n), over) for n, g in answer.items()})

    def forward(self, session: Session, inputs: Arrays) -> Outputs:
        """Run a session's forward pass on the arrays as they are, counted and timed.

        Raises
        ------
        BudgetError
            Where no forward call is left.
        """
        self.meter.forward()
        return self._timed("forward", lambda: session.forward(inputs))

    def backward(self, session: Session, upstream: Outputs) -> Mapping[str, Array | None]:
        """Run a session's backward pass on the arrays as they are, counted and timed."""
        self.meter.backward()
        return self._timed("backward", lambda: session.backward(upstream))

    def _timed(self, stage: str, call: Callable[[], T]) -> T:
        """Run foreign code; whatever it raises is a result about the target."""
        start = time.perf_counter()
        try:
            with quiet():
                return call()
        except (TargetError, EndedError, MemoryError):
            raise
        except Exception as error:
            what = f"{stage} raised {said(error)}"
            raise TargetError(stage, what) from error
        finally:
            self.meter.took(time.perf_counter() - start)


def copied(inputs: Arrays) -> dict[str, Array]:
    """Return writable copies, so that a target that writes into its inputs harms nobody."""
    return {name: np.array(x) for name, x in inputs.items()}


def lent(inputs: Arrays) -> dict[str, Array]:
    """Return writable arrays copied and read-only ones as they are."""
    return {name: np.array(x) if x.flags.writeable else x for name, x in inputs.items()}


def kept(inputs: Arrays) -> dict[str, Array]:
    """Return read-only views, which need no copies."""
    views = {name: x.view() for name, x in inputs.items()}
    for view in views.values():
        view.setflags(write=False)
    return views


def _ours(call: Callable[[], Outputs]) -> Outputs:
    """Return what a call answers, copied where others may still refer to it."""
    outputs, ours = answered(call)
    return tuple(y if ours[i] else np.array(y) for i, y in enumerate(outputs))


def _as_float(position: int, output: Array, *, copy: bool) -> Array:
    array = np.asarray(output)
    if array.dtype.kind not in "fiub":
        raise TargetError(
            "forward",
            f"output {position} has dtype {array.dtype}; expected an array of real numbers",
            kind="type",
        )
    return np.array(array, dtype=np.float64, copy=True if copy else None)


def _copy(gradient: Array | None, like: Array | None, over: float) -> Array | None:
    """Return a copy in the memory order of the input, beside which all else will read it."""
    if gradient is None:
        return None
    array = np.asarray(gradient)
    model = array if like is None or like.shape != array.shape else like
    if over != 1.0 and array.dtype.kind in "fiu":
        return np.asarray(np.divide(array, over, out=_empty(model, np.float64)))
    copy = _empty(model, array.dtype)
    copy[...] = array
    return copy


def _empty(like: Array, dtype: npt.DTypeLike) -> Array:
    return np.empty_like(like, dtype=dtype, subok=False)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep warnings and floating-point errors out of the run, and put all back after it."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
