"""The held-out layers are as wrong as declared, their twins right, without gradcheck's help.

Plain central differences decide, so that a declaration does not lean on what it is to measure.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from gradcheck.cases import build_case, copied
from gradcheck.model import Array, Case
from tests.zoo.second_half.collection import SECOND_HALF, VALUES
from tests.zoo.specimen import Specimen

STEP, CLOSE = 1e-6, 1e-5
NAMES = [specimen.name for specimen in SECOND_HALF]
TWINS = {(s.right, s.feeding): s for s in SECOND_HALF}
#: Wrong at generic points, where plain differences see it; the others need special ones.
PLAIN = [s for s in SECOND_HALF if s.contracts == VALUES and s.cause != "ties-paid-in-full"]


def cases(specimen: Specimen, layer: type[Any]) -> Iterator[Case]:
    target = specimen.target(layer)
    for setting in target.settings(0):
        yield build_case(target, setting, "generic", 0)


def value(case: Case, inputs: Mapping[str, Array]) -> float:
    outputs = case.setting.open().forward(copied(inputs))
    return float(sum(np.sum(y * v) for y, v in zip(outputs, case.upstream, strict=True)))


def slopes(case: Case, name: str) -> Array:
    found = np.zeros(np.shape(case.inputs[name]))
    for index in np.ndindex(found.shape):
        above, below = copied(case.inputs), copied(case.inputs)
        above[name][index] += STEP
        below[name][index] -= STEP
        found[index] = (value(case, above) - value(case, below)) / (2 * STEP)
    return found


def claims(case: Case) -> Mapping[str, Array | None]:
    session = case.setting.open()
    with np.errstate(all="ignore"):
        session.forward(copied(case.inputs))
        return session.backward(tuple(np.array(v) for v in case.upstream))


def wrong_entries(case: Case, name: str) -> list[tuple[int, ...]]:
    claimed, right = np.asarray(claims(case)[name]), slopes(case, name)
    assert claimed.shape == right.shape
    allowed = CLOSE * (1 + np.abs(right).max())
    return [tuple(map(int, i)) for i in np.argwhere(~(np.abs(claimed - right) <= allowed))]


@pytest.mark.parametrize(
    "specimen", TWINS.values(), ids=[f"{s.right.__name__}-{s.name}" for s in TWINS.values()]
)
def test_the_right_twin_is_right(specimen: Specimen) -> None:
    for case in cases(specimen, specimen.right):
        for leaf in case.differentiable:
            assert wrong_entries(case, leaf.name) == []


@pytest.mark.parametrize("specimen", PLAIN, ids=[s.name for s in PLAIN])
def test_the_wrong_layer_is_wrong_where_it_says(specimen: Specimen) -> None:
    assert specimen.tensor is not None
    places = [
        place
        for case in cases(specimen, specimen.wrong)
        for place in wrong_entries(case, specimen.tensor)
    ]
    assert places
    assert all(specimen.entries is None or specimen.entries(place) for place in places)


@pytest.mark.parametrize("specimen", SECOND_HALF, ids=NAMES)
def test_twins_answer_alike_on_the_way_forward(specimen: Specimen) -> None:
    pairs = zip(cases(specimen, specimen.wrong), cases(specimen, specimen.right), strict=True)
    for wrong, right in pairs:
        ours = wrong.setting.open().forward(copied(right.inputs))
        theirs = right.setting.open().forward(copied(right.inputs))
        assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))
