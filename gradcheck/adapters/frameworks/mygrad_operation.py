"""A MyGrad ``Operation``: a call on tensors and a ``backward_var`` for each of them."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from gradcheck.adapters.methods import parameters
from gradcheck.model import Array, Arrays, Outputs, Session, Source

from .building import source_of
from .kind import Kind

mygrad: Any = import_module("mygrad")


class _OperationSession:
    """Runs an operation on tensors and lets MyGrad pull back through it."""

    def __init__(self, operation: Any, names: Sequence[str]) -> None:
        self._operation, self._names = operation, names
        self._tensors: dict[str, Any] = {}
        self._inputs: Arrays = {}

    def forward(self, inputs: Arrays) -> Outputs:
        """Return the operation's value."""
        self._inputs = inputs
        return (np.array(self._run().data),)

    def backward(self, upstream: Outputs) -> Mapping[str, Array | None]:
        """Return what ``backward_var`` says; MyGrad clears its graph in each pass."""
        self._run().backward(np.array(upstream[0]))
        found = {name: t.grad for name, t in self._tensors.items() if not t.constant}
        return {name: None if g is None else np.array(g) for name, g in found.items()}

    def _run(self) -> Any:
        # MyGrad locks the memory of its tensors: it works on copies.
        self._tensors = {n: mygrad.tensor(np.array(self._inputs[n])) for n in self._names}
        return mygrad.Tensor._op(self._operation, *self._tensors.values())


def _arguments(operation: Any) -> Sequence[str]:
    found = parameters(operation.__call__)[1:]
    return [p.name for p in found if p.default is p.empty]


def _session(operation: Any, names: Sequence[str]) -> Session:
    return _OperationSession(operation, names)


def _source(operation: Any) -> Source | None:
    return source_of(operation.backward_var)


KIND = Kind("mygrad Operation", _arguments, _session, _source)
