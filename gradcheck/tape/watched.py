"""An array that remembers how it was made: NumPy's operations on it are recorded."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

import numpy as np

from gradcheck.model import Array

from .node import Node, line, place

Run = Callable[..., Any]

_counter = count()
#: Functions that make an array in the likeness of another, of which no value goes in.
_MAKERS = {"zeros_like", "ones_like", "full_like", "empty_like"}
#: Functions that write into their first argument.
_WRITERS = {"put_along_axis", "copyto", "fill_diagonal", "put", "place", "putmask"}
_QUESTIONS = {"greater", "greater_equal", "less", "less_equal"}
#: Masks that were asked for, with the number that values were compared with.
asked: list[tuple[Array, float]] = []
_BY_ENTRY = {"where", "clip", "astype", "copy", "nan_to_num", "sinc", "round", "real"}
_METHODS = (
    *("sum", "mean", "max", "min", "prod", "var", "std", "cumsum", "cumprod", "reshape"),
    *("transpose", "swapaxes", "ravel", "flatten", "squeeze", "copy", "astype", "repeat"),
    *("take", "clip", "dot", "diagonal", "trace", "round"),
)
_BLIND = ("argmax", "argmin", "argsort", "any", "all", "nonzero", "tolist", "item")


class Watched(np.ndarray):
    """An array whose node says how it was made."""

    node: Node | None

    def __array_finalize__(self, other: object) -> None:
        self.node = None

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any
    ) -> Any:
        out = options.pop("out", None)
        if method == "at":
            return written(partial(_at, ufunc), inputs, options, f"{ufunc.__name__}.at")
        whole = method == "__call__"
        name = ufunc.__name__ if whole else f"{ufunc.__name__}.{method}"
        by_entry = whole and ufunc.signature is None
        made = record(getattr(ufunc, method), inputs, options, name, by_entry=by_entry)
        if ufunc.__name__ in _QUESTIONS and len(inputs) == 2:
            asked.extend((np.array(made), float(v)) for v in inputs if np.ndim(v) == 0)
        return made if out is None else _into(out[0], made)

    def __array_function__(
        self, function: Run, types: Any, args: Iterable[Any], options: Mapping[str, Any]
    ) -> Any:
        name, args, options = function.__name__, tuple(args), dict(options)
        if name in _WRITERS:
            return written(partial(_onto_a_copy, function), args, options, name)
        if name in _MAKERS:
            made = function(*_bare(args), **_bare(options))
            return constant(np.zeros_like(made) if name == "empty_like" else made)
        return record(function, args, options, name, by_entry=name in _BY_ENTRY)

    def __getitem__(self, index: Any) -> Any:
        index = _bare(index)
        made = record(_picked, (self, index), {}, "getitem")
        if isinstance(made, Watched) and made.node is not None:
            read = index if isinstance(index, tuple) else (index,)
            made.node = replace(made.node, read=read)
        return made

    def __setitem__(self, index: Any, value: Any) -> None:
        written(_replaced, (self, _bare(index), value), {}, "setitem")

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    @property
    def T(self) -> Any:  # NumPy's name
        """The transpose."""
        return self.transpose()


def _method(name: str) -> Run:
    function = getattr(np.ndarray, name)

    def method(self: Watched, *args: Any, **options: Any) -> Any:
        return record(function, (self, *args), options, name, by_entry=name in _BY_ENTRY)

    return method


def _blind(name: str) -> Run:
    def method(self: Watched, *args: Any, **options: Any) -> Any:
        return getattr(self.view(np.ndarray), name)(*args, **options)

    return method


for _name in _METHODS:
    setattr(Watched, _name, _method(_name))
for _name in _BLIND:
    setattr(Watched, _name, _blind(_name))


def constant(value: Any) -> Any:
    """Return an array to watch that nothing went into; other than floats stay as they are."""
    array = np.asarray(value)
    if array.dtype.kind != "f":
        return array
    return _watched("constant", (), array, lambda _: array, by_entry=True)


def record(run: Run, args: Any, options: Any, name: str, *, by_entry: bool = False) -> Any:
    """Run an operation on bare arrays, and return what comes out as watched arrays."""
    parents: list[Node] = []
    held = _held((args, options), parents)

    def replay(values: Sequence[Array]) -> Any:
        filled, keywords = _filled(held, values)
        return run(*filled, **keywords)

    made = replay([p.value for p in parents])
    if isinstance(made, tuple | list):
        parts = [
            _kept(name, parents, part, partial(_part_of, replay, i))
            for i, part in enumerate(made)
        ]
        return type(made)(parts) if type(made) in (tuple, list) else made
    return _kept(name, parents, made, replay, by_entry=by_entry)


def written(run: Run, args: Sequence[Any], options: dict[str, Any], name: str) -> None:
    """Record an operation that writes into its first argument."""
    target, rest = args[0], args[1:]
    made = record(run, (target, *rest), options, name)
    _into(target, made)


def _kept(
    name: str, parents: list[Node], made: Any, replay: Run, *, by_entry: bool = False
) -> Any:
    if not isinstance(made, np.ndarray | np.floating) or made.dtype.kind != "f":
        return made
    return _watched(name, tuple(parents), np.asarray(made), replay, by_entry=by_entry)


def _watched(
    name: str, parents: tuple[Node, ...], value: Array, replay: Run, *, by_entry: bool
) -> Watched:
    array = np.array(value).view(Watched)
    kept = np.array(value)
    array.node = Node(next(_counter), name, parents, kept, replay, by_entry, place(), line())
    return array


def _into(target: Any, made: Any) -> Any:
    """Put what came out into an array that is there already."""
    bare = target.view(np.ndarray) if isinstance(target, Watched) else target
    bare[...] = made.view(np.ndarray) if isinstance(made, Watched) else made
    if isinstance(target, Watched) and isinstance(made, Watched) and made.node is not None:
        spread = made.shape != target.shape
        target.node = (
            record(np.broadcast_to, (made, target.shape), {}, "broadcast_to").node
            if spread
            else made.node
        )
    return target


class _Slot(int):
    """Where a parent's value belongs among the arguments."""


