"""The output behind a wrong entry: one is named, several are not taken for one."""

from collections.abc import Mapping

import numpy as np
import pytest

from gradcheck.cases import build_case, quiet
from gradcheck.evidence import Exam
from gradcheck.locate import output_of
from gradcheck.model import Array, Leaf, Outputs, Role, Setting, Target
from gradcheck.policy import Policy


class Linear:
    """Outputs ``A @ x`` and ``B @ x``, with claimed matrices of their own."""

    def __init__(self, true: tuple[Array, ...], claimed: tuple[Array, ...]) -> None:
        self.true, self.claimed = true, claimed

    def forward(self, inputs: Mapping[str, Array]) -> Outputs:
        return tuple(matrix @ inputs["x"] for matrix in self.true)

    def backward(self, upstream: Outputs) -> dict[str, Array]:
        parts = zip(self.claimed, upstream, strict=True)
        return {"x": np.sum([matrix.T @ v for matrix, v in parts], axis=0)}


def behind(
    rows: tuple[int, ...], wrong: tuple[tuple[int, int], ...]
) -> tuple[int, tuple[int, ...]] | None:
    """Ask for entry 2 of x, with the claimed Jacobians off at (output, row)."""
    rng = np.random.default_rng(0)
    true = tuple(rng.normal(size=(n, 5)) for n in rows)
    claimed = tuple(np.array(matrix) for matrix in true)
    for output, row in wrong:
        claimed[output][row, 2] += 1e-4 * (1 + row)
    leaf = Leaf("x", (5,), Role.DATA, values=rng.normal(size=5), frozen=True)
    setting = Setting("fixed", lambda: Linear(true, claimed), (leaf,))
    with quiet():
        case = build_case(Target("linear", lambda seed: [setting]), setting, "generic", 0)
        return output_of(Exam(case, Policy()), "x", (2,))


@pytest.mark.parametrize("rows", [(2,), (7,), (64,), (65,), (3, 700)])
def test_the_one_output_behind_a_wrong_entry_is_named(rows: tuple[int, ...]) -> None:
    for output, count in enumerate(rows):
        for row in {0, count // 2, count - 1}:
            assert behind(rows, ((output, row),)) == (output, (row,))


@pytest.mark.parametrize("wrong", [((0, 1), (0, 6)), ((0, 0), (0, 1), (0, 2), (0, 3))])
def test_several_outputs_behind_it_are_not_taken_for_one(
    wrong: tuple[tuple[int, int], ...],
) -> None:
    assert behind((9,), wrong) is None


def test_there_is_nothing_to_name_where_there_is_one_output() -> None:
    assert behind((1,), ((0, 0),)) is None
