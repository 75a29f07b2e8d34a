"""Wrong backward passes that others accept are caught; right ones that others reject pass."""

import pytest

from gradcheck.api import check
from gradcheck.bench.layer import Row
from gradcheck.bench.right import right_rows
from gradcheck.bench.wrong import wrong_rows

#: Rows of a Jacobian of a million entries are in tests/unit/evidence, where calls are counted.
WRONG = [row for row in wrong_rows() if "Jacobian" not in row.name]
RIGHT = right_rows()

#: Right values, and a bad habit: a remark, and a failure under --strict.
HABIT = "upstream zeroed in place"
#: A fault in one of forty calls is met by chance: nothing is promised for a single run.
BY_CHANCE = "wrong in 1 of 40 calls"


@pytest.mark.parametrize(
    "row", [r for r in WRONG if r.name not in (HABIT, BY_CHANCE)], ids=lambda row: row.name
)
def test_a_wrong_backward_pass_is_caught(row: Row) -> None:
    assert check(row.make(), row.x).verdict == "fail"


def test_an_upstream_gradient_that_is_written_into_is_remarked_upon() -> None:
    row = next(r for r in WRONG if r.name == HABIT)
    report = check(row.make(), row.x)
    assert report.verdict == "pass"
    assert "upstream-written" in {finding.kind for finding in report.remarks}
    assert check(row.make(), row.x, strict=True).verdict == "fail"


@pytest.mark.parametrize("row", RIGHT, ids=lambda row: row.name)
def test_a_right_layer_is_never_accused(row: Row) -> None:
    assert check(row.make(), row.x).verdict != "fail"


#: Where the point or the arithmetic leaves the question open, that is an answer too.
OPEN = {"float16 sin inside"}


@pytest.mark.parametrize(
    "row", [r for r in RIGHT if r.name not in OPEN], ids=lambda row: row.name
)
def test_a_right_layer_passes(row: Row) -> None:
    assert check(row.make(), row.x).verdict == "pass"
