"""The layers of this half are caught and placed, their twins pass, and causes are counted.

They were written without sight of the suspicions, which named 98 of 136 first, and 106 among
three, before anybody looked at the misses. Since then they are material to work with.
"""

from functools import partial
from typing import Any

import pytest

from tests.zoo.held_out.collection import HELD_OUT, RIGHT
from tests.zoo.held_out.declaring import Sin
from tests.zoo.held_out.judge import AMONG_THREE, FIRST, complaints, judged, share

#: Layers whose declared contract is not the one that fires, or that are blamed without guilt.
KNOWN = {
    "DropoutFactorInSinglePrecision": "measured: gradient fires, no-downcast does not",
    "Sort": "measured: the middle one of three equals is refused its own limit of gradients",
}
measured = partial(pytest.mark.xfail, strict=True)


def _named(name: str, *values: Any) -> Any:
    marks = measured(reason=KNOWN[name]) if name in KNOWN else ()
    return pytest.param(*values, id=name, marks=marks)


@pytest.mark.parametrize("sin", [_named(sin.name, sin) for sin in HELD_OUT])
def test_the_declared_contract_fires_and_names_the_tensor(sin: Sin) -> None:
    assert judged(sin).contract
    assert judged(sin).tensor


@pytest.mark.parametrize("right", [_named(right.__name__, right) for right, _ in RIGHT])
def test_a_right_layer_is_left_alone(right: type) -> None:
    assert complaints(right) == []


def test_the_cause_named_first_is_the_declared_one() -> None:
    assert share([judged(sin) for sin in HELD_OUT], 1) >= FIRST


def test_the_declared_cause_is_among_the_first_three() -> None:
    assert share([judged(sin) for sin in HELD_OUT], 3) >= AMONG_THREE


def test_layers_are_many_of_many_kinds_and_each_is_declared_once() -> None:
    names = [sin.name for sin in HELD_OUT]
    kinds = {sin.wrong.__mro__[1] for sin in HELD_OUT}
    assert len(set(names)) == len(names) >= 64
    assert len(kinds) >= 25
