"""A verdict is paid for in forward calls, and these are its prices."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from gradcheck.cases import Meter, build_case, quiet
from gradcheck.evidence import Exam, compare_leaf
from gradcheck.model import Leaf, Outputs, Role, Setting, Target, TargetResult, Verdict
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy, Strategy
from nn import Objective
from nn.losses import SoftmaxCrossEntropy
from nn.models import mlp

Array = np.ndarray
Gradients = dict[str, Array]
GRADIENT_ALONE = ("gradient",)


class Counted:
    """A forward and a backward function as a session."""

    def __init__(
        self, forward: Callable[..., Array], backward: Callable[..., Gradients]
    ) -> None:
        self._forward, self._backward = forward, backward

    def forward(self, inputs: Mapping[str, Array]) -> Outputs:
        self._inputs = inputs
        return (np.asarray(self._forward(**inputs)),)

    def backward(self, upstream: Outputs) -> Gradients:
        return self._backward(upstream[0], **self._inputs)


def target(
    forward: Callable[..., Array], backward: Callable[..., Gradients], *leaves: Leaf
) -> Target:
    setting = Setting("fixed", lambda: Counted(forward, backward), leaves)
    return Target("subject", lambda seed: [setting])


def given(name: str, values: Array, role: Role = Role.DATA) -> Leaf:
    return Leaf(name, values.shape, role, dtype=str(values.dtype), values=values, frozen=True)


def checked(subject: Target, **policy: object) -> TargetResult:
    return check_target(subject, Policy(contracts=GRADIENT_ALONE, **policy))  # type: ignore[arg-type]


def jacobian_of_a_million(spoil: float) -> tuple[Target, tuple[int, int]]:
    """A map of 1000 numbers to 1000, one typical entry of its claimed Jacobian off."""
    rng = np.random.default_rng(3)
    matrix = rng.normal(size=(1000, 1000)) / np.sqrt(1000)
    size = np.abs(matrix)
    where = np.unravel_index(np.argmin(np.abs(size - np.median(size))), size.shape)
    claimed = matrix.copy()
    claimed[where] *= 1 + spoil
    subject = target(
        lambda x: matrix @ x,
        lambda dout, x: {"x": claimed.T @ dout},
        given("x", rng.normal(size=1000)),
    )
    return subject, (int(where[0]), int(where[1]))


def test_one_entry_of_a_million_wrong_by_a_millionth_is_rejected_and_located() -> None:
    subject, (row, column) = jacobian_of_a_million(1e-6)
    result = checked(subject)
    assert result.verdict is Verdict.FAIL
    assert result.failures[0].index == (column,)
    assert result.failures[0].pattern.endswith(f"x[{column}], by way of output [{row}]")
    assert result.cost.forward <= 120


def test_one_entry_of_a_million_wrong_by_a_millionth_is_rejected_in_45_calls() -> None:
    subject, _ = jacobian_of_a_million(1e-6)
    with quiet():
        meter = Meter()
        (setting,) = subject.settings(0)
        exam = Exam(build_case(subject, setting, "generic", 0, meter), Policy(), meter)
        (leaf,) = exam.case.differentiable
        claimed = exam.gradient(leaf)
        assert claimed is not None
        assert compare_leaf(exam, leaf, claimed).comparison.verdict is Verdict.FAIL
    assert meter.spent.forward <= 45


def test_the_same_jacobian_passes_where_it_is_right() -> None:
    subject, _ = jacobian_of_a_million(0.0)
    result = checked(subject)
    assert result.verdict is Verdict.PASS
    assert result.cost.forward <= 45


def network(activation: str, spoil: Callable[[Gradients], None]) -> Target:
    """784-50-10 on a batch of 100, its claimed gradients handed to a spoiler."""
    objective = Objective(
        mlp((784, 50, 10), activation=activation, rng=np.random.default_rng(1)),
        SoftmaxCrossEntropy(),
    )
    rng = np.random.default_rng(2)
    x, t = rng.uniform(size=(100, 784)), rng.integers(0, 10, size=100)

    def forward(x: Array, t: Array, **parameters: Array) -> Array:
        for name, value in parameters.items():
            objective.params[name][...] = value
        return np.asarray(objective.forward(x, t))

    def backward(dout: Array, **_: Array) -> Gradients:
        gradients = {"x": objective.backward(float(dout))}
        gradients.update({name: np.array(g) for name, g in objective.grads.items()})
        spoil(gradients)
        return gradients

    parameters = [given(n, np.array(v), Role.PARAMETER) for n, v in objective.params.items()]
    return target(forward, backward, given("x", x), given("t", t, Role.FIXED), *parameters)


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_a_network_of_forty_thousand_parameters_passes_in_sixty_calls(activation: str) -> None:
    result = checked(network(activation, lambda gradients: None))
    assert result.verdict is Verdict.PASS
    assert result.cost.forward <= 60
    assert result.resolution is not None
    assert result.resolution <= 1e-7


TENSORS = ["x", "affine1.W", "affine1.b", "affine2.W", "affine2.b"]


@pytest.mark.parametrize("tensor", TENSORS)
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_any_single_wrong_element_of_a_network_is_found_and_named(
    activation: str, tensor: str
) -> None:
    place: list[tuple[int, ...]] = []

    def spoil(gradients: Gradients) -> None:
        g = gradients[tensor]
        index = np.unravel_index(np.random.default_rng(5).integers(g.size), g.shape)
        place.append(tuple(int(i) for i in index))
        g[index] += 1e-3 * np.abs(g).mean()

    result = checked(network(activation, spoil))
    assert result.verdict is Verdict.FAIL
    assert [(f.tensor, f.index) for f in result.failures] == [(tensor, place[0])]
    assert result.cost.forward <= 250


def test_all_coordinates_of_an_affine_layer_are_covered_by_colouring() -> None:
    rng = np.random.default_rng(4)
    subject = target(
        lambda x, W, b: x @ W + b,
        lambda dout, x, W, b: {"x": dout @ W.T, "W": x.T @ dout, "b": dout.sum(axis=0)},
        given("x", rng.normal(size=(100, 784))),
        given("W", rng.normal(size=(784, 50)), Role.PARAMETER),
        given("b", rng.normal(size=50), Role.PARAMETER),
    )
    result = checked(subject, strategy=Strategy.ENTRIES)
    assert result.verdict is Verdict.PASS
    assert {a.strategy for a in result.agreements} == {"coloured"}
    assert result.cost.forward <= 3500


@pytest.mark.parametrize("size", [10, 1000, 100_000])
def test_an_elementwise_layer_costs_the_same_at_any_size(size: int) -> None:
    subject = target(
        lambda x: np.tanh(x),
        lambda dout, x: {"x": dout * (1 - np.tanh(x) ** 2)},
        given("x", np.random.default_rng(6).normal(size=size)),
    )
    result = checked(subject, strategy=Strategy.ENTRIES)
    assert result.verdict is Verdict.PASS
    assert result.cost.forward <= 48


@pytest.mark.parametrize("budget", [5, 20, 60, 200])
def test_a_budget_is_never_exceeded(budget: int) -> None:
    subject, _ = jacobian_of_a_million(1e-6)
    cost = checked(subject, budget=budget).cost
    assert cost.forward + cost.explaining <= budget


def test_no_pattern_is_probed_that_a_large_layer_could_not_use() -> None:
    """No axis of 17 finds its length in an output of 15: only the bias is probed."""
    rng = np.random.default_rng(5)
    subject = target(
        lambda x, w, b: x[:, :-2] * w + x[:, 1:-1] + b,
        lambda dout, x, w, b: {
            "x": np.pad(dout * w, ((0, 0), (0, 2))) + np.pad(dout, ((0, 0), (1, 1))),
            "w": (dout * x[:, :-2]).sum().reshape(1, 1),
            "b": dout.sum(axis=0),
        },
        given("x", rng.normal(size=(400, 17))),
        given("w", rng.normal(size=(1, 1)), Role.PARAMETER),
        given("b", rng.normal(size=15), Role.PARAMETER),
    )
    result = checked(subject)
    assert result.verdict is Verdict.PASS
    spent = {a.tensor: a.strategy for a in result.agreements}
    assert spent == {"x": "directional", "w": "dense", "b": "coloured"}
    # One to build, two to claim, one at the point; two directions for x; a line for w; the
    # pattern of b, its line and the direction that confirms it: two calls each.
    assert result.cost.forward == 4 + 4 + 2 + 6


@pytest.mark.parametrize("writes", ["forward", "backward"])
def test_a_claim_on_large_inputs_survives_that_they_are_written_into(writes: str) -> None:
    """It is asked again with copies; what it wrote spoils neither the case nor the claim."""

    def square(x: Array) -> Array:
        y = x * x
        if writes == "forward":
            x += 1.0
            x -= 1.0
        return y

    def slope(dout: Array, x: Array) -> Gradients:
        dx = 2.0 * x * dout
        if writes == "backward":
            x[...] = np.nan
        return {"x": dx}

    x = np.random.default_rng(8).normal(size=2**16)
    before = x.copy()
    result = checked(target(square, slope, given("x", x)))
    assert result.verdict is Verdict.PASS
    assert np.array_equal(x, before)


def test_a_large_gradient_is_read_in_the_order_of_its_input() -> None:
    """Fortran's order in the claim, C's in the input and neither in the output."""
    x = np.random.default_rng(9).normal(size=(256, 300))

    def layer(off: float) -> Target:
        slope = np.cos(x) * (1.0 + off * np.eye(256, 300, 7))
        return target(
            lambda x: np.transpose(np.sin(x).reshape(8, 32, 300), (2, 0, 1)),
            lambda dout, x: {
                "x": np.asfortranarray(dout.transpose(1, 2, 0).reshape(256, 300) * slope)
            },
            given("x", x),
        )

    assert checked(layer(0.0)).verdict is Verdict.PASS
    assert checked(layer(1e-5)).verdict is Verdict.FAIL
