"""Targets of two functions of named arrays: what costs are measured on."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from gradcheck.model import Array, Arrays, Leaf, Outputs, Role, Setting, Target

_Shape = tuple[int, ...]


class Plain:
    """A session of two functions of named arrays."""

    def __init__(
        self, forward: Callable[..., Array], backward: Callable[..., dict[str, Array]]
    ) -> None:
        self._forward, self._backward = forward, backward

    def forward(self, inputs: Arrays) -> Outputs:
        """Return the one output and remember the inputs."""
        self._inputs = inputs
        return (np.asarray(self._forward(**inputs)),)

    def backward(self, upstream: Outputs) -> Mapping[str, Array]:
        """Return the gradient of every input."""
        return self._backward(upstream[0], **self._inputs)


def target(session: Plain, **arrays: Array) -> Target:
    """Return a target of one case with these arrays; all but x are parameters."""
    leaves = tuple(
        Leaf(n, a.shape, Role.DATA if n == "x" else Role.PARAMETER, values=a, frozen=True)
        for n, a in arrays.items()
    )
    return Target("layer", lambda seed: [Setting("fixed", lambda: session, leaves)])


def affine(batch: int, inputs: int, outputs: int) -> Target:
    """Return x W + b."""
    session = Plain(
        lambda x, W, b: x @ W + b,
        lambda d, x, W, b: {"x": d @ W.T, "W": x.T @ d, "b": d.sum(axis=0)},
    )
    return target(
        session, x=_normal(batch, inputs), W=_normal(inputs, outputs), b=_normal(outputs)
    )


def convolution(x: _Shape, kernel: _Shape) -> Target:
    """Return x (N, C, H, W) with kernel (F, C, K, K), unpadded, as one matrix product."""
    return target(Plain(_convolved, _convolved_back), x=_normal(*x), W=_normal(*kernel))


def _convolved(x: Array, W: Array) -> Array:
    windows = sliding_window_view(x, W.shape[2:], axis=(2, 3))
    return np.tensordot(windows, W, axes=((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2)


def _convolved_back(dout: Array, x: Array, W: Array) -> dict[str, Array]:
    windows = sliding_window_view(x, W.shape[2:], axis=(2, 3))
    dW = np.tensordot(dout, windows, axes=((0, 2, 3), (0, 2, 3)))
    edge = W.shape[2] - 1
    padded = np.pad(dout, ((0, 0), (0, 0), (edge, edge), (edge, edge)))
    return {"x": _convolved(padded, W[:, :, ::-1, ::-1].swapaxes(0, 1)), "W": dW}


def tanh(size: int) -> Target:
    """Return an elementwise layer."""
    return target(
        Plain(lambda x: np.tanh(x), lambda d, x: {"x": d / np.cosh(x) ** 2}), x=_normal(size)
    )


def _normal(*shape: int) -> Array:
    return np.random.default_rng(0).normal(size=shape)
