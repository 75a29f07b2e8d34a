"""Windows: the part of the input that each output sees, and kernels that lie the wrong way."""

from collections.abc import Iterator

import numpy as np

from gradcheck.model import Floats

from .alike import TOLERANCE, same
from .clues import Clues
from .jacobians import Jacobians
from .record import Hit, suspicion


def reversed_windows(both: Jacobians, shape: tuple[int, ...]) -> bool:
    """Whether every row's window holds the right numbers in reverse along some axes.

    Windows that a border clips are shorter and hold other numbers; they are left out.
    """
    if same(both.claimed, both.reference) or not shape:
        return False
    full = full_windows(both, shape)
    return any(_turned(full, axes) for axes in _axes(len(shape)))


def full_windows(both: Jacobians, shape: tuple[int, ...]) -> list[tuple[Floats, Floats]]:
    """Return claimed and true window of every row whose window no border clips."""
    pairs = list(zip(both.claimed, both.reference, strict=True))
    rows = [(a.reshape(shape), b.reshape(shape)) for a, b in pairs if np.any(b)]
    boxes = [_box(b) for _, b in rows]
    sizes = [_volume(box) for box in boxes]
    return [
        (a[box], b[box])
        for (a, b), box, size in zip(rows, boxes, sizes, strict=True)
        if size == max(sizes)
    ]


def _turned(windows: list[tuple[Floats, Floats]], axes: tuple[int, ...]) -> bool:
    telling = any(not same(b, np.flip(b, axes)) for _, b in windows)
    return telling and all(same(a, np.flip(b, axes)) for a, b in windows)


def _box(values: Floats) -> tuple[slice, ...]:
    """Return the smallest box that holds everything but zero."""
    found = np.nonzero(np.abs(values) > TOLERANCE * np.abs(values).max(initial=0.0))
    return tuple(slice(int(place.min()), int(place.max()) + 1) for place in found)


def _volume(box: tuple[slice, ...]) -> int:
    return int(np.prod([part.stop - part.start for part in box]))


@suspicion("permuted")
def reversed_window(clues: Clues) -> Hit | None:
    """A kernel is applied the wrong way round."""
    both = clues.jacobians
    if both is None or clues.leaf is None or not reversed_windows(both, clues.leaf.shape):
        return None
    return Hit(
        0.88,
        "for every output the window of the Jacobian's row is reversed",
        "flip the kernel along its spatial axes in one of the two passes: k[::-1]",
    )


def _axes(ndim: int) -> Iterator[tuple[int, ...]]:
    for mask in range(1, 2**ndim):
        yield tuple(axis for axis in range(ndim) if mask >> axis & 1)
