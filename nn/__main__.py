"""The command line: python -m nn train."""

import argparse
import math
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import numpy as np

from nn.data import Digits, load_digits
from nn.losses import SoftmaxCrossEntropy
from nn.models import ACTIVATIONS, mlp
from nn.network import Network
from nn.objective import Objective
from nn.training import Schedule, training
from nn.weights import save_weights

DIVERGED, INTERRUPTED, USAGE = 1, 2, 4


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 training diverged, 2 interrupted, 4 wrong usage."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        return _train(options)
    except OSError as error:
        parser.error(f"--weights {options.weights}: {error.strerror}")
    except FloatingPointError as error:
        print(f"training diverged: {error}", file=sys.stderr)
        return DIVERGED
    except KeyboardInterrupt:
        print("interrupted, nothing saved", file=sys.stderr)
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m nn", description="A neural network in plain NumPy.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    usual = Schedule()
    train = commands.add_parser(
        "train",
        help="train a network on handwritten digits",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = train.add_argument
    add("--weights", type=_new_file, metavar="FILE", help="save the weights as npz")
    add("--epochs", type=_positive, default=usual.epochs, help="passes over the data")
    add("--batch", type=_positive, default=usual.batch, help="examples a step")
    add("--lr", type=_rate, default=usual.lr, help="learning rate")
    add("--seed", type=_seed, default=0, help="of the initial weights and the shuffling")
    add("--hidden", type=_positive, default=50, help="width of the hidden layer")
    names = [name for name, _, _ in ACTIVATIONS]
    add("--activation", choices=names, default="relu", help="of the hidden layer")
    return parser


def _train(options: argparse.Namespace) -> int:
    rng = np.random.default_rng(options.seed)
    digits, network = load_digits(), _network(options, rng)
    schedule = Schedule(options.epochs, options.batch, options.lr)
    began = time.perf_counter()
    steps = training(
        Objective(network, SoftmaxCrossEntropy()),
        (digits.x_train, digits.t_train),
        schedule=schedule,
        rng=rng,
    )
    _run(steps, schedule.steps(len(digits.x_train)))
    print(_summary(network, digits, time.perf_counter() - began))
    if options.weights is not None:
        save_weights(options.weights, network.params)
        print(f"weights saved to {options.weights}")
    return 0


def _network(options: argparse.Namespace, rng: np.random.Generator) -> Network:
    return mlp((784, options.hidden, 10), options.activation, rng=rng)


def _run(steps: Iterator[float], count: int) -> None:
    if sys.stdout.isatty():
        # Imported here so that everything but the bar works with NumPy alone.
        from nn.progress import show

        show(steps, count)
    else:
        deque(steps, maxlen=0)


def _summary(network: Network, digits: Digits, seconds: float) -> str:
    right = network.accuracy(digits.x_test, digits.t_test)
    loss = network.loss(digits.x_test, digits.t_test)
    return (
        f"{right:.1%} of {len(digits.t_test)} held-out digits are right "
        f"(loss {loss:.3f}) after {seconds:.1f} s of training"
    )


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"expected a positive whole number, got {text!r}")
    return int(text)


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"expected a whole number from 0 on, got {text!r}")
    return int(text)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not (math.isfinite(rate) and rate > 0):
        raise argparse.ArgumentTypeError(f"expected a positive number, got {text!r}")
    return rate


def _new_file(text: str) -> Path:
    # Found out now, and not when the training is done.
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is not a file in an existing folder")
    return path


if __name__ == "__main__":
    sys.exit(main())
