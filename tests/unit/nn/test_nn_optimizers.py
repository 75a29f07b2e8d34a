"""Optimizers, rates and clipping: first steps by hand, state, refusals."""

import math

import numpy as np
import pytest

from nn.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Constant,
    CosineDecay,
    ExponentialDecay,
    RMSProp,
    StepDecay,
    WarmUp,
    clip_norm,
    global_norm,
)

MAKERS = {
    "plain": lambda: SGD(0.1),
    "momentum": lambda: SGD(0.1, momentum=0.9),
    "nesterov": lambda: SGD(0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "adagrad": lambda: AdaGrad(0.1),
    "rmsprop": lambda: RMSProp(0.1),
    "adam": lambda: Adam(0.1, weight_decay=0.01),
    "adamw": lambda: AdamW(0.1),
}


def walk(optimizer, steps, params):
    """Down the bowl of 3 W**2 + b**2."""
    for _ in range(steps):
        optimizer.step(params, {"W": 6 * params["W"], "b": 2 * params["b"]})
    return params


def start():
    return {"W": np.array([1.0, -2.0]), "b": np.array([0.5])}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_optimizer_goes_downhill(make):
    params = walk(make(), 200, start())
    assert 3 * np.sum(params["W"] ** 2) + np.sum(params["b"] ** 2) < 0.5


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_stored_state_continues_to_the_same_numbers(make):
    whole = walk(make(), 7, start())
    first, second = make(), make()
    params = walk(first, 3, start())
    second.load_state(first.state())
    walk(first, 2, {name: value.copy() for name, value in params.items()})
    params = walk(second, 4, params)
    for name, value in whole.items():
        assert np.array_equal(params[name], value)


@pytest.mark.parametrize(
    ("optimizer", "expected"),
    [
        # one step from 1 with the gradient 2
        (SGD(0.1, weight_decay=0.5), 1 - 0.1 * 2.5),
        (SGD(0.1, momentum=0.5, nesterov=True), 1 - 0.1 * 2 * 1.5),
        (AdaGrad(0.1), 0.9),
        (RMSProp(0.1, alpha=0.75), 1 - 0.1 * 2 / math.sqrt(0.25 * 4)),
        (Adam(0.1), 0.9),
        (AdamW(0.1, weight_decay=0.5), 0.9 - 0.1 * 0.5),
    ],
)
def test_first_step_has_its_closed_form(optimizer, expected):
    W = np.array([1.0])
    optimizer.step({"W": W}, {"W": np.array([2.0])})
    np.testing.assert_allclose(W, expected, rtol=1e-7)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_gradients_are_not_written_into_and_precision_stays(make):
    params, grads = {"W": np.ones(2, np.float32)}, {"W": np.ones(2, np.float32)}
    grads["W"].flags.writeable = False
    optimizer = make()
    for _ in range(2):
        optimizer.step(params, grads)
    assert {value.dtype for name, value in optimizer.state().items() if name != "steps"} <= {
        np.dtype(np.float32)
    }
    assert params["W"].dtype == np.float32


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_refused_step_changes_nothing(make):
    optimizer, params = make(), start()
    with pytest.raises(ValueError, match=r"differ in names: \['b'\]"):
        optimizer.step(params, {"W": np.ones(2)})
    assert optimizer.steps == 0
    assert params["W"].tolist() == [1, -2]


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: Adam(0), "Adam: lr must be positive"),
        (lambda: AdaGrad(eps=0), "AdaGrad: eps must be positive"),
        (lambda: RMSProp(alpha=1), r"RMSProp: alpha must lie in \[0, 1\)"),
        (lambda: Adam(betas=(0.9, 1.0)), "beta2 must lie in"),
        (lambda: SGD(0.1, nesterov=True), "nesterov needs a momentum"),
        (lambda: SGD(0.1, weight_decay=-1), "weight_decay must be finite.*got -1"),
        (lambda: Constant(-0.1), "lr must be positive.*got -0.1"),
        (lambda: StepDecay(0, every=1), "lr must be positive"),
        (lambda: ExponentialDecay(math.nan, 0.5), "lr must be positive.*got nan"),
        (lambda: CosineDecay(-1, 3), "lr must be positive"),
        (lambda: SGD(0.1).load_state({}), "'steps' is missing"),
        (lambda: clip_norm({}, 0), "max_norm must be positive"),
        (lambda: StepDecay(0.1, every=0), "every must be positive"),
        (lambda: ExponentialDecay(0.1, 0), "factor must be positive"),
        (lambda: CosineDecay(0.1, 9, least=0.2), "least must lie between 0 and lr=0.1"),
        (lambda: CosineDecay(0.1, 9, least=math.nan), "least must lie"),
        (lambda: StepDecay(0.1, every=1, factor=math.inf), "factor must be .* finite"),
        (lambda: Adam(eps=math.inf), "eps must be .* finite, got inf"),
        (lambda: CosineDecay(0.1, 0), "steps must be positive"),
        (lambda: WarmUp(Constant(0.1), 0), "steps must be positive"),
    ],
)
def test_what_means_nothing_is_refused(act, message):
    with pytest.raises(ValueError, match=message):
        act()


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (Constant(2.0), {0: 2, 9: 2}),
        (StepDecay(1.0, every=3, factor=0.5), {0: 1, 2: 1, 3: 0.5, 6: 0.25}),
        (ExponentialDecay(2.0, 0.5), {0: 2, 1: 1, 3: 0.25}),
        (CosineDecay(2.0, 10, least=1.0), {0: 2, 5: 1.5, 10: 1, 99: 1}),
        (WarmUp(Constant(2.0), 4), {0: 0.5, 1: 1, 3: 2, 4: 2}),
    ],
)
def test_rate_has_its_closed_form(rate, expected):
    for step, lr in expected.items():
        assert rate(step) == pytest.approx(lr, rel=1e-14)


def test_clipping_scales_all_gradients_by_one_factor_and_only_when_too_long():
    grads = {"W": np.array([3.0, 0.0]), "b": np.array([4.0])}
    assert global_norm(grads) == 5
    clipped = clip_norm(grads, 1.0)
    np.testing.assert_allclose(clipped["W"], [0.6, 0])
    np.testing.assert_allclose(clipped["b"], [0.8])
    assert grads["b"] == 4
    assert clip_norm(grads, 5.0)["b"] == 4
    assert global_norm({}) == 0
