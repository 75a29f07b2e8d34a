"""Whole numbers as options take them."""

import argparse

from gradcheck.config import LARGEST_SEED


def positive(text: str) -> int:
    """Return a whole number above zero, or say that it is none."""
    return _whole(text, 1, "a whole number above zero")


def natural(text: str) -> int:
    """Return zero or a whole number above it, or say that it is none."""
    return _whole(text, 0, "zero or a whole number above it")


def shard(text: str) -> tuple[int, int]:
    """Return part and number of parts out of ``2/5``, or say that it is none."""
    index, slash, count = text.partition("/")
    whole = all(part.isascii() and part.isdigit() and len(part) < 9 for part in (index, count))
    if not slash or not whole or not 1 <= int(index) <= int(count):
        raise argparse.ArgumentTypeError(f"expected part/parts, as in 2/5, got {text!r}")
    return int(index), int(count)


def _whole(text: str, least: int, wanted: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    wanted = "at most 2^128 - 1" if number > LARGEST_SEED else wanted
    if not least <= number <= LARGEST_SEED:
        raise argparse.ArgumentTypeError(f"expected {wanted}, got {text!r:.80}")
    return number
