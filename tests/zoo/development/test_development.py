"""The layers to develop on are caught and placed, right ones pass, and causes are counted.

Most were written without sight of the suspicions, which named 98 of 136 first, and 106 among
three, before anybody looked at the misses. The further ones were written beside suspicions of
values on the way, which named 38 of the first 46 first. All are material to work with.
"""

from functools import partial
from typing import Any

import pytest

from tests.zoo.development.collection import DEVELOPMENT, RIGHT
from tests.zoo.development.declaring import Sin, target_of
from tests.zoo.judge import complaints, judged

#: Layers whose declared contract is not the one that fires, or that are blamed without guilt.
KNOWN = {
    "Gru": "measured: with large inputs its gates jump, and gradient cannot decide",
    "DropoutFactorInSinglePrecision": "measured: gradient fires, no-downcast does not",
}
#: Causes named first, and among the first three, as measured: none is to be lost.
NAMED_FIRST, NAMED_AMONG_THREE = 184, 184
measured = partial(pytest.mark.xfail, strict=True)


def _named(name: str, *values: Any) -> Any:
    marks = measured(reason=KNOWN[name]) if name in KNOWN else ()
    return pytest.param(*values, id=name, marks=marks)


@pytest.mark.parametrize("sin", [_named(sin.name, sin) for sin in DEVELOPMENT])
def test_the_declared_contract_fires_and_names_the_tensor(sin: Sin) -> None:
    assert judged(sin).contract
    assert judged(sin).tensor


@pytest.mark.parametrize(
    ("right", "feeding"), [_named(right.__name__, right, feeding) for right, feeding in RIGHT]
)
def test_a_right_layer_is_left_alone(right: type, feeding: Any) -> None:
    assert complaints(target_of(right, feeding)) == []


def test_the_cause_named_first_is_the_declared_one() -> None:
    assert sum(judged(sin).among(1) for sin in DEVELOPMENT) >= NAMED_FIRST


def test_the_declared_cause_is_among_the_first_three() -> None:
    assert sum(judged(sin).among(3) for sin in DEVELOPMENT) >= NAMED_AMONG_THREE


def test_layers_are_many_of_many_kinds_and_each_is_declared_once() -> None:
    names = [sin.name for sin in DEVELOPMENT]
    kinds = {sin.wrong.__mro__[1] for sin in DEVELOPMENT}
    assert len(set(names)) == len(names) >= 64
    assert len(kinds) >= 25
