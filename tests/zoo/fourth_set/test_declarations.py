"""The fourth set as a whole: many layers of new kinds, every cause among them."""

from tests.zoo.development.collection import DEVELOPMENT
from tests.zoo.first_half import FIRST_HALF
from tests.zoo.fourth_set.collection import FOURTH_SET
from tests.zoo.second_half.collection import SECOND_HALF
from tests.zoo.third_set.collection import THIRD_SET

NAMES = [specimen.name for specimen in FOURTH_SET]


def test_layers_are_many_of_many_kinds_and_new() -> None:
    earlier = (*FIRST_HALF, *DEVELOPMENT, *SECOND_HALF, *THIRD_SET)
    assert len(set(NAMES)) == len(NAMES) >= 110
    assert not {declared.name for declared in earlier} & set(NAMES)
    kinds = {specimen.right.__name__ for specimen in FOURTH_SET}
    assert len(kinds) >= 50
    assert not {declared.right.__name__ for declared in THIRD_SET} & kinds


def test_every_cause_of_the_third_set_is_declared_and_no_other() -> None:
    keys = {specimen.cause for specimen in THIRD_SET}
    assert {specimen.cause for specimen in FOURTH_SET} == keys
    assert {name for specimen in FOURTH_SET for name in specimen.names} <= keys


def test_few_layers_have_a_second_name() -> None:
    assert sum(bool(specimen.also) for specimen in FOURTH_SET) <= 0.15 * len(FOURTH_SET)
