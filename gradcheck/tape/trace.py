"""Run a forward pass on watched arrays, and return what was seen."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from gradcheck.model import Array, Outputs

from .derive import Tape
from .node import Node, numpys_own
from .watched import Watched, asked, constant, record

#: More operations than this are no layer that can be looked through.
_MOST = 900
_LOCK = threading.Lock()

Forward = Callable[[Mapping[str, Array]], Outputs]


def trace(forward: Forward, inputs: Mapping[str, Array], names: tuple[str, ...]) -> Tape | None:
    """Return the operations from some inputs to the outputs, None where they lose each other.

    Parameters
    ----------
    names
        The inputs to be watched; the others are handed on as they are.
    """
    watched = {name: constant(inputs[name]) for name in names}
    given = {name: watched.get(name, np.array(x)) for name, x in inputs.items()}
    leaves = {name: x.node for name, x in watched.items() if isinstance(x, Watched)}
    with _LOCK, _makers_watched():
        asked.clear()
        outputs = forward(given)
        questions = tuple(asked)
    nodes = [y.node if isinstance(y, Watched) else None for y in outputs]
    if any(node is None for node in nodes) or len(leaves) != len(names):
        return None
    every = _ancestors([node for node in nodes if node is not None])
    if len(every) > _MOST:
        return None
    kept = {name: node for name, node in leaves.items() if node is not None}
    return Tape(every, tuple(n for n in nodes if n is not None), kept, questions)


def _ancestors(ends: list[Node]) -> tuple[Node, ...]:
    found: dict[int, Node] = {}
    open_ones = list(ends)
    while open_ones:
        node = open_ones.pop()
        if node.index not in found:
            found[node.index] = node
            open_ones.extend(node.parents)
    return tuple(found[i] for i in sorted(found))


@contextmanager
def _makers_watched() -> Iterator[None]:
    """Let NumPy's makers of arrays answer with watched ones in this thread; put all back."""
    mine = threading.get_ident()
    called = np.vectorize.__call__
    old = {name: getattr(np, name) for name in (*_FRESH, *_CASTS)}
    try:
        for name in _FRESH:
            setattr(np, name, _fresh(old[name], mine))
        for name in _CASTS:
            setattr(np, name, _cast(old[name], mine, copies=name == "array"))
        setattr(np.vectorize, "__call__", _by_entry(called))  # noqa: B010  # a method
        yield
    finally:
        setattr(np.vectorize, "__call__", called)  # noqa: B010
        for name, function in old.items():
            setattr(np, name, function)


_FRESH = ("zeros", "ones", "full", "empty", "eye", "identity")
_CASTS = ("asarray", "array", "ascontiguousarray")


def _fresh(function: Any, thread: int) -> Any:
    def made(*args: Any, **options: Any) -> Any:
        value = function(*args, **options)
        if threading.get_ident() != thread or numpys_own():
            return value
        return constant(value * 0 if function is np_empty else value)

    np_empty = function if function.__name__ == "empty" else None
    return made


def _cast(function: Any, thread: int, *, copies: bool) -> Any:
    def cast(value: Any, *args: Any, **options: Any) -> Any:
        plain = not options.keys() - {"dtype", "copy"} and not numpys_own()
        if threading.get_ident() == thread and plain:
            dtype = args[0] if args else options.get("dtype")
            if isinstance(value, Watched):
                kept = dtype is None or value.dtype == np.dtype(dtype)
                return value if kept and not copies else value.astype(dtype or value.dtype)
            if isinstance(value, list | tuple) and any(isinstance(v, Watched) for v in value):
                return record(np.stack, (list(value),), {}, "stack")
        return function(value, *args, **options)

    return cast


def _by_entry(called: Any) -> Any:
    def call(self: Any, *args: Any, **options: Any) -> Any:
        if any(isinstance(x, Watched) for x in args):
            return record(called, (self, *args), options, "vectorize", by_entry=True)
        return called(self, *args, **options)

    return call
