"""What the contracts on consistency accept, and what they say."""

from typing import Any

import numpy as np
import pytest

from gradcheck.contracts import all_contracts
from gradcheck.model import TargetResult, Verdict
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy
from tests.support.layer_target import data, layer_target


class Affine:
    """y = x W."""

    def __init__(self) -> None:
        self.params = {"W": np.arange(10.0).reshape(5, 2) / 7}
        self.grads: dict[str, Any] = {}

    def forward(self, x: Any) -> Any:
        self.x, self.W = np.array(x), np.array(self.params["W"])
        return self.x @ self.W

    def backward(self, dout: Any) -> Any:
        self.grads["W"] = self.x.T @ dout
        return dout @ self.W.T


class Accumulating(Affine):
    def backward(self, dout: Any) -> Any:
        old = self.grads.get("W", 0.0)
        dx = super().backward(dout)
        self.grads["W"] = old + self.grads["W"]
        return dx


class InPlace(Affine):
    """Writes gradients into arrays that it keeps, as optimisers like it."""

    def __init__(self) -> None:
        super().__init__()
        self.grads = {"W": np.zeros((5, 2))}

    def backward(self, dout: Any) -> Any:
        self.grads["W"] = self.grads["W"].astype(dout.dtype)
        self.grads["W"][...] = self.x.T @ dout
        return dout @ self.W.T


class Mean(Affine):
    """Divides the gradients of its parameters by the batch size."""

    def backward(self, dout: Any) -> Any:
        dx = super().backward(dout)
        self.grads["W"] = self.grads["W"] / len(dout)
        return dx


class Centring:
    """Couples the examples of a batch."""

    def forward(self, x: Any) -> Any:
        return x - x.mean(axis=0)

    def backward(self, dout: Any) -> Any:
        return dout - dout.mean(axis=0)


class Total:
    """A scalar for the whole batch."""

    def forward(self, x: Any) -> Any:
        self.x = np.array(x)
        return np.sum(self.x**3)

    def backward(self, dout: Any) -> Any:
        return 3 * self.x**2 * dout


class Uncopyable(Affine):
    def __deepcopy__(self, memo: object) -> Any:
        raise TypeError("holds a file")


class BuiltForThree(Affine):
    """Refuses any other batch."""

    def forward(self, x: Any) -> Any:
        if len(x) != 3:
            raise ValueError("three examples, please")
        return super().forward(x)


def checked(layer: type, case: str | None = "3x5-generic") -> TargetResult:
    return check_target(layer_target("t", [(layer, [data("x", 3, 5)])]), Policy(case=case))


@pytest.mark.parametrize(
    "layer", [Affine, Accumulating, InPlace, Centring, Total, Uncopyable, BuiltForThree]
)
def test_a_right_layer_of_any_habit_passes(layer: type) -> None:
    result = checked(layer, case=None)
    assert [f.message for f in result.failures] == []
    assert result.verdict is Verdict.PASS


def test_accumulation_is_noted() -> None:
    assert any("W accumulate over calls" in note for note in checked(Accumulating).notes)


def test_overwriting_is_not_noted_as_accumulation() -> None:
    assert not any("accumulate" in note for note in checked(Affine).notes)


def test_a_mean_over_the_batch_is_left_to_the_contract_on_values() -> None:
    fired = {f.contract for f in checked(Mean).findings}
    assert "gradient" in fired
    assert "batch-examples" not in fired


def test_a_coupled_batch_is_noted() -> None:
    assert any("couples the examples" in note for note in checked(Centring).notes)


def test_the_chance_to_miss_a_rare_fault_is_said() -> None:
    assert any("would have been missed with probability" in n for n in checked(Affine).notes)


def test_a_contract_that_does_not_apply_says_why() -> None:
    results = {c.contract: c for c in checked(Affine).contracts}
    assert results["same-array"].skipped == "no two inputs have the same shape and domain"
    assert results["upstream-outputs"].skipped == "there is one output"
    assert results["precision"].skipped == "the inputs are not float32"


def test_every_contract_claims_something_in_a_sentence() -> None:
    for contract in all_contracts():
        assert contract.claim.endswith(".")
        assert contract.claim[0].isupper()
