"""Random bits by the word of 32, two words for each step of the generator."""

import numpy as np

from gradcheck.model import Array

#: Fewer words are drawn one by one: looking at the generator's state costs as much.
_FEW = 2**12


def random_words(rng: np.random.Generator, size: int) -> Array:
    """Return `size` words of 32 random bits, as ``rng.integers(1 << 32)`` would, writable.

    A generator of 64 bits hands out its halves one after the other, the low one first. Where
    none is left over from before, whole steps yield the same words in half the time.
    """
    halved = rng.bit_generator.state.get("has_uint32", 1) if size >= _FEW else 1
    if halved or size % 2:
        return rng.integers(1 << 32, size=size, dtype=np.uint32)
    steps = rng.integers(1 << 64, size=size // 2, dtype=np.uint64)
    return steps.astype("<u8", copy=False).view("<u4").astype(np.uint32, copy=False)
