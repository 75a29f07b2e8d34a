"""Step sizes: powers of two, scaled to each coordinate."""

import numpy as np

from gradcheck.model import Array, Floats

#: Steps are ``scale * 2**-e``. Powers of two make x + h exact for most x. The first look is
#: one central difference, exact where the function is linear; the second extrapolates once.
#: Shorter looks, for functions whose kinks lie closer than the first look's steps: a wide ReLU
#: network on a batch of 100 has one within 1e-5 along most directions.
LOOKS: tuple[tuple[int, ...], ...] = ((12,), (10, 12), (15, 17), (19,), (23,))
#: First stage of the ladder: 0.125 down to 1.2e-4 for extrapolation, and two far finer rungs
#: (5e-7, 1.2e-7) as witnesses against aliasing and kinks nearby.
STAGES: tuple[tuple[int, ...], ...] = (
    (3, 5, 7, 9, 11, 13, 21, 23),
    (15, 17, 19, 25),
    (27, 29, 31, 33, 35, 37, 39, 41),
)

#: Where a float64 keeps its exponent, and the lowest bit of it.
_EXPONENT = np.int64(0x7FF0000000000000)
_BINADE = np.int64(1 << 52)


def scale_of(x: Array, out: Floats | None = None) -> Floats:
    """Return the power of two next above ``max(1, |x|)``, entry by entry.

    A length of 1 is what most functions vary over; a coordinate of 1e6 cannot be stepped by
    less. Functions that vary faster are met by the fine end of the ladder.
    """
    x = np.asarray(x, dtype=np.float64)
    bits = np.empty_like(x) if out is None else out
    whole = np.bitwise_and(x.view(np.int64), _EXPONENT, out=bits.view(np.int64))
    whole += _BINADE  # one binade up; the sign that this gives to inf and nan makes them 1
    return np.maximum(bits, 1.0, out=bits)
