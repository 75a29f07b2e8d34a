"""The command line: python -m nn train."""

import argparse
import os
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nn.arrays import Array
from nn.checkpoint import load_checkpoint, read_options, save_checkpoint
from nn.curve import save_curve
from nn.data import load_digits
from nn.options import parser, resolved, schedule_of
from nn.recipes import RECIPES
from nn.training import Schedule, Training
from nn.weights import save_weights

DIVERGED, INTERRUPTED = 1, 2

Pair = tuple[Array, Array]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 training diverged, 2 interrupted, 4 wrong usage."""
    reader = parser()
    given = reader.parse_args(arguments)
    try:
        job = _prepared(given)
    except (OSError, ValueError) as error:
        reader.error(str(error))
    try:
        return _train(given, job)
    except BrokenPipeError:
        # Whoever reads, such as `head`, has seen enough; all files have been written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        reader.error(f"{error.filename}: {error.strerror}")
    except FloatingPointError as error:
        print(f"training diverged: {error}", file=sys.stderr)
        return DIVERGED
    except KeyboardInterrupt:
        saved = f"; {given.save} holds the last whole epoch, if any" if given.save else ""
        print(f"interrupted, no weights saved{saved}", file=sys.stderr)
        return INTERRUPTED


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """A training, with what it runs on."""

    options: dict[str, Any]
    """What a checkpoint has to know."""
    schedule: Schedule
    """How long and in what steps."""
    training: Training
    """At its start, or where it is resumed."""
    train: Pair
    """Digits to learn from."""
    validation: Pair | None
    """Digits to stop by."""
    test: Pair
    """Digits held out."""


def _prepared(given: argparse.Namespace) -> _Job:
    options = resolved(given, read_options(given.resume) if given.resume else {})
    schedule = schedule_of(options, given.epochs)
    train, validation, test = _data(options)
    training = _training(options, schedule, len(train[0]))
    if given.resume:
        load_checkpoint(given.resume, training)
    return _Job(options, schedule, training, train, validation, test)


def _train(given: argparse.Namespace, job: _Job) -> int:
    training, schedule = job.training, job.schedule

    def after() -> None:
        if given.save:
            save_checkpoint(given.save, training, job.options)

    began = time.perf_counter()
    left = schedule.steps(len(job.train[0])) - training.optimizer.steps
    _run(training.run(job.train, schedule, validation=job.validation, after=after), left)
    summary = _summary(training, job.test, schedule, time.perf_counter() - began)
    # Files before words, so that nothing is lost where nobody listens any more.
    written = _write(given, job, summary)
    print(summary, *written, sep="\n", flush=True)
    return 0


def _training(options: dict[str, Any], schedule: Schedule, examples: int) -> Training:
    rng = np.random.default_rng(options["seed"])
    chosen = {name: options[name] for name in ("hidden", "activation")}
    own = {name: value for name, value in chosen.items() if value is not None}
    return RECIPES[options["model"]].training(schedule, examples, own, rng)


def _data(options: dict[str, Any]) -> tuple[Pair, Pair | None, Pair]:
    """(to learn from, to stop by, held out); a tenth is kept back only to stop by it."""
    digits, dtype = load_digits(), RECIPES[options["model"]].dtype
    x, t = digits.x_train.astype(dtype), digits.t_train
    test = digits.x_test.astype(dtype), digits.t_test
    if options["patience"] is None:
        return (x, t), None, test
    kept = len(x) // 10
    return (x[:-kept], t[:-kept]), (x[-kept:], t[-kept:]), test


def _run(steps: Iterator[float], count: int) -> None:
    if sys.stdout.isatty():
        # Imported here so that everything but the bar works with NumPy alone.
        from nn.progress import show

        show(steps, count)
    else:
        deque(steps, maxlen=0)


def _summary(training: Training, test: Pair, schedule: Schedule, seconds: float) -> str:
    network = training.objective.network
    loss = training.evaluate(*test)
    network.eval()
    right = network.accuracy(*test)
    done = len(training.history)
    early = f", stopped early after {done} epochs" if done < schedule.epochs else ""
    return (
        f"{right:.1%} of {len(test[1])} held-out digits are right "
        f"(loss {loss:.3f}) after {seconds:.1f} s of training{early}"
    )


def _write(given: argparse.Namespace, job: _Job, summary: str) -> list[str]:
    """Write the files that were asked for, and return what there is to say of each."""
    network, said = job.training.objective.network, []
    if given.weights:
        save_weights(given.weights, {**network.params, **network.buffers})
        said.append(f"weights saved to {given.weights}")
    if given.plot:
        title = f"{job.options['model']}: {summary.split(' (')[0]}"
        save_curve(given.plot, job.training.history, title)
        said.append(f"learning curve drawn in {given.plot}")
    return said


if __name__ == "__main__":
    sys.exit(main())