def _held(value: Any, parents: list[Node]) -> Any:
    if isinstance(value, Watched):
        bare = value.view(np.ndarray)
        if value.node is None or not np.array_equal(bare, value.node.value, equal_nan=True):
            return np.array(bare)  # somebody wrote into it unseen, as generators of numbers do
        parents.append(value.node)
        return _Slot(len(parents) - 1)
    if type(value) in (tuple, list):
        return type(value)(_held(v, parents) for v in value)
    if type(value) is dict:
        return {k: _held(v, parents) for k, v in value.items()}
    return np.array(value) if type(value) is np.ndarray else value


def _filled(value: Any, values: Sequence[Array]) -> Any:
    if isinstance(value, _Slot):
        return values[value]
    if type(value) in (tuple, list):
        return type(value)(_filled(v, values) for v in value)
    if type(value) is dict:
        return {k: _filled(v, values) for k, v in value.items()}
    return value


def _bare(value: Any) -> Any:
    if isinstance(value, Watched):
        return np.array(value.view(np.ndarray))
    if type(value) in (tuple, list):
        return type(value)(_bare(v) for v in value)
    if type(value) is dict:
        return {k: _bare(v) for k, v in value.items()}
    return value


def _part_of(replay: Run, i: int, values: Sequence[Array]) -> Any:
    return replay(values)[i]


def _picked(base: Array, index: Any) -> Any:
    return base[index]


def _replaced(base: Array, index: Any, value: Any) -> Array:
    copy = np.array(base)
    copy[index] = value
    return copy


def _at(ufunc: np.ufunc, base: Array, *rest: Any) -> Array:
    copy = np.array(base)
    ufunc.at(copy, *rest)
    return copy


def _onto_a_copy(function: Run, base: Array, *rest: Any, **options: Any) -> Array:
    copy = np.array(base)
    function(copy, *rest, **options)
    return copy
