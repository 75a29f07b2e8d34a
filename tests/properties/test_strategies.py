"""The strategies that users get: what they draw is what they say."""

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from gradcheck import strategies
from gradcheck.discovery import find as find_targets
from gradcheck.errors import TargetError
from gradcheck.strategies import LAYOUTS, shapes

DRAWERS = (
    strategies.generic,
    strategies.short_decimals,
    strategies.at_kinks,
    strategies.near_kinks,
    strategies.values,
    strategies.upstreams,
)


@pytest.mark.parametrize("drawer", DRAWERS, ids=lambda drawer: drawer.__name__)
@given(data=st.data())
def test_arrays_have_their_shape_and_finite_doubles(drawer, data: st.DataObject) -> None:
    shape = data.draw(shapes(min_dims=0, empty=True))
    array = data.draw(drawer(shape))
    assert array.shape == shape
    assert array.dtype == np.float64
    assert np.isfinite(array).all()


@given(st.data())
def test_layouts_are_the_same_numbers_elsewhere(data: st.DataObject) -> None:
    array = data.draw(shapes(min_dims=0, empty=True).flatmap(strategies.generic))
    again = data.draw(strategies.layouts(array))
    np.testing.assert_array_equal(again, array)
    assert again.dtype == array.dtype


@pytest.mark.parametrize("view", LAYOUTS, ids=lambda view: view.__name__)
def test_a_layout_is_not_contiguous(view) -> None:
    assert not view(np.ones((3, 5))).flags.c_contiguous


@given(strategies.broadcasting_shapes())
def test_broadcasting_shapes_broadcast(pair) -> None:
    np.broadcast_shapes(*pair)


#: Edges that must be within reach of what is drawn.
REACHED = {
    "an axis of one": (shapes(), lambda shape: 1 in shape),
    "an empty axis": (shapes(empty=True), lambda shape: 0 in shape),
    "no axis": (shapes(min_dims=0), lambda shape: shape == ()),
    "a kink": (strategies.values((2,)), lambda x: 0.0 in x),
    "a tie": (strategies.values((2,)), lambda x: x[0] == x[1] != 0),
    "near a kink": (strategies.values((1,)), lambda x: 0 < abs(x[0]) < 1e-6),
    "zero upstream": (strategies.upstreams((2,)), lambda v: not v.any()),
    "one-hot upstream": (strategies.upstreams((3,)), lambda v: sorted(v) == [0, 0, 1]),
    "large upstream": (strategies.upstreams((2,)), lambda v: abs(v).max() > 100),
    "both ways": (
        strategies.broadcasting_shapes(),
        lambda p: len({p[0], p[1], np.broadcast_shapes(*p)}) == 3,
    ),
}


@pytest.mark.parametrize(("strategy", "edge"), REACHED.values(), ids=REACHED)
def test_an_edge_is_reached(strategy, edge) -> None:
    assert edge(find(strategy, edge))


REFUSING = """
class Refusing:
    def __init__(self, limit=1):
        self.limit = limit

    def forward(self, x):
        if len(x) < 1 or {refused}:
            raise ValueError("refused")
        return 2.0 * x

    def backward(self, dout):
        return 2.0 * dout
"""


def refusing(folder, refused: str):
    (folder / "layers.py").write_text(REFUSING.format(refused=refused))
    (target,) = find_targets(["layers.py"], root=folder).targets
    return strategies.cases(target)


def test_a_refused_empty_batch_is_not_drawn(tmp_path) -> None:
    drawn = refusing(tmp_path, "x is None")

    @given(drawn)
    def inner(case):
        assert len(case.inputs["x"])

    inner()


def test_any_other_refusal_is_said(tmp_path) -> None:
    drawn = refusing(tmp_path, "abs(x).max() > 50")
    with pytest.raises(TargetError, match="refused"):
        find(drawn, lambda case: False, settings=settings(max_examples=100))
