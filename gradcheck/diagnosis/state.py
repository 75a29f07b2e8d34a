"""Causes in state and memory: what a layer keeps, and what it writes into."""

from .clues import Clues
from .suspicion import Hit, suspicion


@suspicion(
    "mutation", "input-changed", "parameter-changed", "label-changed", "upstream-written"
)
def writes_into_an_argument(clues: Clues) -> Hit | None:
    """An array that belongs to the caller is written into."""
    return Hit(
        0.95,
        clues.finding.message,
        "copy before writing: dx = dout.copy(); x = x - m instead of x -= m",
    )


@suspicion("stale-cache", "stale", "shared-memory")
def stale_cache(clues: Clues) -> Hit | None:
    """Backward answers from a cache that another call has overwritten, or that is shared."""
    return Hit(
        0.9,
        clues.finding.message,
        "keep what backward needs on the instance and renew it in every forward; no class "
        "attribute, module global or buffer that the next call reuses",
    )


@suspicion("popped-cache", "repeat", "raised")
def popped_cache(clues: Clues) -> Hit | None:
    """The cache is consumed by the first backward pass, or grows with every call."""
    words = ("pop", "KeyError", "IndexError", "NoneType")
    popped = any(word in clues.finding.message for word in words)
    if clues.finding.kind == "raised" and not (popped and "second" in clues.finding.message):
        return None
    return Hit(
        0.85 if popped else 0.6,
        clues.finding.message,
        "let forward replace the cache and backward only read it",
    )


@suspicion("layout", "layout")
def depends_on_memory_layout(clues: Clues) -> Hit | None:
    """The answer depends on how an array lies in memory and not on its values alone."""
    return Hit(
        0.95,
        clues.finding.message,
        "index arrays by axes; ravel, reshape(order=...), .data, .base and as_strided read the "
        "memory and not the values",
    )


@suspicion("shape-corner", "batch", "empty-refused")
def corner_of_shapes(clues: Clues) -> Hit | None:
    """It goes wrong for a batch of one, an empty batch or an axis of length one."""
    corner = any(n <= 1 for leaf in clues.exam.case.setting.leaves for n in leaf.shape)
    if not corner:
        return None
    return Hit(
        0.7,
        "it shows where an axis has length 0 or 1",
        "avoid squeeze() without an axis, and branches on ndim or len that treat 1 apart",
    )
