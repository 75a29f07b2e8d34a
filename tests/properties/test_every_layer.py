"""For every layer and loss, whatever is drawn: the backward pass is the derivative."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradcheck
from gradcheck.contracts import all_contracts
from gradcheck.discovery import find
from gradcheck.evidence import Exam
from gradcheck.model import Case, Target, Verdict
from gradcheck.policy import Policy
from gradcheck.strategies import cases, values
from nn import Network
from nn.layers import Affine, LayerNorm, LeakyReLU, ReLU, Sigmoid, Softplus, Tanh
from nn.losses import BinaryCrossEntropy, MeanSquaredError, SoftmaxCrossEntropy
from nn.objective import Objective

TARGETS = find(["nn.layers", "nn.losses"]).targets
GRADIENT = next(contract for contract in all_contracts() if contract.id == "gradient")
#: Names that stand for what must be among them, so that nothing is lost unseen.
SOME = ("Add", "Multiply", "ReLU", "Sigmoid", "Affine", "Softmax", "Conv2D", "LSTM", "MatMul")

#: One target costs about a hundredth of a second an example, and there are seventy.
FEW = settings(max_examples=max(4, settings().max_examples // 4))

ACTIVATIONS = {
    "relu": ReLU,
    "leaky": LeakyReLU,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "softplus": Softplus,
}


@pytest.mark.parametrize("target", TARGETS, ids=[target.name for target in TARGETS])
@FEW
@given(data=st.data())
def test_the_backward_pass_is_the_derivative(target: Target, data: st.DataObject) -> None:
    case: Case = data.draw(cases(target))
    exam = Exam(case, Policy(seed=case.seed))
    outcome = GRADIENT.examine(exam)
    assert [f.message for f in outcome.findings] == []
    verdicts = {examined.comparison.verdict for examined in outcome.comparisons}
    assert verdicts <= {Verdict.PASS}


def test_every_layer_is_among_the_targets() -> None:
    names = {target.name.rpartition(":")[2] for target in TARGETS}
    assert set(SOME) <= names
    assert {"SoftmaxCrossEntropy", "MeanSquaredError", "BinaryCrossEntropy"} <= names
    assert len(names) >= 60


@st.composite
def networks(draw: st.DrawFn, *, outputs: int | None = None) -> tuple[Network, int]:
    """Draw a network of one to three affine layers with anything in between."""
    seed = draw(st.integers(0, 2**16))
    rng = np.random.default_rng(seed)
    widths = draw(st.lists(st.sampled_from((1, 2, 3, 5)), min_size=2, max_size=4))
    widths[-1] = outputs or widths[-1]
    layers = []
    for inner, outer in itertools.pairwise(widths):
        affine = Affine(inner, outer, rng=rng)
        affine.params["b"] += rng.normal(size=outer)
        layers += [affine, ACTIVATIONS[draw(st.sampled_from(sorted(ACTIVATIONS)))]()]
        if draw(st.booleans()) and outer > 1:
            layers.append(LayerNorm(outer))
    return Network(layers[:-1] if outputs else layers), widths[0]


@FEW
@given(data=st.data())
def test_a_network_of_layers_is_differentiated_as_one(data: st.DataObject) -> None:
    network, width = data.draw(networks())
    x = data.draw(values((data.draw(st.sampled_from((1, 2, 3))), width)))
    gradcheck.assert_gradients(network, x)


#: The three pairs of output and loss, each with a way to draw its targets.
LOSSES = {
    "classes": (SoftmaxCrossEntropy, lambda rng, n: rng.integers(0, 3, n)),
    "regression": (MeanSquaredError, lambda rng, n: rng.normal(size=(n, 3))),
    "binary": (BinaryCrossEntropy, lambda rng, n: rng.integers(0, 2, (n, 3))),
}


@pytest.mark.parametrize(("loss", "labels"), LOSSES.values(), ids=LOSSES)
@FEW
@given(drawn=networks(outputs=3), seed=st.integers(0, 2**16), examples=st.integers(1, 3))
def test_a_network_with_its_loss_is_differentiated_as_one(
    loss, labels, drawn, seed, examples
) -> None:
    network, width = drawn
    rng = np.random.default_rng(seed)
    x, t = rng.normal(size=(examples, width)), labels(rng, examples)
    gradcheck.assert_gradients(Objective(network, loss()), x, t)
