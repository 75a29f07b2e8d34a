"""Whole numbers as options take them."""

import argparse


def positive(text: str) -> int:
    """Return a whole number above zero, or say that it is none."""
    return _whole(text, 1, "a whole number above zero")


def natural(text: str) -> int:
    """Return zero or a whole number above it, or say that it is none."""
    return _whole(text, 0, "zero or a whole number above it")


def _whole(text: str, least: int, wanted: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least:
        raise argparse.ArgumentTypeError(f"expected {wanted}, got {text!r}")
    return number
