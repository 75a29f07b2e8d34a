"""Training loops for the strangers: each returns its losses and leaves its network trained."""

from collections.abc import Callable

import numpy as np

from .strangers import (
    Adding,
    Averaging,
    Called,
    Chain,
    Counting,
    Dense,
    Relu,
    Slotted,
    Squares,
    TwoLayers,
    Updating,
)

Loop = Callable[[int], list[float]]


def batches(seed: int = 1, size: int = 8) -> Callable[[], tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=(4, 3))

    def draw() -> tuple[np.ndarray, np.ndarray]:
        x = rng.normal(size=(size, 4))
        return x, np.tanh(x @ truth)

    return draw


def chain(*, kind: type = Chain, dense: type = Dense) -> Chain:
    rng = np.random.default_rng(0)
    return kind(dense(4, 7, rng), Relu(), dense(7, 3, rng))


def train_chain(network: Chain, lr: float = 0.1) -> Loop:
    draw, loss = batches(), Squares(network)

    def train(steps: int) -> list[float]:
        losses = []
        for _ in range(steps):
            x, t = draw()
            losses.append(loss.forward(network.forward(x), t))
            if hasattr(network, "zero_grad"):
                network.zero_grad()
            loss.backward()
            network.update(lr)
        return losses

    return train


def train_model(model: TwoLayers) -> Loop:
    draw = batches()

    def train(steps: int) -> list[float]:
        losses = []
        for _ in range(steps):
            x, t = draw()
            labels = t.argmax(axis=1)
            for name, gradient in model.gradient(x, labels).items():
                model.params[name] -= 0.3 * gradient
            losses.append(model.loss(x, labels))
        return losses

    return train


def train_layer(layer: Slotted | Called | Updating) -> Loop:
    draw = batches()

    def train(steps: int) -> list[float]:
        losses = []
        for _ in range(steps):
            x, t = draw()
            y = layer(x, train=True) if isinstance(layer, Called) else layer.forward(x)
            losses.append(float(0.5 * np.sum((y - t) ** 2)))
            if isinstance(layer, Updating):
                layer.backward(y - t, 0.05)
            else:
                layer.backward(y - t)
                layer.W -= 0.05 * layer.dW
        return losses

    return train


#: Right networks with the loops that train them, by convention.
RIGHT: dict[str, tuple[Callable[[], object], Callable[..., Loop]]] = {
    "a list of layers": (chain, train_chain),
    "loss and gradient": (lambda: TwoLayers(np.random.default_rng(0)), train_model),
    "gradients that add up": (lambda: chain(kind=Adding), train_chain),
    "an update in backward": (lambda: Updating(np.random.default_rng(0)), train_layer),
    "averaged gradients": (lambda: chain(dense=Averaging), train_chain),
    "slots": (lambda: Slotted(np.random.default_rng(0)), train_layer),
    "called, with a mode": (lambda: Called(np.random.default_rng(0)), train_layer),
    "state outside": (lambda: chain(dense=Counting), train_chain),
}
