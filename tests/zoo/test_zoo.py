"""Every wrong layer of the zoo is caught by the contract that it breaks; its twin passes."""

import pytest

from gradcheck.contracts import all_contracts
from gradcheck.model import Severity
from gradcheck.pipeline import check_target
from gradcheck.policy import SEVERITY, Policy
from tests.support.layer_target import layer_target
from tests.zoo.feedings import with_nan
from tests.zoo.first_half import FIRST_HALF
from tests.zoo.judging import (
    assert_caught,
    assert_explained,
    assert_placed,
    assert_twin_passes,
    checked,
)
from tests.zoo.layers.elementwise import Square
from tests.zoo.specimen import Specimen

NAMES = [specimen.name for specimen in FIRST_HALF]
TWINS = {(s.right.__name__, s.feeding.__name__): s for s in FIRST_HALF}
TWIN_NAMES = [specimen.right.__name__ for specimen in TWINS.values()]


@pytest.mark.parametrize("specimen", FIRST_HALF, ids=NAMES)
def test_a_wrong_layer_breaks_the_contracts_that_it_must_break(specimen: Specimen) -> None:
    assert_caught(specimen)


@pytest.mark.parametrize("specimen", FIRST_HALF, ids=NAMES)
def test_a_finding_names_the_wrong_tensor_and_a_wrong_entry(specimen: Specimen) -> None:
    assert_placed(specimen)


@pytest.mark.parametrize(
    "specimen", [pytest.param(s, id=s.name) for s in FIRST_HALF if not s.remark]
)
def test_the_cause_named_first_is_a_true_one(specimen: Specimen) -> None:
    assert_explained(specimen)


@pytest.mark.parametrize("specimen", TWINS.values(), ids=TWIN_NAMES)
def test_the_right_twin_passes_without_a_finding(specimen: Specimen) -> None:
    assert_twin_passes(specimen)


def test_every_contract_has_been_seen_to_fail_and_to_pass() -> None:
    wrong = [checked(s, s.wrong) for s in FIRST_HALF]
    wrong.append(check_target(layer_target("nan", with_nan(Square)), Policy()))
    right = [checked(s, s.right) for s in TWINS.values()]
    fired = {f.contract for result in wrong for f in result.findings}
    passed = {
        c.contract
        for result in right
        for c in result.contracts
        if c.cases and c.contract not in {f.contract for f in result.findings}
    }
    every = {contract.id for contract in all_contracts()}
    assert every - fired == set()
    assert every - passed == set()


def test_names_of_sins_are_unique_and_kinds_are_many() -> None:
    assert len(set(NAMES)) == len(NAMES) >= 60
    assert len({s.right for s in FIRST_HALF}) >= 25


def test_a_remark_in_the_zoo_is_one_in_the_table_of_severities() -> None:
    for specimen in FIRST_HALF:
        if specimen.remark:
            kinds = {f.kind for f in checked(specimen, specimen.wrong).findings}
            assert {SEVERITY[kind] for kind in kinds} == {Severity.REMARK}
