"""Conventions are remarks with what was measured, under --strict failures; obstacles pass."""

import numpy as np
import pytest

import gradcheck
from gradcheck.adapters import targets_of
from gradcheck.model import Finding, Target, TargetResult
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy


class Linear:
    """Averages over the batch as told, and adds up or overwrites."""

    averaged = (False, False)
    adds = False

    def __init__(self, n_in: int, n_out: int) -> None:
        self.W = np.random.default_rng(0).normal(size=(n_in, n_out))
        self.b = np.zeros(n_out)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.x = x
        return np.asarray(x @ self.W + self.b)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        sizes = [len(dout) if averaged else 1 for averaged in self.averaged]
        dW, db = self.x.T @ dout / (sizes[0] or 1), dout.sum(axis=0) / (sizes[1] or 1)
        self.dW = self.adds * self.dW + dW
        self.db = self.adds * self.db + db
        return np.asarray(dout @ self.W.T)


class Averaged(Linear):
    averaged = (True, True)


class Mixed(Linear):
    averaged = (True, False)


class Accumulating(Linear):
    adds = True


class OverwritesInput:
    def forward(self, x: np.ndarray) -> np.ndarray:
        x[x < 0] = 0
        self.mask = x > 0
        return np.array(x)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        return np.asarray(dout * self.mask)


class OverwritesUpstream:
    def forward(self, x: np.ndarray) -> np.ndarray:
        self.low = x <= 0
        return np.where(self.low, 0, x)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        dout[self.low] = 0
        return dout


class OneBuffer:
    """Returns the same array from every call."""

    def __init__(self) -> None:
        self.y, self.dx = np.empty(0), np.empty(0)

    def forward(self, x: np.ndarray) -> np.ndarray:
        if self.y.shape != x.shape:
            self.y, self.dx = np.empty(x.shape), np.empty(x.shape)
        self.x = np.array(x)
        return np.sin(x, out=self.y)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        return np.multiply(dout, np.cos(self.x), out=self.dx)


