"""Where guessing ends: a few lines of help from the author."""

from collections.abc import Callable, Iterable
from typing import Any

_MARK = "__gradcheck_cases__"


def given_cases(function: Callable[..., Iterable[Any]]) -> Callable[..., Iterable[Any]]:
    """Mark a function that yields ready layers with their inputs as targets to be checked.

    The function takes nothing or a ``numpy.random.Generator`` and yields
    ``(layer, (x, ...))``, or returns one such pair.
    """
    setattr(function, _MARK, True)
    return function


def is_given(value: object) -> bool:
    """Return whether a function was marked."""
    return bool(getattr(value, _MARK, False))
