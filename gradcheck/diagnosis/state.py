"""Causes in state and memory: what a layer keeps, and what it writes into."""

import numpy as np

from gradcheck.cases import copied
from gradcheck.model import Setting

from .clues import Clues
from .inside import saved_arrays
from .record import Hit, suspicion


@suspicion(
    "mutation",
    "input-changed",
    "parameter-changed",
    "label-changed",
    "upstream-written",
    "read-only",
)
def writes_into_an_argument(clues: Clues) -> Hit | None:
    """An array that belongs to the caller is written into."""
    return Hit(
        0.95,
        clues.finding.message,
        "copy before writing: dx = dout.copy(); x = x - m instead of x -= m",
    )


@suspicion("mutation", "alias")
def shares_an_argument(clues: Clues) -> Hit | None:
    """A result is an array of the caller: whoever writes into one changes the other."""
    return Hit(0.85, clues.finding.message, "return a copy: dx = dout.copy()")


@suspicion("mutation", "repeat")
def writes_into_its_cache(clues: Clues) -> Hit | None:
    """Backward writes into what forward has saved."""
    if _raised(clues) or not _cache_written(clues):
        return None
    return Hit(
        0.95,
        clues.finding.message + "; an array that forward saved is changed by backward",
        "copy before writing: dz = self.p.copy(); an assignment does not copy",
    )


def _cache_written(clues: Clues) -> bool:
    """Whether backward changes an array in place that this forward pass has filled.

    Buffers in which gradients add up are no such arrays: forward leaves them empty or alone.
    """
    subject, case = clues.exam.subject, clues.exam.case
    session = subject.open()
    old = {id(array) for array in saved_arrays(session)}
    subject.forward(session, copied(case.inputs))
    saved = [array for array in saved_arrays(session) if id(array) not in old and array.any()]
    before = [array.copy() for array in saved]
    subject.backward(session, tuple(np.array(v) for v in case.upstream))
    pairs = zip(before, saved, strict=True)
    return any(not np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in pairs)


@suspicion("stale-cache", "stale", "shared-memory", "repeat")
def stale_cache(clues: Clues) -> Hit | None:
    """Backward answers from a state that another call has changed, or that is shared."""
    if clues.finding.kind == "repeat" and _raised(clues):
        return None
    return Hit(
        0.9,
        clues.finding.message,
        "keep what backward needs on the instance and renew it in every forward; no class "
        "attribute, module global, counter or buffer that the next call goes on with",
    )


@suspicion("popped-cache", "repeat", "raised")
def popped_cache(clues: Clues) -> Hit | None:
    """The cache is consumed by the first backward pass."""
    if not _raised(clues) or "second" not in clues.finding.message:
        return None
    return Hit(
        0.9,
        clues.finding.message,
        "let forward replace the cache and backward only read it",
    )


def _raised(clues: Clues) -> bool:
    return " raised" in clues.finding.message


@suspicion("layout", "layout")
def depends_on_memory_layout(clues: Clues) -> Hit | None:
    """The answer depends on how an array lies in memory and not on its values alone."""
    return Hit(
        0.95,
        clues.finding.message,
        "index arrays by axes; ravel, reshape(order=...), .data, .base and as_strided read the "
        "memory and not the values",
    )


@suspicion("shape-corner", "shape", "raised")
def empty_slice(clues: Clues) -> Hit | None:
    """A slice that counts from the end is empty where the count is zero."""
    if clues.raw is None or clues.leaf is None or clues.raw.size or 0 in clues.leaf.shape:
        return None
    return Hit(
        0.97,
        f"the gradient has shape {clues.raw.shape}: nothing is left of {clues.leaf.shape}",
        "x[a:-a] is empty for a = 0; write x[a : len(x) - a]",
    )


@suspicion("shape-corner", "shape-dress")
def axis_of_one_dropped(clues: Clues) -> Hit | None:
    """An axis of length one is dropped from the gradient, or added to it."""
    if clues.leaf is None or 1 not in clues.leaf.shape:
        return None
    return Hit(
        0.8,
        clues.finding.message,
        "avoid squeeze() without an axis; sum with keepdims=True where forward has an axis of "
        "length one",
    )


@suspicion("shape-corner", "batch", "shape", "mismatch", "raised", "type")
def corner_of_shapes(clues: Clues) -> Hit | None:
    """It goes wrong for a batch of one, an empty batch or an axis of length one only."""
    corner = {s.label: _has_corner(s) for s in clues.settings}
    failed = [corner.get(_label(case), False) for case in clues.standing.failed]
    passed = [corner.get(_label(case), False) for case in clues.standing.passed]
    if not failed or not all(failed) or not passed or all(passed):
        return None
    return Hit(
        0.98,
        "it is wrong only where an axis has length 0 or 1",
        "avoid squeeze() without an axis, and branches on ndim or len that treat 1 apart",
    )


def _has_corner(setting: Setting) -> bool:
    return any(n <= 1 for leaf in setting.leaves for n in leaf.shape)


def _label(case: str) -> str:
    return case.rpartition("-")[0]
