"""Every cause is named first for a layer that has it, and none for a layer that is right."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import erf

import numpy as np
import pytest

from gradcheck.diagnosis import all_suspicions
from gradcheck.model import Leaf, Outputs, Role, Setting, Target, TargetResult, Verdict
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy

Array = np.ndarray


@dataclass
class Elementwise:
    """y = f(x), dx = df(x, y, dout)."""

    f: Callable[[Array], Array]
    df: Callable[[Array, Array, Array], Array]

    def forward(self, inputs: Mapping[str, Array]) -> Outputs:
        self.x = inputs["x"]
        self.y = np.asarray(self.f(self.x))
        return (self.y,)

    def backward(self, upstream: Outputs) -> Mapping[str, Array]:
        return {"x": np.asarray(self.df(self.x, self.y, upstream[0]))}


@dataclass
class Affine:
    """y = x W + b, with a spoiler for its gradients."""

    spoil: Callable[..., dict[str, Array]]

    def forward(self, inputs: Mapping[str, Array]) -> Outputs:
        self.x, self.W = inputs["x"], inputs["W"]
        return (self.x @ self.W + inputs["b"],)

    def backward(self, upstream: Outputs) -> Mapping[str, Array]:
        (dout,) = upstream
        right = {"x": dout @ self.W.T, "W": self.x.T @ dout, "b": dout.sum(0)}
        return {
            **right,
            **self.spoil(
                x=self.x, W=self.W, dout=dout, **{"d" + k: v for k, v in right.items()}
            ),
        }


def _rows(n: int, d: int) -> tuple[Leaf, ...]:
    return (Leaf("x", (n, d), batch_axis=0),)


def _affine_leaves(n: int, d: int, m: int) -> tuple[Leaf, ...]:
    parameters = (Leaf("W", (d, m), Role.PARAMETER), Leaf("b", (m,), Role.PARAMETER))
    return (*_rows(n, d), *parameters)


def elementwise(f: Callable[..., Array], df: Callable[..., Array]) -> Target:
    settings = [
        Setting(f"N={n},D={d}", lambda: Elementwise(f, df), _rows(n, d))
        for n, d in ((3, 5), (7, 11))
    ]
    return Target("layer", lambda seed: settings)


def affine(spoil: Callable[..., dict[str, Array]]) -> Target:
    settings = [
        Setting(f"N={n},D={d},M={m}", lambda: Affine(spoil), _affine_leaves(n, d, m))
        for n, d, m in ((3, 5, 7), (11, 5, 13))
    ]
    return Target("affine", lambda seed: settings)


def sigmoid(x: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-x))


def softmax(x: Array) -> Array:
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def centred(x: Array) -> Array:
    return x - x.mean(axis=1, keepdims=True)


def normalised(x: Array) -> Array:
    return centred(x) / np.sqrt(x.var(axis=1, keepdims=True) + 1e-8)


def gelu_tanh(x: Array) -> Array:
    return 0.5 * x * (1.0 + np.tanh(0.7978845608028654 * (x + 0.044715 * x**3)))


def gelu_exact_slope(x: Array) -> Array:
    phi = np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
    return 0.5 * (1 + np.vectorize(erf)(x / np.sqrt(2))) + x * phi


def relu(x: Array) -> Array:
    return np.maximum(x, 0.0)


ELEMENTWISE = [
    ("derivative-at-output", sigmoid, lambda x, y, d: d * sigmoid(y) * (1 - sigmoid(y))),
    ("derivative-at-output", sigmoid, lambda x, y, d: d * x * (1 - x)),
    ("mask-inverted", relu, lambda x, y, d: d * (x <= 0)),
    ("wrong-derivative", np.tanh, lambda x, y, d: d * (1 - y)),
    ("wrong-derivative", np.exp, lambda x, y, d: d),
    ("upstream-squared", np.tanh, lambda x, y, d: d * d * (1 - y * y)),
    ("upstream-ignored", np.tanh, lambda x, y, d: 1 - y * y),
    ("upstream-clipped", np.tanh, lambda x, y, d: np.clip(d, -1, 1) * (1 - y * y)),
    ("upstream-clipped", np.tanh, lambda x, y, d: np.abs(d) * (1 - y * y)),
    ("upstream-partly", np.tanh, lambda x, y, d: d[0] * (1 - y * y)),
    ("missing-term", softmax, lambda x, y, d: d * y * (1 - y)),
    ("missing-term", centred, lambda x, y, d: d),
    (
        "missing-term",
        normalised,
        lambda x, y, d: centred(d) / np.sqrt(x.var(axis=1, keepdims=True) + 1e-8),
    ),
    ("permuted", lambda x: x[:, ::-1], lambda x, y, d: d),
    ("shifted-index", lambda x: np.roll(x, 1, axis=1), lambda x, y, d: d),
    ("different-formulas", gelu_tanh, lambda x, y, d: d * gelu_exact_slope(x)),
    ("integer-truncation", lambda x: 3 * x * x, lambda x, y, d: np.trunc(d * 6 * x)),
    (
        "downcast",
        lambda x: 3 * x * x,
        lambda x, y, d: (d * 6 * x).astype(np.float16).astype(float),
    ),
    ("mode", lambda x: 2 * x + 1, lambda x, y, d: 2 * (d - d.mean(axis=0))),
]

AFFINE = [
    ("mean-for-sum", lambda dW, x, **_: {"W": dW / len(x)}),
    ("mean-for-sum", lambda dout, **_: {"b": dout.mean(axis=0)}),
    ("term-coefficient", lambda dW, W, **_: {"W": dW + 0.1 * W}),
    ("sign", lambda dx, **_: {"x": -dx}),
    ("scale", lambda dx, dW, db, **_: {"x": dx / 7, "W": dW / 7, "b": db / 7}),
    ("severed-path", lambda db, **_: {"b": np.zeros_like(db)}),
    ("updated-before-use", lambda dout, dW, W, **_: {"x": dout @ (W - 0.1 * dW).T}),
    ("broadcast-sum", lambda dout, **_: {"b": dout}),
]

RIGHT = [
    (sigmoid, lambda x, y, d: d * y * (1 - y)),
    (relu, lambda x, y, d: d * (x > 0)),
    (np.tanh, lambda x, y, d: d * (1 - y * y)),
    (softmax, lambda x, y, d: y * (d - (d * y).sum(axis=1, keepdims=True))),
    (centred, lambda x, y, d: centred(d)),
]


def _first_causes(result: TargetResult) -> list[str]:
    return [f.causes[0].cause for f in result.failures if f.contract == "gradient" and f.causes]


@pytest.mark.parametrize(("cause", "f", "df"), ELEMENTWISE)
def test_cause_of_a_wrong_elementwise_layer_is_named_first(
    cause: str, f: Callable[..., Array], df: Callable[..., Array]
) -> None:
    assert _first_causes(check_target(elementwise(f, df), Policy()))[0] == cause


@pytest.mark.parametrize(("cause", "spoil"), AFFINE)
def test_cause_of_a_wrong_affine_layer_is_named_first(
    cause: str, spoil: Callable[..., dict[str, Array]]
) -> None:
    result = check_target(affine(spoil), Policy())
    causes = [f.causes[0].cause for f in result.failures if f.causes]
    assert causes[0] == cause


@pytest.mark.parametrize(("f", "df"), RIGHT)
def test_nothing_is_suspected_of_a_right_layer(
    f: Callable[..., Array], df: Callable[..., Array]
) -> None:
    result = check_target(elementwise(f, df), Policy())
    assert result.verdict is Verdict.PASS
    assert not [f for f in result.findings if f.causes]


def test_a_factor_is_named_after_the_axis_that_explains_it_at_two_shapes() -> None:
    result = check_target(affine(lambda dx, x, **_: {"x": dx / len(x)}), Policy())
    evidence = result.failures[0].causes[0].evidence
    assert "1 / the batch size" in evidence
    assert "second shape" in evidence


def test_every_suspicion_says_what_it_suspects() -> None:
    assert all(one.title for one in all_suspicions())
