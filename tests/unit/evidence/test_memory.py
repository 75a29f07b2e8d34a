"""A check of a vector-Jacobian product needs a few arrays of the size of its tensor."""

import pytest

from gradcheck.bench.memory import Footprint, footprints

#: Beyond 2**20 entries tensors are looked at along directions: from there on bytes grow with n.
ENTRIES = 2_000_000
#: 1 GiB above its own at ten million entries, in proportion.
MOST = ENTRIES / 10**7 * 2**30


@pytest.fixture(scope="module")
def rows() -> tuple[Footprint, ...]:
    return footprints(ENTRIES)


@pytest.mark.parametrize("row", [0, 1])
def test_ten_million_entries_need_less_than_a_gibibyte_above_their_own(
    rows: tuple[Footprint, ...], row: int
) -> None:
    assert rows[row].above < MOST
