"""Layers of the third and the fourth set are as wrong as declared, their twins right.

Plain central differences and plain calls decide, without gradcheck's contracts or diagnosis, so
that a declaration does not lean on what it is to measure.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from gradcheck.cases import copied
from gradcheck.model import Case
from tests.zoo.fourth_set.collection import FOURTH_SET
from tests.zoo.specimen import Specimen
from tests.zoo.third_set.collection import THIRD_SET
from tests.zoo.third_set.declaring import ALONE, FINITE, LINEAR, VALUES
from tests.zoo.third_set.proofs import (
    PROOFS,
    claims,
    generic,
    limit_of_slopes,
    no_subgradient,
    not_finite,
    special,
    ties_add_up_to_more,
    twin,
    wrong_entries,
)

#: Makes cases of a layer.
Kind = Callable[[Specimen, type[Any]], Iterator[Case]]
EVERY = (*THIRD_SET, *FOURTH_SET)
NAMES = [specimen.name for specimen in EVERY]
TWINS = list({(s.right, s.feeding): s for s in EVERY}.values())
TWIN_NAMES = [f"{s.right.__name__}-{s.name}" for s in TWINS]
TIED = [s for s in EVERY if s.cause == "ties-paid-in-full"]
#: Wrong at generic points, where plain differences see it; the others need special ones.
PLAIN = [s for s in EVERY if s.contracts == VALUES and s not in TIED]
OTHERS = [s for s in EVERY if s.contracts != VALUES]


def both(specimen: Specimen, kind: Kind) -> Iterator[tuple[Case, Case]]:
    """Yield cases of the wrong layer beside those of the right one."""
    return zip(kind(specimen, specimen.wrong), kind(specimen, specimen.right), strict=True)


@pytest.mark.parametrize("specimen", TWINS, ids=TWIN_NAMES)
def test_the_right_twin_is_right(specimen: Specimen) -> None:
    for case in generic(specimen, specimen.right):
        for leaf in case.differentiable:
            assert wrong_entries(case, leaf.name) == []


@pytest.mark.parametrize("specimen", TWINS, ids=TWIN_NAMES)
def test_the_right_twin_is_right_at_special_points(specimen: Specimen) -> None:
    for case in special(specimen, specimen.right):
        for leaf in case.differentiable:
            assert not not_finite(case, leaf.name)
            if case.flavour in ("ties", "special", "small"):
                places = no_subgradient(case, leaf.name)
                assert places == [] or limit_of_slopes(case, leaf.name)


@pytest.mark.parametrize("specimen", TWINS, ids=TWIN_NAMES)
def test_the_right_twin_breaks_nothing(specimen: Specimen) -> None:
    case = next(generic(specimen, specimen.right))
    tensor = case.differentiable[0].name
    broken = {contract for contract, proof in PROOFS.items() if proof(case, tensor)}
    assert broken <= (set(LINEAR) if specimen.facts == ALONE else set())


@pytest.mark.parametrize("specimen", PLAIN, ids=[s.name for s in PLAIN])
def test_the_wrong_layer_is_wrong_where_it_says(specimen: Specimen) -> None:
    assert specimen.tensor is not None
    places = [
        place
        for case in generic(specimen, specimen.wrong)
        for place in wrong_entries(case, specimen.tensor)
    ]
    assert places
    assert all(specimen.entries is None or specimen.entries(place) for place in places)


@pytest.mark.parametrize("specimen", OTHERS, ids=[s.name for s in OTHERS])
def test_the_wrong_layer_breaks_what_it_says_and_the_right_one_does_not(
    specimen: Specimen,
) -> None:
    for contract in specimen.contracts:
        proof, broken = PROOFS[contract], []
        for kind in (generic, special)[: 1 + (specimen.contracts == FINITE)]:
            for case, beside in both(specimen, kind):
                broken.append(proof(case, specimen.tensor))
                assert not proof(twin(case, beside), specimen.tensor)
        assert any(broken)


@pytest.mark.parametrize("specimen", TIED, ids=[s.name for s in TIED])
def test_ties_are_paid_more_than_they_earn(specimen: Specimen) -> None:
    name = specimen.tensor or ""
    wrong, right = next(
        (case, twin(case, beside))
        for case, beside in both(specimen, special)
        if case.flavour == "ties"
    )
    ones = tuple(np.ones_like(v) for v in wrong.upstream)
    too_much, enough = (np.asarray(claims(case, ones)[name]) for case in (wrong, right))
    direction = np.sign(too_much)
    assert ties_add_up_to_more(wrong, direction, too_much, name)
    assert not ties_add_up_to_more(wrong, direction, enough, name)


@pytest.mark.parametrize("specimen", EVERY, ids=NAMES)
def test_twins_answer_alike_on_the_way_forward(specimen: Specimen) -> None:
    for wrong, right in both(specimen, generic):
        ours = wrong.setting.open().forward(copied(right.inputs))
        theirs = right.setting.open().forward(copied(right.inputs))
        assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))
