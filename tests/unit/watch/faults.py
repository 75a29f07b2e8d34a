"""Networks that are wrong, from the start or late, and loops that meddle."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .loops import Loop, batches, chain, train_chain, train_layer, train_model
from .strangers import Adding, Array, Chain, Dense, Relu, Slotted, Squares, TwoLayers


class SignOfBias(Dense):
    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        self.db = -self.db
        return dx


class MeanOfBias(Dense):
    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        self.db = dout.mean(axis=0)
        return dx


class OpenMask(Relu):
    """The gradient passes where the input was negative."""

    def backward(self, dout: Array) -> Array:
        return dout.copy()


class Leaking(Relu):
    """Right until the network has learnt: then 1 % of the gradient leaks."""

    seen = 0

    def backward(self, dout: Array) -> Array:
        self.seen += 1
        return super().backward(dout) + (0.01 * dout if self.seen > 120 else 0.0)


class Grown(Dense):
    """Right until a weight has grown beyond 0.8."""

    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        self.dW = np.where(self.W > 0.8, -self.dW, self.dW)
        return dx


class NotFinite(Dense):
    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        self.db = self.db / 0.0 * 0.0
        return dx


class StaleInput(Dense):
    """Keeps its input of the first pass."""

    def forward(self, x: Array) -> Array:
        self.first = getattr(self, "first", x)
        return super().forward(x)

    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        self.dW = self.first.T @ dout
        return dx


class ForgottenBatch(TwoLayers):
    def gradients_from(self, x: Array, dy: Array) -> dict[str, Array]:
        found = super().gradients_from(x, dy)
        return {**found, "b1": found["b1"] * len(x)}


class WrongSine(Slotted):
    __slots__ = ()

    def backward(self, dout: Array) -> Array:
        dz = dout * -np.cos(self.x @ self.W)
        self.dW = self.x.T @ dz
        return dz @ self.W.T


class Doubling(Adding):
    """Adds the gradients up twice."""

    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        self.layers[0].dW = self.layers[0].dW * 2.0
        return dx


TALLY: list[int] = []


class Elsewhere(Dense):
    """Now and then its gradient depends on a list that is no part of it."""

    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        TALLY.append(1)
        if len(TALLY) % 2:
            self.dW = self.dW * 1.5
        return dx


def train_early(network: Chain, lr: float = 0.1) -> Loop:
    """Update the weights between the two passes, by the gradients of the step before."""
    draw, loss = batches(), Squares(network)

    def train(steps: int) -> list[float]:
        losses = []
        for step in range(steps):
            x, t = draw()
            losses.append(loss.forward(network.forward(x), t))
            if step > 60:
                network.update(lr)
            loss.backward()
            if step <= 60:
                network.update(lr)
        return losses

    return train


def train_reusing(network: Chain, lr: float = 0.1) -> Loop:
    """Fill the buffer with the next batch before the backward pass of this one."""
    draw, loss = batches(), Squares(network)
    buffer = np.zeros((8, 4))

    def train(steps: int) -> list[float]:
        losses = []
        for _ in range(steps):
            buffer[:], t = draw()
            losses.append(loss.forward(network.forward(buffer), t))
            buffer[:], _ = draw()
            loss.backward()
            network.update(lr)
        return losses

    return train


@dataclass(frozen=True)
class Fault:
    """A wrong training, and what must be said of it."""

    make: Callable[[], object]
    loop: Callable[..., Loop]
    step: int
    """The check that must see it first: checks are at 1, 50, 100, ..."""
    words: tuple[str, ...]
    """What the warning must hold."""


def layered(first: type = Dense, middle: type = Relu, last: type = Dense) -> Chain:
    rng = np.random.default_rng(0)
    return Chain(first(4, 7, rng), middle(), last(7, 3, rng))


FAULTS: dict[str, Fault] = {
    "sign": Fault(
        lambda: layered(last=SignOfBias), train_chain, 1, ("layers.2", "SignOfBias", "sign")
    ),
    "mean": Fault(
        lambda: layered(MeanOfBias), train_chain, 1, ("layers.0", "MeanOfBias", "mean")
    ),
    "mask": Fault(lambda: layered(middle=OpenMask), train_chain, 1, ("layers.1", "OpenMask")),
    "late, by count": Fault(
        lambda: layered(middle=Leaking), train_chain, 150, ("layers.1", "Leaking")
    ),
    "late, by weight": Fault(
        lambda: layered(last=Grown), train_chain, 50, ("layers.2", "Grown")
    ),
    "not finite": Fault(lambda: layered(NotFinite), train_chain, 1, ("not finite", "layers.0")),
    "first batch": Fault(lambda: layered(StaleInput), train_chain, 50, ("layers.0", "Stale")),
    "model": Fault(
        lambda: ForgottenBatch(np.random.default_rng(0)), train_model, 50, ("b1", "factor")
    ),
    "slots": Fault(lambda: WrongSine(np.random.default_rng(0)), train_layer, 1, ("W", "sign")),
    "adding twice": Fault(lambda: chain(kind=Doubling), train_chain, 1, ("layers.0.W",)),
    "state elsewhere": Fault(
        lambda: layered(Elsewhere), train_chain, 1, ("the training received", "layers.0.W")
    ),
    "update too early": Fault(
        layered, train_early, 100, ("changed between the forward and the backward pass",)
    ),
    "batch overwritten": Fault(
        layered, train_reusing, 1, ("batch was written into between the forward",)
    ),
}
