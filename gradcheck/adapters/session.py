"""A live object with a forward and a backward pass."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradcheck.errors import TargetError
from gradcheck.model import Array, Arrays, Leaf, Outputs, UpstreamUse

from .answers import Wanted, read
from .calls import call
from .manner import Manner, labels_of
from .methods import Argument
from .paths import Path
from .randomness import private_generators, seeded
from .squash import squashed

_OUTPUT_ATTRIBUTES = ("output", "outputs", "out", "y", "A", "a", "activations", "result")


class ObjectSession:
    """Calls an object's methods as its manner says, on the arrays as they are."""

    def __init__(self, owner: object, manner: Manner, leaves: tuple[Leaf, ...]) -> None:
        self._owner = owner
        self._manner = manner
        self._labels = labels_of(leaves)
        self._restore = private_generators(owner)
        self._inputs: Arrays = {}
        self._outputs: Outputs = ()
        self._buffer: Array | None = None
        self.wrote = False
        self.result: Any = None

    def forward(self, inputs: Arrays) -> Outputs:
        """Install the parameters and run the forward pass, random numbers as the last time."""
        arguments = [self._fed(name, inputs) for name in self._manner.arguments]
        known: dict[Path, Any] = {}
        if not all(slot.exists(self._owner, known) for slot in self._manner.slots):
            self._run(arguments)  # parameters that are created by the first forward pass
            known = {}
        for slot in self._manner.slots:
            value = inputs[slot.name]
            # An update in place must not reach the caller's array.
            slot.install(self._owner, _own(value) if self._manner.rate else value, known)
        if self._manner.flush:
            call("forward", getattr(self._owner, self._manner.flush))
        result = self._run(arguments)
        self._inputs, self._outputs = inputs, self._read_outputs(result)
        if self._manner.averaged:
            self._outputs = tuple(np.asarray(np.mean(y)) for y in self._outputs)
        return self._outputs

    def backward(self, upstream: Outputs) -> Mapping[str, Array | None]:
        """Run the backward pass and read the gradients where this object keeps them."""
        before = {s.name: np.array(s.value(self._owner)) for s in self._updated()}
        flat = self._arguments(upstream)
        given = [np.array(v) for v in upstream]
        method = getattr(self._owner, self._manner.pair.backward)
        result = self._repeatable("backward", method, flat, {})
        if result is None:
            result = self._written(upstream, given)
        self.result = result
        answer = read(result, self._owner, Wanted(self._manner.data, self._manner.slots))
        answer.update(self._recovered(before))
        self._put_back(before)
        return self._scaled(answer, upstream)

    def _run(self, arguments: Sequence[Any]) -> Any:
        method = getattr(self._owner, self._manner.pair.forward)
        return self._repeatable("forward", method, arguments, self._manner.keywords)

    def _fed(self, name: str, inputs: Arrays) -> Any:
        fused = self._manner.fused
        return (
            squashed(fused, inputs[name])
            if fused and name in self._manner.data
            else inputs[name]
        )

    def _repeatable(
        self,
        stage: str,
        method: Callable[..., Any],
        args: Sequence[Any],
        keywords: Mapping[str, Any],
    ) -> Any:
        for restore in self._restore:
            restore()
        with seeded(0):
            return call(stage, method, *args, **keywords)

    def _read_outputs(self, result: Any) -> Outputs:
        if result is None:
            result = kept_output(self._owner)
        if result is None:
            raise TargetError(
                "forward", "forward returned None; expected its output", kind="type"
            )
        return outputs_of(result)

    def _arguments(self, upstream: Outputs) -> list[Any]:
        """Return what backward is called with; several upstream gradients stand apart."""
        call = self._manner.call
        apart = iter(upstream) if call.count(Argument.UPSTREAM) > 1 else None
        named = iter(self._manner.named)
        found: list[Any] = []
        for kind in call:
            if kind is Argument.UPSTREAM and apart is not None:
                found.append(next(apart, None))
            elif kind is Argument.INPUT:
                found.append(self._fed(next(named), self._inputs))
            else:
                found += self._argument(kind, upstream)
        return found

    def _written(self, upstream: Outputs, given: Sequence[Array]) -> Any:
        """Return what backward wrote into an array of its caller's and did not return."""
        if self._buffer is not None:
            return self._buffer
        changed = len(given) == 1 and not np.array_equal(upstream[0], given[0], equal_nan=True)
        kept = read(None, self._owner, Wanted(self._manner.data, ())).values()
        self.wrote = changed and all(g is None for g in kept)
        return np.array(upstream[0]) if self.wrote or self._manner.writes else None

    def _argument(self, kind: Argument, upstream: Outputs) -> list[Any]:
        if kind is Argument.UPSTREAM:
            return [_upstream(upstream)]
        if kind is Argument.LABELS:
            return [self._inputs[self._labels]] if self._labels else list(upstream)
        if kind is Argument.RATE:
            return [self._manner.rate]
        if kind is Argument.OUTPUT:
            return [self._outputs[0]]
        if kind is Argument.KEPT:
            return [kept_output(self._owner)]
        if kind is Argument.LOGITS:
            return [self._inputs[self._manner.data[0]]]
        if kind is Argument.BUFFER:
            self._buffer = np.zeros_like(self._inputs[self._manner.data[0]])
            return [self._buffer]
        if self._manner.takes_output:
            return [self._outputs[0]]
        return [self._fed(name, self._inputs) for name in self._manner.arguments]

    def _updated(self) -> list[Any]:
        """Parameters whose gradient is only seen in their update."""
        return [s for s in self._manner.slots if s.gradient is None and self._manner.rate]

    def _recovered(self, before: Mapping[str, Array]) -> dict[str, Array | None]:
        return {
            slot.name: (before[slot.name] - slot.value(self._owner)) / self._manner.rate
            for slot in self._updated()
        }

    def _put_back(self, before: Mapping[str, Array]) -> None:
        """Undo the update, so that the object is at the same point for the next call."""
        for slot in self._updated():
            slot.install(self._owner, before[slot.name])

    def _scaled(
        self, answer: dict[str, Array | None], upstream: Outputs
    ) -> Mapping[str, Array | None]:
        """Undo conventions that were measured: a mean over the batch, a derivative alone."""
        manner = self._manner
        if manner.divided:
            n = self._inputs[manner.batch[0]].shape[manner.batch[1]]
            for name in manner.divided:
                g = answer.get(name)
                # An empty batch has no mean to undo: 0 / 0 stands for the empty sum.
                answer[name] = None if g is None else n * g if n else np.zeros_like(g)
        if Argument.UPSTREAM not in manner.call and manner.upstream is UpstreamUse.HONOURED:
            answer = {k: _times(g, upstream[0]) for k, g in answer.items()}
        return answer


