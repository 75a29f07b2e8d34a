"""Training: mini-batches of a shuffled data set, one step of descent for each."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nn.arrays import Array
from nn.objective import Objective
from nn.optimizers.sgd import SGD


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and in what steps to train."""

    epochs: int = 12
    """Passes over the data."""
    batch: int = 16
    """Examples a step; the last step of an epoch may have fewer."""
    lr: float = 0.2
    """Learning rate of the descent."""

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.batch < 1:
            raise ValueError(
                f"Schedule: epochs and batch must be positive, got {self.epochs}, {self.batch}"
            )

    def steps(self, examples: int) -> int:
        """How many steps a data set of this size takes."""
        return self.epochs * math.ceil(examples / self.batch)


def training(
    objective: Objective,
    data: tuple[Array, Array],
    *,
    schedule: Schedule,
    rng: np.random.Generator,
) -> Iterator[float]:
    """Train in place on data = (x, t), a step at a time; each step yields its loss.

    Raises
    ------
    FloatingPointError
        Where the loss is not finite any more, as it happens with too large a learning rate.
    """
    x, t = data
    optimizer = SGD(schedule.lr)
    for number, chosen in enumerate(_batches(len(x), schedule, rng), start=1):
        # Overflow is an answer here, not an accident: the check below reports it.
        with np.errstate(over="ignore", invalid="ignore"):
            loss = float(objective.forward(x[chosen], t[chosen]))
            objective.backward()
            optimizer.step(objective.params, objective.grads)
        if not math.isfinite(loss):
            raise FloatingPointError(
                f"the loss is {loss} at step {number}: lower the learning rate, {schedule.lr}"
            )
        yield loss


def _batches(examples: int, schedule: Schedule, rng: np.random.Generator) -> Iterator[Array]:
    for _ in range(schedule.epochs):
        order = rng.permutation(examples)
        for start in range(0, examples, schedule.batch):
            yield order[start : start + schedule.batch]
