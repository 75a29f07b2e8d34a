"""A live object as its owner calls it: learnt from one recorded step, opened at any other."""

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradcheck.cases import draw_upstream, generator
from gradcheck.compare import typical
from gradcheck.errors import TargetError
from gradcheck.model import (
    Array,
    Facts,
    Leaf,
    Outputs,
    Role,
    Session,
    Setting,
    Source,
    UpstreamUse,
)

from .answers import Wanted, read
from .layer_class import source_of
from .layer_object import given_leaves
from .manner import Manner
from .methods import LABEL_NAMES, Argument, Pair, required, word
from .parameters import Slot, paired_slots
from .paths import Path, get, holds, put, takes
from .session import ObjectSession
from .survey import backward_call, survey
from .unkept import slots_for_result

#: Parameters move by this part of their size, or of this part of 1, before they are looked for.
_MOVED = 2.0**-4


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """What a method was called with."""

    args: tuple[Any, ...] = ()
    """By position."""
    keywords: Mapping[str, Any] = field(default_factory=dict)
    """By name."""


@dataclass(frozen=True, slots=True, eq=False)
class Fed:
    """A call of forward, taken apart."""

    names: tuple[str, ...]
    """Names of the arrays that it begins with."""
    arrays: tuple[Array, ...]
    """Those arrays."""
    options: Mapping[str, Any]
    """Everything else, by name."""

    @classmethod
    def by(cls, method: Callable[..., Any], call: Call) -> "Fed":
        """Take a call apart: the first arguments that are arrays are data."""
        named = _named(method, call)
        options: dict[str, Any] = {}
        leading: list[tuple[str, Array]] = []
        for name, value in named:
            if not options and _is_array(name, value, first=not leading):
                leading.append((name, np.asarray(value)))
            else:
                options[name] = value
        names, arrays = zip(*leading, strict=True) if leading else ((), ())
        return cls(names, arrays, options)


def _named(method: Callable[..., Any], call: Call) -> list[tuple[str, Any]]:
    """Return the arguments of a call by name, in the order of the signature."""
    signature = inspect.signature(method)
    found: list[tuple[str, Any]] = []
    for name, value in signature.bind(*call.args, **call.keywords).arguments.items():
        kind = signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            found += [(f"arg{i}", each) for i, each in enumerate(value)]
        elif kind is inspect.Parameter.VAR_KEYWORD:
            found += value.items()
        else:
            found.append((name, value))
    return found


def _is_array(name: str, value: Any, *, first: bool) -> bool:
    if isinstance(value, np.ndarray):
        return True
    if isinstance(value, bool | str | bytes | Mapping) or value is None:
        return False
    try:
        numeric = np.asarray(value).dtype.kind in "fiu"
    except ValueError:  # lists of several lengths
        return False
    return numeric and (first or np.ndim(value) > 0 or word(name) in LABEL_NAMES)


def answers_for_its_arguments(owner: object, pair: Pair) -> bool:
    """Return whether backward takes what forward takes: ``gradient(x, t)``."""
    names = [
        p.name for p in inspect.signature(getattr(owner, pair.forward)).parameters.values()
    ]
    return backward_call(owner, pair, names) == (Argument.INPUTS,)


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """How a live object is called and where it keeps its parameters and gradients."""

    manner: Manner
    """How it is called."""
    roles: Mapping[str, Leaf]
    """Its data by name, with their roles."""
    source: Source | None = None
    """Where its backward pass stands."""
    data: bool = True
    """The gradients of its data are of interest, and not of its parameters alone."""

    @property
    def facts(self) -> Facts:
        """What is known of it."""
        return Facts(upstream=self.manner.upstream)

    def averaging(self, batch: tuple[str, int]) -> "Learnt":
        """Return the same with parameter gradients that are divided by the batch size."""
        divided = tuple(slot.name for slot in self.manner.slots)
        return replace(self, manner=replace(self.manner, divided=divided, batch=batch))

    def setting(self, label: str, owner: object, fed: Fed) -> Setting:
        """Return how to open copies of an object as it stands, on the arrays of a call."""
        manner = replace(self.manner, keywords=fed.options)
        data = (
            replace(self.roles[name], shape=x.shape, dtype=str(x.dtype), values=x)
            for name, x in zip(fed.names, fed.arrays, strict=True)
        )
        leaves = (*data, *(_parameter(slot.name, slot.value(owner)) for slot in manner.slots))

        def open_() -> Session:
            return ObjectSession(copy.deepcopy(owner), manner, leaves)

        return Setting(label, open_, tuple(self._asked(leaf) for leaf in leaves))

    def _asked(self, leaf: Leaf) -> Leaf:
        ignored = leaf.role is Role.DATA and not self.data and bool(self.manner.slots)
        return replace(leaf, role=Role.FIXED) if ignored else leaf

    def upstream(
        self, method: Callable[..., Any], call: Call, outputs: Outputs, seed: int
    ) -> Outputs:
        """Return the upstream gradient that backward was called with.

        Raises
        ------
        TargetError
            Where it was called without one that fits the outputs.
        """
        manner = self.manner
        if manner.upstream is not UpstreamUse.HONOURED:
            return tuple(np.ones_like(y, dtype=np.float64) for y in outputs)
        if Argument.UPSTREAM not in manner.call:  # a derivative: for any upstream gradient
            return self.drawn(outputs, seed)
        return _fitting(self._given(method, call), outputs)

    def drawn(self, outputs: Outputs, seed: int) -> Outputs:
        """Return an upstream gradient at random, or ones where none is heeded."""
        if self.manner.upstream is not UpstreamUse.HONOURED:
            return tuple(np.ones_like(y, dtype=np.float64) for y in outputs)
        return draw_upstream(outputs, generator(seed, "upstream"))

    def _given(self, method: Callable[..., Any], call: Call) -> list[Any]:
        values = [value for _, value in _named(method, call)]
        pairs = zip(self.manner.call, values, strict=False)
        found = [value for kind, value in pairs if kind is Argument.UPSTREAM]
        return list(found[0]) if found and isinstance(found[0], tuple) else found

    def answers(self, owner: object, result: object) -> dict[str, Array]:
        """Return the gradients in a result and in the object that gave it, as they stand.

        Where backward updates the parameters itself these are the updated parameters.
        """
        manner = self.manner
        found = read(result, owner, Wanted(manner.data, manner.slots))
        if manner.rate:
            found |= {s.name: s.value(owner) for s in manner.slots if s.gradient is None}
        return {name: g for name, g in found.items() if g is not None}

    def parameters(self, owner: object) -> dict[str, Array]:
        """Return the parameters of an object, as they stand."""
        return {slot.name: slot.value(owner) for slot in self.manner.slots}

    def zeroed(self, owner: object) -> object:
        """Return a copy whose gradients are zero, since some add to what they find there."""
        fresh = copy.deepcopy(owner)
        for path in self._gradients:
            found = get(fresh, path) if holds(fresh, path) else None
            if isinstance(found, np.ndarray) and found.flags.writeable:
                found[...] = 0
        return fresh

    def lend_gradients(self, giver: object, taker: object) -> None:
        """Give one object the stored gradients of another, as far as both have any."""
        for path in self._gradients:
            if holds(giver, path) and holds(taker, path):
                given = copy.deepcopy(get(giver, path))
                if takes(get(taker, path[:-1]), path[-1]):
                    put(taker, path, given)

    @property
    def _gradients(self) -> list[Path]:
        kept = [slot for slot in self.manner.slots if slot.gradient is not None]
        return [path for slot in kept for path in (slot.gradient, *slot.shares) if path]


