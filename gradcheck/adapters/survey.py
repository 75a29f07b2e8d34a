"""Survey one live object: call it once, and read off how it wants to be called."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcheck.cases import copied, draw_inputs, draw_upstream, generator, quiet
from gradcheck.errors import TargetError
from gradcheck.model import Array, Leaf, Outputs, Role, UpstreamUse

from .calls import silent
from .listed import listed_slots
from .manner import Manner, labels_of
from .methods import (
    BUFFER_NAMES,
    LABEL_NAMES,
    LOGIT_NAMES,
    RATE_NAMES,
    Argument,
    Pair,
    is_upstream,
    parameters,
    word,
)
from .modes import keywords_of, switch_of
from .parameters import Slot, confirmed, paired_slots
from .session import ObjectSession
from .unkept import slots_for_result, updated_slots


@dataclass(frozen=True, slots=True, eq=False)
class Surveyed:
    """What one trial told."""

    manner: Manner
    """How the object is called."""
    leaves: tuple[Leaf, ...]
    """Data, then parameters with the values that the constructor gave them."""
    score: int
    """3 all well, 2 a shape is off, 1 backward raises, 0 forward raises."""
    why: str = ""
    """What was wrong with a low score."""
    unsummed: bool = False
    """A gradient has the batch axis left in it: a bug to be seen, and no wrong guess."""


def survey(
    make: Callable[[], object],
    pair: Pair,
    leaves: Sequence[Leaf],
    *,
    evaluating: bool = False,
    keywords: Mapping[str, Any] | None = None,
) -> Surveyed:
    """Call a new object on drawn data and return how it is to be called.

    Parameters
    ----------
    keywords
        What forward is called with besides data; None for what its mode asks for.

    Raises
    ------
    TargetError
        Where constructing or forward raises, or the output is no finite array: the data do not
        suit the object.
    """
    with quiet(), silent():
        owner = make()
        data = tuple(leaves)
        manner = _first_manner(owner, pair, data, evaluating=evaluating)
        manner = manner if keywords is None else replace(manner, keywords=keywords)
        inputs = draw_inputs(data, generator(0, "survey"))
        outputs = ObjectSession(owner, manner, data).forward(copied(inputs))
        _demand_numbers(outputs)
        return _with_backward(make, manner, data, inputs, outputs)


def _first_manner(
    owner: object, pair: Pair, leaves: tuple[Leaf, ...], *, evaluating: bool
) -> Manner:
    names = tuple(leaf.name for leaf in leaves)
    data = tuple(leaf.name for leaf in leaves if leaf.differentiable)
    method = getattr(owner, pair.forward)
    return Manner(
        pair=pair,
        arguments=names,
        data=data,
        call=backward_call(owner, pair, names),
        named=_named(owner, pair, names),
        keywords=keywords_of(switch_of(owner, method), evaluating=evaluating),
        rate=_rate(getattr(owner, pair.backward)),
    )


def _rate(method: Callable[..., Any]) -> float:
    return 0.125 if any(word(p.name) in RATE_NAMES for p in parameters(method)[1:]) else 0.0


def backward_call(owner: object, pair: Pair, names: Sequence[str]) -> tuple[Argument, ...]:
    """Return what backward takes, judged by the names of its parameters."""
    found = parameters(getattr(owner, pair.backward))
    needed = [p for p in found if p.default is p.empty]
    words = [word(p.name) for p in needed]
    forward = [word(n) for n in names]
    if len(needed) == len(names) and len(names) >= 2 and sorted(words) == sorted(forward):
        return (Argument.INPUTS,)
    if len(needed) == len(names) == 2 and labels_like(words) and labels_like(forward):
        return (Argument.INPUTS,)
    if _is_derivative(pair, words):
        return (Argument.INPUTS,)
    if len(needed) == len(names) + 1 and labels_like(words) and words[0] in LOGIT_NAMES:
        return (Argument.LOGITS, Argument.INPUTS)  # delta(z, a, y)
    call: list[Argument] = []
    for p in found:
        plain, optional = word(p.name), p.default is not p.empty
        if plain in RATE_NAMES and call:
            call.append(Argument.RATE)
        elif not call and not (optional and plain in _NOT_UPSTREAM):
            call.append(Argument.UPSTREAM)
        elif not optional:
            call.append(_further(plain, forward))
        else:
            break
    return tuple(call)


def _named(owner: object, pair: Pair, names: Sequence[str]) -> tuple[str, ...]:
    """Return the inputs that backward takes besides an upstream gradient, in its order."""
    by_word = {word(name): name for name in names if word(name) not in LABEL_NAMES}
    taken = [word(p.name) for p in parameters(getattr(owner, pair.backward))[1:]]
    return tuple(by_word[plain] for plain in taken if plain in by_word)


def _further(plain: str, forward: Sequence[str]) -> Argument:
    """Return what an argument after the first one wants, judged by its name."""
    if plain in LABEL_NAMES:
        return Argument.LABELS
    if plain in forward:
        return Argument.INPUT
    if plain in BUFFER_NAMES:
        return Argument.BUFFER
    return Argument.UPSTREAM if is_upstream(plain) else Argument.OUTPUT


_DERIVATIVES = frozenset(
    ["derivative", "prime", "deriv", "df", "gradient", "grad", "gradients"]
)


def _is_derivative(pair: Pair, words: Sequence[str]) -> bool:
    """Whether ``derivative(x)`` takes a point and not an upstream gradient."""
    lone = len(words) == 1 and not is_upstream(words[0])
    return lone and pair.backward in _DERIVATIVES


_NOT_UPSTREAM = ("training", "train", "train_flg", "learning_rate", "lr", "retain_graph")


def labels_like(words: Sequence[str]) -> bool:
    """Return whether one of the names is that of labels."""
    return any(w in LABEL_NAMES for w in words)


def _demand_numbers(outputs: Outputs) -> None:
    for y in outputs:
        if y.dtype.kind not in "fiub":
            raise TargetError("forward", f"the output has dtype {y.dtype}", kind="type")
        if not np.all(np.isfinite(y)):
            raise TargetError("forward", "the output is not finite for such inputs")


def _with_backward(
    make: Callable[[], object],
    manner: Manner,
    data: tuple[Leaf, ...],
    inputs: Mapping[str, Array],
    outputs: Outputs,
) -> Surveyed:
    owner = make()
    manner = replace(manner, upstream=_use(manner, data, outputs))
    session = ObjectSession(owner, manner, data)
    session.forward(copied(inputs))
    upstream = draw_upstream(outputs, generator(0, "survey upstream"))
    try:
        answer = session.backward(upstream)
    except TargetError as error:
        other = _given_predictions(manner)
        if other is not None:
            return _with_backward(make, other, data, inputs, outputs)
        return Surveyed(manner, data, 1, str(error))
    manner = replace(manner, writes=session.wrote)
    manner, data = _without_targets(manner, data, outputs, answer)
    slots = _slots(make, owner, manner, data, inputs)
    if not slots:
        slots = _unkept(make, session, owner, (manner, data, inputs, upstream))
    if slots and isinstance(session.result, Mapping) and manner.pair.backward in _DERIVATIVES:
        data = tuple(_unasked(leaf, session.result) for leaf in data)
        manner = replace(manner, data=tuple(x.name for x in data if x.differentiable))
    full = replace(manner, slots=tuple(slots), upstream=_use(manner, data, outputs))
    leaves = (*data, *(_parameter(slot, owner) for slot in slots))
    full = _probed(make, full, leaves, inputs, upstream)
    score, unsummed = _score(make, full, leaves, inputs, upstream)
    return Surveyed(full, leaves, score, unsummed=unsummed)


def _without_targets(
    manner: Manner,
    data: tuple[Leaf, ...],
    outputs: Outputs,
    answer: Mapping[str, Array | None],
) -> tuple[Manner, tuple[Leaf, ...]]:
    """Take a loss's second array for its targets where no gradient is given for it."""
    scalar = all(y.size == 1 for y in outputs)
    given = [name for name in manner.data if answer.get(name) is not None]
    if not scalar or not given:
        return manner, data
    fixed = [replace(x, role=Role.FIXED) if answer.get(x.name) is None else x for x in data]
    return replace(manner, data=tuple(given)), tuple(fixed)


