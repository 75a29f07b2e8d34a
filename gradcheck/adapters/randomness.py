"""Random masks that repeat: the same state before every forward pass."""

import contextlib
import contextvars
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from .surroundings import GENERATORS, parts_of, shared_generators

# A state is restored by calling what `_restorer` returned for its generator.
Restore = Callable[[], None]


#: Whether somebody further out puts the global generators back. Not module state of ours but of
#: the context that runs: saving 624 words for every call costs more than most layers do.
_KEPT: contextvars.ContextVar[bool] = contextvars.ContextVar("generators kept", default=False)


@contextlib.contextmanager
def kept_generators() -> Iterator[None]:
    """Give the global generators their own state back after it, whatever was drawn inside."""
    outer, outer_random = np.random.get_state(), random.getstate()  # noqa: NPY002
    token = _KEPT.set(True)
    try:
        yield
    finally:
        _KEPT.reset(token)
        np.random.set_state(outer)  # noqa: NPY002
        random.setstate(outer_random)


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Give the global generators a known state inside, and their own state back after it."""
    with contextlib.nullcontext() if _KEPT.get() else kept_generators(), _entropy(seed):
        np.random.seed(seed % 2**32)  # noqa: NPY002
        random.seed(seed)
        yield


@contextlib.contextmanager
def _entropy(seed: int) -> Iterator[None]:
    """Let ``default_rng()`` without a seed, which asks the system for one, repeat itself."""
    source: Any = np.random.bit_generator
    outer = getattr(source, "randbits", None)
    if outer is None:  # a NumPy that asks elsewhere: its generators stay as they are
        yield
        return
    drawn = iter(range(seed, seed + 2**32))
    source.randbits = lambda bits: next(drawn) % 2**bits
    try:
        yield
    finally:
        source.randbits = outer


def private_generators(root: object) -> tuple[Restore, ...]:
    """Return one call for each generator that `root` or its module holds, to rewind it.

    Every later forward pass then sees the state of now.
    """
    parts = parts_of(root)
    inside = (x for x in parts if isinstance(x, GENERATORS))
    around = _of_module(root) if hasattr(root, "__code__") else shared_generators(parts)
    return rewinding((*inside, *around))


def rewinding(generators: Iterable[object]) -> tuple[Restore, ...]:
    """Return one call for each generator that gives it the state of now back."""
    return tuple(_restorer(g) for g in {id(g): g for g in generators}.values())


def _of_module(function: object) -> Iterator[object]:
    module = sys.modules.get(getattr(function, "__module__", "") or "")
    found = vars(module).values() if module is not None else ()
    yield from (value for value in list(found) if isinstance(value, GENERATORS))


def _restorer(generator: object) -> Restore:
    if isinstance(generator, np.random.Generator):
        return _rewind_bits(generator)
    if isinstance(generator, np.random.RandomState):
        legacy, words = generator, generator.get_state()
        return lambda: legacy.set_state(words)
    assert isinstance(generator, random.Random)
    plain, state = generator, generator.getstate()
    return lambda: plain.setstate(state)


def _rewind_bits(generator: np.random.Generator) -> Restore:
    bits = generator.bit_generator
    state = bits.state

    def restore() -> None:
        bits.state = state

    return restore
