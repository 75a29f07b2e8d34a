"""A forward pass that is watched gives its true gradient, and leaves nothing behind."""

import threading
from collections.abc import Callable

import numpy as np
import pytest

from gradcheck.tape import Broken, Tape, trace

Array = np.ndarray
X = np.random.default_rng(3).normal(size=(3, 4))


def _seen(function: Callable[[Array], Array], x: Array = X) -> Tape | None:
    return trace(lambda given: (function(given["x"]),), {"x": x}, ("x",))


def _jacobian(tape: Tape) -> Array:
    leaf, size = tape.leaves["x"], tape.outputs[0].value.size
    return tape.back(leaf, [np.eye(size)])[leaf.index]


def _differences(function: Callable[[Array], Array]) -> Array:
    columns = []
    for index in np.ndindex(X.shape):
        step = np.zeros_like(X)
        step[index] = 1e-6
        columns.append((function(X + step) - function(X - step)).reshape(-1) / 2e-6)
    return np.stack(columns, axis=1)


def _in_place(x: Array) -> Array:
    y = np.zeros((4, 3))
    for i in range(3):
        y[:, i] += x[i] ** 2
    y *= 0.5
    np.add.at(y, [0, 0], x[:, 0])
    return y


def _by_methods(x: Array) -> Array:
    first, second = np.split(x, 2, axis=1)
    y = np.stack([first.mean(axis=0), second.max(axis=0)])
    return np.concatenate([y.T.reshape(-1), np.array([x.sum(), x.std()])])


def _by_entry(x: Array) -> Array:
    return np.where(x > 0, np.exp(-np.logaddexp(0, -x)), np.tanh(x) / (2 + x * x))


def _with_products(x: Array) -> Array:
    scores = x @ x.T
    scores = scores - scores.max(axis=1, keepdims=True)
    return np.einsum("ij,jk->ik", np.exp(scores), x)


@pytest.mark.parametrize("function", [_in_place, _by_methods, _by_entry, _with_products])
def test_the_gradient_of_what_was_seen_is_the_true_one(function: Callable) -> None:
    tape = _seen(function)
    assert tape is not None
    np.testing.assert_allclose(_jacobian(tape), _differences(function), rtol=0, atol=1e-7)


def test_both_sweeps_agree() -> None:
    tape = _seen(_with_products)
    assert tape is not None
    outwards = tape.outwards(tape.leaves["x"])[tape.outputs[0].index]
    np.testing.assert_allclose(outwards, _jacobian(tape), rtol=0, atol=1e-12)


def test_what_is_lost_on_the_way_is_told() -> None:
    assert _seen(lambda x: np.frombuffer(x.tobytes()).reshape(3, 4)) is None


def test_what_somebody_writes_unseen_is_a_constant() -> None:
    def drawn(x: Array) -> Array:
        return x * np.random.default_rng(0).uniform(size=x.shape)

    tape = _seen(drawn)
    assert tape is not None
    np.testing.assert_array_equal(tape.outputs[0].value, drawn(X))


def test_numpy_is_as_it_was_even_after_an_error() -> None:
    before = dict(vars(np)), np.vectorize.__call__

    def raises(x: Array) -> Array:
        raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        _seen(raises)
    assert (dict(vars(np)), np.vectorize.__call__) == before


def test_other_threads_get_plain_arrays() -> None:
    kinds: list[type] = []

    def elsewhere(x: Array) -> Array:
        other = threading.Thread(target=lambda: kinds.append(type(np.zeros(3))))
        other.start()
        other.join()
        return x + np.zeros(4)

    assert _seen(elsewhere) is not None
    assert kinds == [np.ndarray]


def test_a_product_that_is_too_large_is_refused() -> None:
    tape = _seen(lambda x: np.cumsum(x), np.ones((1300, 1)))
    assert tape is not None
    with pytest.raises(Broken):
        _jacobian(tape)
