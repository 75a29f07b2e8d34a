"""Habits that are conventions and no errors, found by measuring: averaged, growing caches."""

from collections.abc import Callable, Sequence

import numpy as np

from gradcheck.cases import copied, draw_inputs, generator, quiet
from gradcheck.errors import TargetError
from gradcheck.model import Arrays, Leaf, Session

from .calls import silent
from .manner import Manner
from .methods import parameters
from .probe import divided_by, is_one, ratios

Open = Callable[[], Session]
#: Methods that people call between two batches, to forget what was kept.
_FLUSHES = (
    "flush_gradients", "flush", "flush_cache", "clear_cache", "clear_caches", "reset_cache",
    "clear", "reset", "reset_state", "zero_grad", "zero_grads", "zero_gradients", "reset_grads",
    "clear_grads", "reset_gradients",
)  # fmt: skip


def averaged_leaves(manner: Manner, leaves: Sequence[Leaf]) -> tuple[str, ...]:
    """Return what a layer may average over its batch: its parameters, wherever they stand."""
    own = {slot.name for slot in manner.slots}
    shared = {x.name for x in leaves if x.differentiable and x.batch_axis is None}
    return tuple(x.name for x in leaves if x.name in own | shared)


def batch_of(leaves: Sequence[Leaf]) -> tuple[str, int] | None:
    """Return the first array that has a batch axis, with that axis."""
    return next(((x.name, x.batch_axis) for x in leaves if x.batch_axis is not None), None)


def is_averaged(open_: Open, manner: Manner, leaves: Sequence[Leaf]) -> bool:
    """Return whether all parameter gradients, and no others, are divided by the batch size."""
    batch, names = batch_of(leaves), averaged_leaves(manner, leaves)
    if batch is None or not names:
        return False
    size = next(x.shape[batch[1]] for x in leaves if x.name == batch[0])
    sizes = {x.name: int(np.prod(x.shape)) for x in leaves}
    smallest = min(names, key=lambda name: sizes[name])
    try:
        with quiet(), silent():
            if size < 2 or not is_one(size * ratios(open_, leaves, only=smallest)[smallest]):
                return False  # most layers are told here, at little cost
            return divided_by(ratios(open_, leaves), names, size)
    except (TargetError, KeyError):
        return False


def flush_of(owner: object, open_: Callable[[str], Open], leaves: Sequence[Leaf]) -> str:
    """Return the method that must be called between two batches; empty where none is needed.

    Some layers keep a list of all batches since the last update, and answer for its first one.
    """
    names = [name for name in _FLUSHES if _is_plain_method(owner, name)]
    with quiet(), silent():
        if not names or _is_fresh(open_(""), leaves):
            return ""
        return next((name for name in names if _is_fresh(open_(name), leaves)), "")


def _is_plain_method(owner: object, name: str) -> bool:
    method = getattr(owner, name, None)
    return callable(method) and all(p.default is not p.empty for p in parameters(method))


def _is_fresh(open_: Open, leaves: Sequence[Leaf]) -> bool:
    """Whether a session that has seen another batch answers as a new one does."""
    rng = generator(0, "flush")
    first, second = draw_inputs(leaves, rng), draw_inputs(leaves, rng)
    try:
        return _alike(open_(), [first, second], open_(), [second], leaves)
    except TargetError:
        return False


def _alike(
    used: Session,
    history: Sequence[Arrays],
    new: Session,
    only: Sequence[Arrays],
    leaves: Sequence[Leaf],
) -> bool:
    names = [x.name for x in leaves if x.differentiable]
    answers = []
    for session, batches in ((used, history), (new, only)):
        for inputs in batches:
            outputs = session.forward(copied(inputs))
        answers.append(session.backward(tuple(np.ones_like(y) for y in outputs)))
    return all(
        np.array_equal(np.asarray(answers[0].get(n)), np.asarray(answers[1].get(n)))
        for n in names
    )
