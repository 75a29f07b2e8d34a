"""Training: mini-batches of a shuffled data set, one step of descent for each."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from nn.arrays import Array
from nn.history import Epoch, stalled
from nn.objective import Objective
from nn.optimizers.clipping import clip_norm
from nn.optimizers.optimizer import Optimizer
from nn.optimizers.rates import Rate
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
    patience: int | None = None
    """Epochs without a better validation loss after which to stop; None: never."""

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.batch < 1:
            raise ValueError(
                f"Schedule: epochs and batch must be positive, got {self.epochs}, {self.batch}"
            )
        if self.patience is not None and self.patience < 1:
            raise ValueError(f"Schedule: patience must be positive, got {self.patience}")

    def steps(self, examples: int) -> int:
        """How many steps a data set of this size takes."""
        return self.epochs * math.ceil(examples / self.batch)


@dataclass(slots=True, eq=False)
class Training:
    """Everything that the next epoch depends on; a checkpoint holds no more than this."""

    objective: Objective
    """Network and loss."""
    optimizer: Optimizer
    """What moves the parameters."""
    rng: np.random.Generator
    """Shuffles; the same generator serves the layers that draw random numbers."""
    rate: Rate | None = None
    """Learning rate by the number of steps done; None: that of the optimizer."""
    max_norm: float | None = None
    """Length at which gradients are clipped; None: not at all."""
    augment: Callable[[Array, np.random.Generator], Array] | None = None
    """Makes variations of a batch of inputs, for training only."""
    history: list[Epoch] = field(default_factory=list)
    """What the epochs done so far came to."""

    def run(
        self,
        data: tuple[Array, Array],
        schedule: Schedule,
        *,
        validation: tuple[Array, Array] | None = None,
        after: Callable[[], None] = lambda: None,
    ) -> Iterator[float]:
        """Train up to `schedule.epochs` in all, calling `after` at the end of each epoch.

        Each step yields its loss.

        Raises
        ------
        FloatingPointError
            Where the loss is not finite any more, as with too large a learning rate.
        """
        while len(self.history) < schedule.epochs:
            if schedule.patience is not None and stalled(self.history, schedule.patience):
                return
            losses = []
            for chosen in _batches(len(data[0]), schedule.batch, self.rng):
                losses.append(self._step(data[0][chosen], data[1][chosen]))
                yield losses[-1]
            checked = math.nan if validation is None else self.evaluate(*validation)
            self.history.append(Epoch(float(np.mean(losses)), checked))
            after()

    def evaluate(self, x: Array, t: Array) -> float:
        """The loss on data that are not trained on, in the mode for use."""
        network = self.objective.network
        network.eval()
        loss = float(self.objective.loss.forward(network.forward(x), t))
        network.train()
        return loss

    def _step(self, x: Array, t: Array) -> float:
        objective, optimizer = self.objective, self.optimizer
        if self.rate is not None:
            optimizer.lr = self.rate(optimizer.steps)
        if self.augment is not None:
            x = self.augment(x, self.rng)
        # Overflow is an answer here, not an accident: the check below reports it.
        with np.errstate(over="ignore", invalid="ignore"):
            loss = float(objective.forward(x, t))
            objective.backward()
            optimizer.step(objective.params, self._clipped(objective.grads))
        if not math.isfinite(loss):
            raise FloatingPointError(
                f"the loss is {loss} at step {optimizer.steps}: lower the learning rate, "
                f"{optimizer.lr}"
            )
        return loss

    def _clipped(self, grads: dict[str, Array]) -> dict[str, Array]:
        return grads if self.max_norm is None else clip_norm(grads, self.max_norm)


def training(
    objective: Objective,
    data: tuple[Array, Array],
    *,
    schedule: Schedule,
    rng: np.random.Generator,
) -> Iterator[float]:
    """Train in place by plain descent on data = (x, t); each step yields its loss."""
    return Training(objective, SGD(schedule.lr), rng).run(data, schedule)


def _batches(examples: int, batch: int, rng: np.random.Generator) -> Iterator[Array]:
    order = rng.permutation(examples)
    for start in range(0, examples, batch):
        yield order[start : start + batch]