def _parameter(name: str, value: Array) -> Leaf:
    return Leaf(
        name,
        value.shape,
        Role.PARAMETER,
        dtype=str(value.dtype),
        values=np.array(value),
        frozen=True,
    )


def _fitting(given: Sequence[Any], outputs: Outputs) -> Outputs:
    if not given and all(y.size == 1 for y in outputs):
        return tuple(np.ones_like(y, dtype=np.float64) for y in outputs)
    found = tuple(np.array(v) for v in given)
    pairs = zip(found, outputs, strict=False)
    scalars = [v.reshape(y.shape) if v.size == y.size == 1 else v for v, y in pairs]
    if [v.shape for v in scalars] != [y.shape for y in outputs]:
        raise TargetError(
            "backward",
            f"backward was called with {[v.shape for v in found]} for outputs of shapes "
            f"{[y.shape for y in outputs]}: that is no upstream gradient of theirs",
            kind="not-built",
        )
    return tuple(v if v.dtype.kind == "f" else v.astype(np.float64) for v in scalars)


def learn(
    make: Callable[[], object], pair: Pair, fed: Fed, answered: object, result: object
) -> Learnt:
    """Learn how an object is called by calling copies of it on the arrays of a call.

    Costs two forward calls a parameter tensor and a handful besides.

    Parameters
    ----------
    answered
        The object after a backward pass: what looks like a parameter there is moved, since
        behind weights of zero another parameter has no effect and would not be found.
    result
        What that pass returned.

    Raises
    ------
    TargetError
        Where forward or backward raises, or backward takes labels that no loss is known for.
    """
    _demand_loss(answered, pair, fed)
    leaves = given_leaves(fed.names, fed.arrays)
    inputs = sum(x.dtype.kind == "f" for x in fed.arrays)
    slots = paired_slots(answered) or slots_for_result(answered, result, inputs)
    try:
        found = survey(lambda: _moved(make(), slots), pair, leaves, keywords=fed.options)
    except TargetError:  # at other weights it has no value
        found = survey(make, pair, leaves, keywords=fed.options)
    if found.score < 2:
        raise TargetError("backward", found.why or "backward does not answer", kind="not-built")
    roles = {leaf.name: leaf for leaf in found.leaves if leaf.name in fed.names}
    return Learnt(found.manner, roles, source_of(type(answered), pair.backward))


def _moved(owner: object, slots: Sequence[Slot]) -> object:
    """Move the parameters of an object a little, as far as it has them yet."""
    for slot in slots:
        if slot.exists(owner, {}):
            value = np.array(slot.value(owner))
            rng = generator(0, "moved", slot.name)
            step = _MOVED * max(typical(value), _MOVED) * rng.uniform(0.5, 1.0, value.shape)
            slot.install(owner, np.asarray(value + step, dtype=value.dtype))
    return owner


def _demand_loss(owner: object, pair: Pair, fed: Fed) -> None:
    """Refuse a model whose backward pass takes labels for a loss that no method computes."""
    needed = [word(name) for name in required(getattr(owner, pair.backward))]
    labelled = any(word(name) in LABEL_NAMES for name in fed.names)
    if not labelled and any(name in LABEL_NAMES for name in needed):
        raise TargetError(
            "backward",
            f"{type(owner).__name__}.{pair.backward} takes labels and {pair.forward} does not, "
            "so that its loss is not known; watch an object whose forward returns the loss",
            kind="not-built",
        )