class Narrow:
    """float32 inside, float64 outside."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.y = np.tanh(x.astype(np.float32)).astype(np.float64)
        return np.array(self.y)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        return np.asarray(dout * (1 - self.y**2))


class Replaces:
    """Updates in backward, and puts a new array in place of the old one."""

    wrong = 1.0

    def __init__(self, n_in: int, n_out: int) -> None:
        self.W = np.random.default_rng(0).normal(size=(n_in, n_out))

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.x = x
        return np.asarray(x @ self.W)

    def backward(self, dout: np.ndarray, learning_rate: float) -> np.ndarray:
        dx = dout @ self.W.T
        self.W = self.W - learning_rate * self.wrong * self.x.T @ dout
        return np.asarray(dx)


class ReplacesHalf(Replaces):
    wrong = 0.5


class Rows:
    """Looks rows up: its integers have no gradient."""

    def __init__(self, vocab_size: int, n_out: int) -> None:
        self.W = np.random.default_rng(0).normal(size=(vocab_size, n_out))
        self.dW = np.zeros_like(self.W)

    def forward(self, ids: np.ndarray) -> np.ndarray:
        self.ids = ids
        return np.asarray(self.W[ids])

    def backward(self, dout: np.ndarray) -> None:
        self.dW[...] = 0
        np.add.at(self.dW, self.ids, dout)


class Needs:
    def __init__(self, n_in: int, banana: object) -> None:
        self.skin = banana.peel()  # type: ignore[attr-defined]

    def forward(self, x: np.ndarray) -> np.ndarray:
        return x

    def backward(self, dout: np.ndarray) -> np.ndarray:
        return dout


def target(cls: type) -> Target:
    return targets_of(cls.__name__, cls)[0]


def result(cls: type, *, strict: bool = False) -> TargetResult:
    return check_target(target(cls), Policy(strict=strict))


def kinds(cls: type) -> set[str]:
    return {finding.kind for finding in result(cls).failures}


def remarked(cls: type) -> set[str]:
    return {finding.kind for finding in result(cls).remarks}


def said(findings: tuple[Finding, ...]) -> str:
    return " ".join(f.message for f in findings if f.kind == "convention")


@pytest.mark.parametrize(
    ("cls", "words"),
    [
        (Averaged, "divided by the batch size N (measured: factor 1/3 at N = 3, factor 1/5"),
        (Accumulating, "add up"),
        (Replaces, "updates the parameters itself"),
    ],
)
def test_a_convention_is_a_remark_and_fails_under_strict(cls: type, words: str) -> None:
    plain, strict = result(cls), result(cls, strict=True)
    assert plain.verdict.value == "pass"
    assert words in said(plain.remarks)
    assert strict.verdict.value == "fail"


def test_a_plain_layer_has_no_convention_even_under_strict() -> None:
    assert not said(result(Linear, strict=True).findings)


def test_averaging_one_gradient_and_summing_another_is_wrong() -> None:
    assert kinds(Mixed) == {"mismatch"}


@pytest.mark.parametrize(("cls", "verdict"), [(Averaged, "pass"), (Mixed, "fail")])
def test_a_live_object_is_measured_with_one_example_less(cls: type, verdict: str) -> None:
    report = gradcheck.check(cls(4, 3), np.random.default_rng(1).normal(size=(5, 4)))
    assert report.verdict == verdict
    assert ("factor 1/5 at N = 5, factor 1/4 at N = 4" in said(tuple(report.remarks))) == (
        verdict == "pass"
    )


def test_input_that_is_overwritten_is_a_failure() -> None:
    assert kinds(OverwritesInput)


def test_upstream_that_is_written_into_is_a_remark() -> None:
    assert not kinds(OverwritesUpstream)
    assert remarked(OverwritesUpstream)


def test_buffer_that_a_later_call_changes_is_a_failure_and_no_mismatch() -> None:
    assert kinds(OneBuffer)
    assert "mismatch" not in kinds(OneBuffer)


def test_float32_inside_is_no_failure() -> None:
    assert not kinds(Narrow)


def test_update_by_replacement_is_read_off() -> None:
    assert not kinds(Replaces)
    assert "mismatch" in kinds(ReplacesHalf)


def test_no_gradient_is_asked_for_integers() -> None:
    leaves = target(Rows).settings(0)[0].leaves
    assert [leaf.name for leaf in leaves if leaf.differentiable] == ["W"]
    assert not kinds(Rows)


def test_help_is_filled_in_as_far_as_it_goes() -> None:
    with pytest.raises(gradcheck.errors.TargetError) as caught:
        target(Needs)
    text = str(caught.value)
    assert "argument 'banana' of Needs" in text
    assert "Needs(n_in=5, banana=...), (rng.normal(size=(3, 5)),)" in text


def test_unseeded_generators_repeat_themselves_and_are_let_go() -> None:
    from gradcheck.adapters.randomness import seeded

    def drawn() -> float:
        return float(np.random.default_rng().normal())

    with seeded(0):
        first = drawn()
    with seeded(0):
        assert drawn() == first
    assert drawn() != drawn()


class FarHinge:
    """Flat where it is first looked at; it heeds its upstream gradient."""

    def forward(self, y: np.ndarray, t: np.ndarray) -> float:
        self.over = y - 9 > 0
        return float(np.sum(np.where(self.over, y - 9, 0)) + 0 * np.sum(t))

    def backward(self, dout: float = 1.0) -> np.ndarray:
        return np.asarray(dout * self.over)


def test_a_gradient_of_zero_is_no_sign_that_the_upstream_is_ignored() -> None:
    assert not target(FarHinge).facts.conventions


class TrainsItself:
    """A model whose backward pass is a step of training and not an answer."""

    def __init__(self, n_in: int, n_out: int) -> None:
        self.W = np.random.default_rng(0).normal(size=(n_in, n_out))

    def forward(self, X: np.ndarray) -> np.ndarray:
        return np.asarray(np.tanh(X @ self.W))

    def backward(self, X: np.ndarray, y: np.ndarray, o: np.ndarray) -> None:
        self.W += X.T @ ((y - o) * (1 - o**2))


def test_a_training_step_is_left_out_and_not_accused() -> None:
    with pytest.raises(gradcheck.errors.TargetError, match="'o' of TrainsItself"):
        target(TrainsItself)
