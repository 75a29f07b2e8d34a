"""Networks on real digits, each with a batch of inputs, made from nothing but a generator."""

from functools import cache

import numpy as np

from nn.arrays import Array
from nn.data import Digits, load_digits
from nn.losses import SoftmaxCrossEntropy
from nn.models import cnn, lstm, mlp, transformer
from nn.network import Network
from nn.objective import Objective
from nn.weights import TRAINED, load_weights

BATCH = 20


def digits_initial(rng: np.random.Generator) -> tuple[Objective, tuple[Array, Array]]:
    """A 784-50-10 network of ReLU with initial weights, and a batch of digits and labels."""
    return _on_digits(mlp(rng=rng), rng)


def digits_trained(rng: np.random.Generator) -> tuple[Objective, tuple[Array, Array]]:
    """The same network with the trained weights of this package."""
    network = mlp(rng=rng)
    load_weights(TRAINED, network.params)
    return _on_digits(network, rng)


def digits_sigmoid(rng: np.random.Generator) -> tuple[Objective, tuple[Array, Array]]:
    """A 784-50-10 network of sigmoids with initial weights."""
    return _on_digits(mlp(activation="sigmoid", rng=rng), rng)


def digits_cnn(rng: np.random.Generator) -> tuple[Objective, tuple[Array, Array]]:
    """A small convolutional network in training, with batch norm and dropout.

    The images are a little noisy: over an even background all entries of a pooling window are
    equal, and where thousands of windows are tied there is no derivative to speak of.
    """
    objective, (x, t) = _on_digits(cnn(channels=(3, 4), rng=rng), rng, batch=3)
    return objective, (x + 0.1 * rng.standard_normal(x.shape), t)


def digits_lstm(rng: np.random.Generator) -> tuple[Objective, tuple[Array, Array]]:
    """A small LSTM that reads the images row by row."""
    return _on_digits(lstm(hidden_size=6, rng=rng), rng, batch=2)


def digits_transformer(rng: np.random.Generator) -> tuple[Objective, tuple[Array, Array]]:
    """One block of attention over the rows."""
    network = transformer(dim=8, num_heads=2, blocks=1, rng=rng)
    return _on_digits(network, rng, batch=2)


@cache
def _digits() -> Digits:
    # A checker makes each example many times, and unpacking takes longer than a forward pass.
    return load_digits()


def _on_digits(
    network: Network, rng: np.random.Generator, batch: int = BATCH
) -> tuple[Objective, tuple[Array, Array]]:
    digits = _digits()
    chosen = rng.choice(len(digits.x_train), batch, replace=False)
    examples = digits.x_train[chosen], digits.t_train[chosen]
    return Objective(network, SoftmaxCrossEntropy()), examples
