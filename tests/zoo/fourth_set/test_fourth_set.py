"""The set that is held out: how many of its causes are named, and nothing of which."""

import pytest

from tests.zoo.fourth_set.collection import FOURTH_SET
from tests.zoo.judge import AMONG_THREE, FIRST, judged, share

WHY = "84.9 % were named first and 90.6 % among three at the first look"
#: What was reached; a change of the diagnosis may not fall below it.
REACHED = 0.84


def test_nothing_that_was_reached_is_lost() -> None:
    assert share([judged(specimen) for specimen in FOURTH_SET], 1) >= REACHED


@pytest.mark.xfail(reason=WHY)
def test_the_cause_named_first_is_the_declared_one() -> None:
    assert share([judged(specimen) for specimen in FOURTH_SET], 1) >= FIRST


@pytest.mark.xfail(reason=WHY)
def test_the_declared_cause_is_among_the_first_three() -> None:
    assert share([judged(specimen) for specimen in FOURTH_SET], 3) >= AMONG_THREE
