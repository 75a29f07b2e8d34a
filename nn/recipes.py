"""How each model is trained on the digits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nn.arrays import Array
from nn.augment import shifted
from nn.losses import SoftmaxCrossEntropy
from nn.models import cnn, lstm, mlp, transformer
from nn.network import Network
from nn.objective import Objective
from nn.optimizers import SGD, AdamW, Optimizer, StepDecay
from nn.training import Schedule, Training

Augment = Callable[[Array, np.random.Generator], Array]


@dataclass(frozen=True, slots=True)
class Recipe:
    """A model with what suits it; every number may be overruled on the command line."""

    build: Callable[..., Network]
    """Make the network; takes `rng` and the options that are its own."""
    schedule: Schedule
    """Usual length and steps."""
    optimizer: Callable[[float], Optimizer] = AdamW
    """Make the optimizer from a learning rate."""
    decay: float = 0.85
    """What is left of the learning rate after each epoch."""
    max_norm: float | None = None
    """Length at which gradients are clipped."""
    augment: Augment | None = None
    """Variations of the images."""
    dtype: npt.DTypeLike = np.float32
    """Precision of parameters and images; single takes half the time."""

    def training(
        self,
        schedule: Schedule,
        examples: int,
        own: Mapping[str, Any],
        rng: np.random.Generator,
    ) -> Training:
        """A training at its start, for a data set of this size."""
        network = self.build(rng=rng, **own)
        for name, value in network.params.items():
            network.params[name] = value.astype(self.dtype)
        epoch = schedule.steps(examples) // schedule.epochs
        return Training(
            Objective(network, SoftmaxCrossEntropy()),
            self.optimizer(schedule.lr),
            rng,
            # By the number of steps and not of those to come, so that a longer training
            # begins as a shorter one.
            rate=StepDecay(schedule.lr, epoch, self.decay),
            max_norm=self.max_norm,
            augment=self.augment,
        )


def _mlp(*, rng: np.random.Generator, hidden: int = 50, activation: str = "relu") -> Network:
    return mlp((784, hidden, 10), activation, rng=rng)


RECIPES: Mapping[str, Recipe] = {
    "mlp": Recipe(_mlp, Schedule(12, 16, 0.2), optimizer=SGD, decay=1.0, dtype=np.float64),
    "cnn": Recipe(cnn, Schedule(18, 32, 0.004), augment=shifted),
    "lstm": Recipe(lstm, Schedule(12, 32, 0.004), max_norm=1.0, augment=shifted),
    "transformer": Recipe(transformer, Schedule(12, 32, 0.003), max_norm=1.0, augment=shifted),
}
