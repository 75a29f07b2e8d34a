"""The third set: caught, placed and explained; its right twins are left alone.

It was held out when it was judged for the first time: 86.0 % were named first and 89.7 % among
three. Since then suspicions have been made with its misses in sight.
"""

import pytest

from tests.zoo.judge import AMONG_THREE, FIRST, complaints, judged, rights_of, share
from tests.zoo.specimen import Specimen
from tests.zoo.third_set.collection import THIRD_SET

NAMES = [specimen.name for specimen in THIRD_SET]
RIGHTS = rights_of(THIRD_SET)
#: Right layers that are not left alone, with the reason.
KNOWN = {
    "Sech": "undecided where its gradient is smaller than the smallest normal number",
    "ClassLoss": "multiplies the NaN of a row that forward ignores by zero",
    "SafeRatio": "multiplies the NaN of a divisor that forward ignores by zero",
    "OwnDistances": "undecided where the points are nothing but denormal numbers apart",
    "Quantile": "claims, where three entries are equal, a limit of slopes and none of an entry",
    "UnitRange": "undecided where two entries fight for the minimum",
    "DividedDifference": "cancels where its arguments nearly meet, and loses nine digits",
}


@pytest.mark.parametrize("specimen", THIRD_SET, ids=NAMES)
def test_the_declared_contract_fires_and_names_tensor_and_entry(specimen: Specimen) -> None:
    assert judged(specimen).contract
    assert judged(specimen).entries


@pytest.mark.parametrize("right", RIGHTS)
def test_the_right_twin_is_left_alone(right: str) -> None:
    said = complaints(RIGHTS[right])
    assert bool(said) == (right in KNOWN), said


@pytest.mark.xfail(reason="86.0 % at the first look, before anything was made of its misses")
def test_the_cause_named_first_is_the_declared_one() -> None:
    assert share([judged(specimen) for specimen in THIRD_SET], 1) >= FIRST


@pytest.mark.xfail(reason="89.7 % at the first look, before anything was made of its misses")
def test_the_declared_cause_is_among_the_first_three() -> None:
    assert share([judged(specimen) for specimen in THIRD_SET], 3) >= AMONG_THREE


def test_layers_are_many_of_many_kinds() -> None:
    assert len(set(NAMES)) == len(NAMES) >= 120
    assert len({specimen.right for specimen in THIRD_SET}) >= 25
