"""What the command `train` takes, and in what form."""

import argparse
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from nn.models import ACTIVATIONS
from nn.recipes import RECIPES
from nn.training import Schedule

USAGE = 4

# Options that a checkpoint stores, since another value would make another training of it.
STORED = ("model", "batch", "lr", "seed", "patience", "hidden", "activation")


class Parser(argparse.ArgumentParser):
    """A parser whose errors exit with the code of wrong usage."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and exit."""
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def parser() -> Parser:
    """The parser of the command line."""
    top = Parser(prog="python -m nn", description="A neural network in plain NumPy.")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    train = commands.add_parser("train", help="train a network on handwritten digits")
    add = train.add_argument
    add("--model", choices=RECIPES, help="what to train (default: mlp)")
    add("--epochs", type=_positive, help=f"passes over the data ({_usual('epochs')})")
    add("--batch", type=_positive, help=f"examples a step ({_usual('batch')})")
    add("--lr", type=_rate, help=f"learning rate at the start ({_usual('lr')})")
    add("--seed", type=_seed, help="of all random numbers (default: 0)")
    add(
        "--patience",
        type=_positive,
        help="stop after so many epochs without a better loss on "
        "a tenth of the digits, which is kept back",
    )
    add("--hidden", type=_positive, help="width of the hidden layer of mlp (default: 50)")
    names = [name for name, _, _ in ACTIVATIONS]
    add("--activation", choices=names, help="of the hidden layer of mlp (default: relu)")
    add("--weights", type=_new_file, metavar="FILE", help="save the weights as npz")
    add("--save", type=_new_file, metavar="FILE", help="save the training after each epoch")
    add("--resume", type=Path, metavar="FILE", help="go on with a saved training")
    add("--plot", type=_picture, metavar="FILE.svg", help="draw the learning curve")
    return top


def resolved(given: argparse.Namespace, stored: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the training: those given, else those stored, else the usual ones.

    Raises
    ------
    ValueError
        Where a given option differs from a stored one, and for an option of another model.
    """
    asked = {name: getattr(given, name) for name in STORED}
    asked = {name: value for name, value in asked.items() if value is not None}
    for name, value in asked.items():
        if stored and stored[name] != value:
            raise ValueError(
                f"--{name} {value}: the training to resume has {stored[name]}, which stays"
            )
    options = {"model": "mlp", "seed": 0, "patience": None, "hidden": None, "activation": None}
    options |= dict(stored) | asked
    schedule = RECIPES[str(options["model"])].schedule
    own = [name for name in ("hidden", "activation") if options[name] is not None]
    if own and options["model"] != "mlp":
        raise ValueError(f"--{own[0]} is an option of mlp, not of {options['model']}")
    return {"batch": schedule.batch, "lr": schedule.lr} | options


def schedule_of(options: Mapping[str, Any], epochs: int | None) -> Schedule:
    """The length and steps that the options ask for."""
    usual = RECIPES[options["model"]].schedule.epochs
    return Schedule(
        usual if epochs is None else epochs,
        options["batch"],
        options["lr"],
        options["patience"],
    )


def _usual(field: str) -> str:
    values = [f"{name} {getattr(r.schedule, field)}" for name, r in RECIPES.items()]
    return f"default: {', '.join(values)}"


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


def _picture(text: str) -> Path:
    if not text.endswith(".svg"):
        raise argparse.ArgumentTypeError(f"expected a name that ends in .svg, got {text!r}")
    return _new_file(text)
