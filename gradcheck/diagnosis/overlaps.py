"""Causes where contributions meet in one place: overwritten, lost, or averaged."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

import numpy as np

from gradcheck.model import Array, Floats, Outputs

from .alike import TOLERANCE, close, same
from .clues import Clues
from .jacobians import flat
from .record import Hit, suspicion
from .rows import unheard_slices


@suspicion("overwritten-not-added")
def overwritten_at_repeats(clues: Clues) -> Hit | None:
    """Contributions that meet in one place overwrite each other and do not add up."""
    if clues.pair is None:
        return None
    claimed, reference = clues.pair
    for name, indices in clues.exam.case.inputs.items():
        if indices.dtype.kind not in "iu" or not reference.ndim:
            continue
        rows = _rows_that_differ(claimed, reference)
        counts = np.bincount(indices[indices >= 0].reshape(-1), minlength=len(rows))
        if len(counts) != len(rows) or not np.array_equal(rows, counts > 1):
            continue
        shares = np.maximum(counts, 1).reshape(-1, *(1,) * (reference.ndim - 1))
        if not same(claimed * shares, reference):
            return Hit(
                0.96,
                f"wrong are just the rows that {name} names more than once",
                "use np.add.at(dW, index, dout) and not dW[index] += dout or dW[index] = dout",
            )
    return _last_contribution(clues)


def _rows_that_differ(claimed: Floats, reference: Floats) -> Array:
    apart = np.abs(claimed - reference) > TOLERANCE * np.abs(reference).max(initial=0.0)
    return np.asarray(apart.reshape(len(apart), -1).any(axis=1))


def _last_contribution(clues: Clues) -> Hit | None:
    """Every entry has only one of the products that should have been added up."""
    word = kept_contribution(clues)
    if not word or clues.jacobians is None:
        return None
    sure = 0.92 if word == "first" else 0.95
    return Hit(
        0.90 if unheard_slices(clues, clues.jacobians) else sure,
        f"wrong entries hold the {word} of their contributions instead of the sum",
        "add with += where windows overlap or an input is used more than once",
    )


@suspicion("contribution-lost")
def only_one_contribution(clues: Clues) -> Hit | None:
    """One of several contributions of an input that is used more than once is lost."""
    word = kept_contribution(clues)
    if not word:
        return None
    assert clues.pair is not None  # there are contributions
    copies = word == "first" and not np.any(close(*clues.pair))
    return Hit(
        0.93 if copies else 0.85,
        f"wrong entries hold the {word} of their contributions and lack the others",
        "an input that is used more than once gets all its contributions: add them with +=",
    )


@lru_cache(maxsize=1)  # several suspicions ask the same of the same clues
def kept_contribution(clues: Clues) -> str:
    """Return which contribution is kept where several should have been added up."""
    both = clues.jacobians
    if both is None or clues.pair is None:
        return ""
    claimed, reference = (part.reshape(-1) for part in clues.pair)
    products = flat(clues.upstream)[:, None] * both.reference
    wrong = ~close(claimed, reference)
    several = (np.abs(products) > 0).sum(axis=0) > 1
    if not np.any(wrong) or np.any(wrong & ~several):
        return ""
    for parts in (products, *_together(products, clues.outputs)):
        last = np.array([_last(column) for column in parts.T])
        first = np.array([_last(column[::-1]) for column in parts.T])
        for word, kept in (("last", last), ("first", first)):
            if same(claimed[wrong], kept[wrong]):
                return word
    return ""


def _together(products: Floats, outputs: Outputs) -> Iterator[Floats]:
    """Contributions of all outputs at one place of an axis, or of two axes, added up.

    Where everything reaches the last place, as through time, there are no windows.
    """
    if len(outputs) != 1:
        return
    shape = outputs[0].shape
    whole = products.reshape(*shape, products.shape[1])
    for count in (1, 2):
        for kept in combinations(range(len(shape)), count):
            others = tuple(axis for axis in range(len(shape)) if axis not in kept)
            parts = whole.sum(axis=others).reshape(-1, products.shape[1])
            if others and not any(_reaches_the_end(whole, axis) for axis in kept):
                yield parts


def _reaches_the_end(whole: Floats, axis: int) -> bool:
    """Whether every entry has its part in the last outputs along an axis."""
    last = np.take(whole, -1, axis=axis)
    return bool(np.all(np.any(last.reshape(-1, last.shape[-1]) != 0.0, axis=0)))


def _last(column: Floats) -> float:
    nonzero = np.flatnonzero(column)
    return float(column[nonzero[-1]]) if len(nonzero) else 0.0
