"""Shared by the tests of nn: a generator, and derivatives that know no backward pass."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Gradient = Callable[[Callable[[], Any], np.ndarray], np.ndarray]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.fixture
def numeric() -> Gradient:
    """Central differences of a scalar function of no arguments, with respect to an array."""

    def gradient(f: Callable[[], Any], x: np.ndarray, h: float = 1e-6) -> np.ndarray:
        slope = np.zeros_like(x)
        for i in np.ndindex(x.shape):
            old = x[i]
            x[i] = old + h
            above = f()
            x[i] = old - h
            below = f()
            x[i] = old
            slope[i] = (above - below) / (2 * h)
        return slope

    return gradient


# ---- PyTorch --------------------------------------------------------------------------------

Close = Callable[[np.ndarray, Any], None]


@pytest.fixture
def close() -> Close:
    """Equality with a tensor to 1e-12, relative to its norm."""

    def assert_close(ours: np.ndarray, tensor: Any) -> None:
        theirs = tensor.detach().numpy()
        assert ours.shape == theirs.shape
        assert np.linalg.norm(ours - theirs) <= 1e-12 * np.linalg.norm(theirs)

    return assert_close


@pytest.fixture
def compare(close: Close) -> Callable[..., None]:
    """Both passes of a layer and of reference(*tensors, **parameters), all gradients."""
    torch = pytest.importorskip("torch")

    def tensor(array: np.ndarray) -> Any:
        array = np.array(array)
        return torch.tensor(array, requires_grad=array.dtype.kind == "f")

    def assert_agreement(layer: Any, reference: Callable[..., Any], arrays: list) -> None:
        inputs = [tensor(a) for a in arrays]
        ours = layer.forward(*arrays)
        params = {name: tensor(value) for name, value in layer.params.items()}
        theirs = reference(*inputs, **params)
        close(np.asarray(ours), theirs)
        dout = np.random.default_rng(5).standard_normal(np.shape(ours))
        theirs.backward(torch.tensor(dout))
        gradients = layer.backward(dout)
        gradients = gradients if isinstance(gradients, tuple) else (gradients,)
        for gradient, x in zip(gradients, inputs, strict=False):
            if gradient is not None:
                close(gradient, x.grad)
        for name, p in params.items():
            if name == "b_k":  # the bias of keys: zero, but for rounding on either side
                np.testing.assert_allclose(layer.grads[name], 0, atol=1e-13)
            else:
                close(layer.grads[name], p.grad)

    return assert_agreement