def _times(derivative: Array | None, upstream: Array) -> Array | None:
    """The product of a derivative and an upstream gradient, entry by entry.

    Raises
    ------
    TargetError
        Where the derivative has another shape.
    """
    if derivative is not None and derivative.shape != upstream.shape and derivative.ndim:
        raise TargetError(
            "backward",
            f"the derivative has shape {derivative.shape}; expected {upstream.shape}, "
            "the shape of the output",
            kind="shape",
        )
    return None if derivative is None else np.asarray(derivative * upstream)


def _own(value: Array) -> Array:
    """A copy in float64: a small update of a float32 number would be rounded away."""
    return np.array(value, dtype=np.float64)


def kept_output(owner: object) -> Any:
    """Return the output that an object keeps in an attribute, None where it has none."""
    found = (getattr(owner, name, None) for name in _OUTPUT_ATTRIBUTES)
    return next((y for y in found if isinstance(y, np.ndarray | float)), None)


def outputs_of(result: Any) -> Outputs:
    """Return what forward gave back as a tuple of arrays."""
    if isinstance(result, tuple | list) and result:
        arrays = [item for item in result if _is_output(item)]
        if arrays and not all(isinstance(item, float | int) for item in result):
            return tuple(np.asarray(item) for item in arrays)
    return (np.asarray(result),)


def _is_output(item: Any) -> bool:
    return isinstance(item, np.ndarray | np.generic | float)


def _upstream(upstream: Outputs) -> Any:
    """Hand a scalar's upstream gradient over as a number and several outputs' as a tuple."""
    if len(upstream) > 1:
        return upstream
    return upstream[0][()] if upstream[0].ndim == 0 else upstream[0]
