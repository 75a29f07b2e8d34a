"""Hypothesis strategies for gradient checks: shapes with edges, values at kinks, layouts.

Values that are drawn entry by entry shrink to short decimals; values that are drawn as a seed
and a shape are generic at any size and cost one draw.
"""

from collections.abc import Callable, Sequence

import numpy as np
from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gradcheck.cases import build_case, case_ids
from gradcheck.errors import TargetError
from gradcheck.model import Array, Case, Floats, Target

Shape = tuple[int, ...]

#: Generic sizes are distinct primes: no factor and no transposition hides behind equal axes.
_PRIMES = (2, 3, 5, 7)
_KINKS = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0)
_NEAR = (-1e-3, -1e-7, 0.0, 1e-7, 1e-3)


def shapes(
    *, min_dims: int = 1, max_dims: int = 3, empty: bool = False
) -> st.SearchStrategy[Shape]:
    """Draw shapes of small primes with edges: axes of length 1 and, if asked, of length 0."""
    sides = st.sampled_from((*((0,) if empty else ()), 1, *_PRIMES))
    return st.lists(sides, min_size=min_dims, max_size=max_dims).map(tuple)


def broadcasting_shapes(*, max_dims: int = 3) -> st.SearchStrategy[tuple[Shape, Shape]]:
    """Draw pairs of shapes that broadcast against each other, often both ways at once."""
    drawn = hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=max_dims, max_side=5)
    return drawn.map(lambda both: (both.input_shapes[0], both.input_shapes[1]))


def generic(shape: Shape, *, scale: float = 1.0) -> st.SearchStrategy[Floats]:
    """Draw values in generic position: both signs, no ties, one draw whatever the size."""
    return st.integers(0, 2**32 - 1).map(lambda seed: _normal(seed, shape, scale))


def _normal(seed: int, shape: Shape, scale: float) -> Floats:
    return np.asarray(np.random.default_rng(seed).normal(0.0, scale, shape))


def short_decimals(shape: Shape) -> st.SearchStrategy[Floats]:
    """Draw values of one decimal, which shrink towards zeros and can be read aloud."""
    return _entries(shape, st.integers(-30, 30).map(lambda i: i / 10))


def at_kinks(shape: Shape) -> st.SearchStrategy[Floats]:
    """Draw values that meet the usual kinks, and each other, exactly."""
    return _entries(shape, st.sampled_from(_KINKS))


def near_kinks(shape: Shape) -> st.SearchStrategy[Floats]:
    """Draw values at tiny distances from the usual kinks."""
    pairs = st.tuples(st.sampled_from(_KINKS), st.sampled_from(_NEAR))
    return _entries(shape, pairs.map(sum))


def values(shape: Shape) -> st.SearchStrategy[Floats]:
    """Draw an array of any of these kinds."""
    return st.one_of(generic(shape), short_decimals(shape), at_kinks(shape), near_kinks(shape))


def upstreams(shape: Shape) -> st.SearchStrategy[Floats]:
    """Draw upstream gradients: dense, one-hot, zero, of one sign, over six decades."""
    scaled = st.tuples(generic(shape), st.integers(-3, 3)).map(lambda p: p[0] * 10.0 ** p[1])
    return st.one_of(
        scaled, _one_hots(shape), st.just(np.zeros(shape)), generic(shape).map(np.abs)
    )


def _one_hots(shape: Shape) -> st.SearchStrategy[Floats]:
    size = int(np.prod(shape))
    if not size:
        return st.just(np.zeros(shape))
    return st.integers(0, size - 1).map(lambda i: np.eye(1, size, i).reshape(shape))


def _entries(shape: Shape, elements: st.SearchStrategy[float]) -> st.SearchStrategy[Floats]:
    size = int(np.prod(shape))
    lists = st.lists(elements, min_size=size, max_size=size)
    return lists.map(lambda drawn: np.asarray(drawn, dtype=np.float64).reshape(shape))


def layouts(array: Array) -> st.SearchStrategy[Array]:
    """Draw arrays equal to `array` that lie in memory in another way."""
    return st.sampled_from(tuple(view(array) for view in LAYOUTS))


def _strided(array: Array) -> Array:
    """Every second element of an array that is NaN in between."""
    wide = np.full((*array.shape[:-1], 2 * array.shape[-1]), np.nan) if array.ndim else array
    if not array.ndim:
        return np.array(array)
    wide[..., ::2] = array
    return wide[..., ::2]


def _transposed(array: Array) -> Array:
    return np.ascontiguousarray(array.T).T


def _reversed(array: Array) -> Array:
    return np.ascontiguousarray(array[::-1])[::-1] if array.ndim else np.array(array)


LAYOUTS: Sequence[Callable[[Array], Array]] = (
    np.asfortranarray,
    _transposed,
    _strided,
    _reversed,
)


@st.composite
def cases(draw: st.DrawFn, target: Target) -> Case:
    """Draw whole cases of a target: setting, flavour, values and upstream gradients.

    Empty batches that the target refuses are not drawn.

    Raises
    ------
    TargetError
        Where the target refuses anything else.
    """
    seed = draw(st.integers(0, 2**16))
    pairs = case_ids(target.settings(seed))
    setting, flavour = draw(st.sampled_from(pairs))
    try:
        return build_case(target, setting, flavour, seed)
    except TargetError:
        if any(0 in leaf.shape for leaf in setting.leaves):
            reject()
        raise
