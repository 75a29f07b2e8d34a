"""Whole numbers that layers are made with."""

import numpy as np


def is_whole(n: object) -> bool:
    """Whether n is an integer of Python or NumPy."""
    return isinstance(n, int | np.integer)


def require_sizes(owner: object, **sizes: int) -> None:
    """Raise a ValueError unless every size is a whole number from 1 on."""
    if not all(is_whole(n) and n >= 1 for n in sizes.values()):
        told = ", ".join(f"{name}={n}" for name, n in sizes.items())
        raise ValueError(
            f"{type(owner).__name__}: sizes must be positive whole numbers, got {told}"
        )
