"""The third set as a whole: many layers of many kinds, every cause among them."""

from tests.zoo.development.collection import DEVELOPMENT
from tests.zoo.first_half import FIRST_HALF
from tests.zoo.second_half.collection import SECOND_HALF
from tests.zoo.third_set.collection import THIRD_SET

NAMES = [specimen.name for specimen in THIRD_SET]


def test_layers_are_many_of_many_kinds_and_new() -> None:
    seen = {declared.name for declared in (*FIRST_HALF, *DEVELOPMENT, *SECOND_HALF)}
    assert len(set(NAMES)) == len(NAMES) >= 150
    assert not seen & set(NAMES)
    assert len({specimen.right for specimen in THIRD_SET}) >= 60


def test_every_cause_of_the_second_half_is_declared_of_two_layers_at_least() -> None:
    keys = {name for specimen in SECOND_HALF for name in specimen.names}
    declared = [specimen.cause for specimen in THIRD_SET]
    assert {key for key in keys if declared.count(key) < 2} == set()
    assert {name for specimen in THIRD_SET for name in specimen.names} <= keys


def test_few_layers_have_a_second_name() -> None:
    assert sum(bool(specimen.also) for specimen in THIRD_SET) <= 0.15 * len(THIRD_SET)
