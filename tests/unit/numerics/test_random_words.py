"""Words drawn by whole steps of the generator are those that it hands out one by one."""

import numpy as np
import pytest

from gradcheck.numerics import random_words

SIZES = [0, 1, 4095, 4096, 4097, 100_000]


@pytest.mark.parametrize("left_over", [0, 1])
@pytest.mark.parametrize("size", SIZES)
def test_they_are_the_words_of_the_generator(size: int, left_over: int) -> None:
    ours, theirs = np.random.default_rng(3), np.random.default_rng(3)
    for rng in (ours, theirs):
        rng.integers(1 << 32, size=left_over, dtype=np.uint32)
    words = random_words(ours, size)
    assert words.dtype == np.uint32
    assert words.flags.writeable
    assert np.array_equal(words, theirs.integers(1 << 32, size=size, dtype=np.uint32))
    assert ours.integers(1 << 32) == theirs.integers(1 << 32)  # nothing is left out after it


@pytest.mark.parametrize("kind", [np.random.MT19937, np.random.Philox, np.random.SFC64])
def test_any_generator_gives_words(kind: type) -> None:
    words = random_words(np.random.Generator(kind(0)), 100_000)
    assert words.shape == (100_000,)
    assert abs(float(np.mean(words >> 31)) - 0.5) < 0.01
    assert abs(float(np.mean(words & 1)) - 0.5) < 0.01