def _given_predictions(manner: Manner) -> Manner | None:
    """Read ``backward(dvalues, y_true)`` as one that is handed the predictions themselves."""
    if manner.call != (Argument.UPSTREAM, Argument.LABELS):
        return None
    return replace(manner, call=(Argument.INPUTS,))


def _unasked(leaf: Leaf, result: Mapping[str, Any]) -> Leaf:
    """A whole model answers for its parameters; its data are given."""
    return leaf if leaf.name in result else replace(leaf, role=Role.FIXED)


def _unkept(
    make: Callable[[], object],
    session: ObjectSession,
    owner: object,
    trial: tuple[Manner, tuple[Leaf, ...], Mapping[str, Array], Outputs],
) -> list[Slot]:
    """Return parameters whose gradients are returned, or only seen in an update."""
    manner, data, inputs, upstream = trial
    if manner.rate:
        fresh = make()
        other = ObjectSession(fresh, manner, data)
        other.forward(copied(inputs))
        return updated_slots(fresh, lambda: other.backward(upstream))
    found = slots_for_result(owner, session.result, len(manner.data))
    again = ObjectSession(owner, manner, data)
    return confirmed(found, owner, lambda: again.forward(copied(inputs)))


def _use(manner: Manner, leaves: tuple[Leaf, ...], outputs: Outputs) -> UpstreamUse:
    """A loss need not take an upstream gradient; a layer without one gives derivatives."""
    taken = Argument.UPSTREAM in manner.call
    scalar = all(y.size == 1 for y in outputs) or labels_of(leaves) is not None
    return UpstreamUse.HONOURED if taken or not scalar else UpstreamUse.NOT_TAKEN


