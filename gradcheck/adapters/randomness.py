"""Random masks that repeat: the same state before every forward pass."""

import contextlib
import random
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .paths import instances

# A state is restored by calling what `_restorer` returned for its generator.
Restore = Callable[[], None]


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Give the global generators a known state inside, and their own state back after it."""
    outer, outer_random = np.random.get_state(), random.getstate()  # noqa: NPY002
    np.random.seed(seed % 2**32)  # noqa: NPY002
    random.seed(seed)
    try:
        with _entropy(seed):
            yield
    finally:
        np.random.set_state(outer)  # noqa: NPY002
        random.setstate(outer_random)


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
    kinds = (np.random.Generator, np.random.RandomState, random.Random)
    found = {id(g): g for g in instances(root, kinds)}
    found |= {id(g): g for g in _globals(root) if isinstance(g, kinds)}
    return tuple(_restorer(generator) for generator in found.values())


def _globals(root: object) -> list[object]:
    cls = root if callable(root) and hasattr(root, "__module__") else type(root)
    module = sys.modules.get(getattr(cls, "__module__", "") or "")
    return list(vars(module).values()) if module is not None else []


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
