"""Bad input and bad answers end in one clear finding, and the run goes on."""

from typing import Any

import numpy as np
import pytest

from gradcheck.model import Finding, Leaf, Role, Verdict
from gradcheck.pipeline import check_target, run_targets
from gradcheck.policy import Policy
from tests.support.layer_target import data, labels, layer_target


class Cube:
    """y = x**3."""

    def forward(self, x: Any) -> Any:
        self.x = np.array(x)
        return self.x**3

    def backward(self, dout: Any) -> Any:
        return 3 * self.x**2 * dout


class Raises(Cube):
    def backward(self, dout: Any) -> Any:
        raise ValueError("not today")


class ReturnsNothing(Cube):
    def backward(self, dout: Any) -> Any:
        return None


class ReturnsText(Cube):
    def backward(self, dout: Any) -> Any:
        return np.array(["no", "numbers", "here"])


class ReturnsAnotherShape(Cube):
    def backward(self, dout: Any) -> Any:
        return (3 * self.x**2 * dout)[:2]


class WantsAnotherUpstream(Cube):
    def backward(self, dout: Any) -> Any:
        if dout.shape != (4,):
            raise ValueError(f"dout has shape {dout.shape}; expected (4,)")
        return dout


class Product:
    def forward(self, a: Any, b: Any) -> Any:
        self.a, self.b = np.array(a), np.array(b)
        return self.a * self.b

    def backward(self, dout: Any) -> Any:
        return dout * self.b


class RefusesEmpty(Cube):
    def forward(self, x: Any) -> Any:
        if not len(x):
            raise ValueError("an empty batch")
        return super().forward(x)


def findings(layer: type, *leaves: Leaf) -> tuple[Finding, ...]:
    return check_target(layer_target("t", [(layer, leaves)]), Policy(cases=1)).findings


def given(*values: float) -> Leaf:
    return data("x", len(values), values=np.array(values), frozen=True)


BAD = [
    (Raises, (data("x", 3),), "raised", "not today"),
    (ReturnsNothing, (data("x", 3),), "missing", "expected arrays for x"),
    (ReturnsText, (data("x", 3),), "type", "the gradient of x is <U7 where x is float64"),
    (ReturnsAnotherShape, (data("x", 3),), "shape", "has shape (2,); expected (3,)"),
    (WantsAnotherUpstream, (data("x", 3),), "raised", "dout has shape (3,); expected (4,)"),
    (Product, (data("a", 3), data("b", 3)), "missing", "no gradient came back for b"),
    (Cube, (given(1.0, np.nan),), "non-finite-input", "x holds nan at [1]"),
    (Cube, (given(np.inf, 1.0),), "non-finite-input", "x holds inf at [0]"),
    (Cube, (labels("x", 3, bound=4),), "no-floating-input", "x (int64)"),
    (RefusesEmpty, (data("x", 0),), "empty-refused", "an empty batch"),
]


@pytest.mark.parametrize(("layer", "leaves", "kind", "text"), BAD)
def test_bad_input_ends_in_one_clear_finding(
    layer: type, leaves: tuple[Leaf, ...], kind: str, text: str
) -> None:
    (finding,) = findings(layer, *leaves)
    assert finding.kind == kind
    assert text in finding.message


@pytest.mark.parametrize("kind", ["missing", "shape", "type", "non-finite-input"])
def test_a_finding_says_what_to_do(kind: str) -> None:
    (row,) = [row for row in BAD if row[2] == kind][:1]
    assert findings(row[0], *row[1])[0].advice


def test_an_empty_batch_that_is_answered_is_no_finding() -> None:
    assert findings(Cube, data("x", 0)) == ()


def test_the_run_goes_on_after_bad_targets() -> None:
    bad = [layer_target(f"bad {i}", [(row[0], row[1])]) for i, row in enumerate(BAD)]
    good = layer_target("good", [(Cube, [data("x", 3)])])
    run = run_targets([*bad, good], Policy(cases=1))
    assert len(run.targets) == len(bad) + 1
    assert run.targets[-1].verdict is Verdict.PASS


def test_integers_beside_a_floating_input_are_labels() -> None:
    class Pick:
        def forward(self, x: Any, t: Any) -> Any:
            self.shape, self.t = x.shape, np.array(t)
            return x[self.t]

        def backward(self, dout: Any) -> Any:
            dx = np.zeros(self.shape)
            np.add.at(dx, self.t, dout)
            return dx

    leaves = (data("x", 5, batch=None), labels("t", 3, bound=5, batch=None))
    assert leaves[1].role is Role.FIXED
    assert findings(Pick, *leaves) == ()