def _slots(
    make: Callable[[], object],
    owner: object,
    manner: Manner,
    data: tuple[Leaf, ...],
    inputs: Mapping[str, Array],
) -> list[Slot]:
    """Return the parameters of an object that ran both passes, confirmed by their effect."""
    found = paired_slots(owner) or listed_slots(owner)
    session = ObjectSession(owner, manner, data)
    return confirmed(found, owner, lambda: session.forward(copied(inputs)))


def _parameter(slot: Slot, owner: object) -> Leaf:
    value = np.array(slot.value(owner))
    return Leaf(slot.name, value.shape, Role.PARAMETER, dtype=str(value.dtype), values=value)


def _probed(
    make: Callable[[], object],
    manner: Manner,
    leaves: tuple[Leaf, ...],
    inputs: Mapping[str, Array],
    upstream: Outputs,
) -> Manner:
    """Find out whether a scalar output's upstream gradient is heeded: 2.5 times as much."""
    if Argument.UPSTREAM not in manner.call or any(v.size != 1 for v in upstream):
        return manner
    once = _answer(make, manner, leaves, inputs, upstream)
    more = _answer(make, manner, leaves, inputs, tuple(2.5 * v for v in upstream))
    told = any(g is not None and np.any(g) for g in once.values())  # zeros tell nothing
    same = told and all(_equal(once[name], more[name]) for name in once)
    return replace(manner, upstream=UpstreamUse.IGNORED) if same else manner


def _answer(
    make: Callable[[], object],
    manner: Manner,
    leaves: tuple[Leaf, ...],
    inputs: Mapping[str, Array],
    upstream: Outputs,
) -> Mapping[str, Array | None]:
    session = ObjectSession(make(), manner, leaves)
    known = {leaf.name: leaf.values for leaf in leaves if leaf.values is not None}
    session.forward(copied({**known, **inputs}))
    answer = session.backward(tuple(np.array(v) for v in upstream))
    return {k: None if g is None else np.array(g) for k, g in answer.items()}


def _equal(first: Array | None, second: Array | None) -> bool:
    if first is None or second is None:
        return first is second
    return np.array_equal(first, second, equal_nan=True)


def _score(
    make: Callable[[], object],
    manner: Manner,
    leaves: tuple[Leaf, ...],
    inputs: Mapping[str, Array],
    upstream: Outputs,
) -> tuple[int, bool]:
    try:
        answer = _answer(make, manner, leaves, inputs, upstream)
    except TargetError:
        return 1, False
    shapes = {leaf.name: leaf.shape for leaf in leaves if leaf.differentiable}
    fits = all(g is not None and g.shape == shapes.get(k, g.shape) for k, g in answer.items())
    if fits and set(shapes) <= set(answer):
        return 3, False
    batch = next((x.shape[x.batch_axis] for x in leaves if x.batch_axis is not None), 1)
    return 2, any(_holds_batch(answer.get(n), shape, batch) for n, shape in shapes.items())


def _holds_batch(gradient: Array | None, shape: tuple[int, ...], batch: int) -> bool:
    """Whether a gradient is N times too large: its sum over the batch was forgotten.

    An outer product of batches is larger still: there the layer is for single vectors, and the
    guess was wrong.
    """
    size = int(np.prod(shape))
    return gradient is not None and batch > 1 and gradient.size == batch * size


def labelled(manner: Manner, leaves: tuple[Leaf, ...]) -> bool:
    """Return whether the object takes labels or targets."""
    return labels_of(leaves) is not None
