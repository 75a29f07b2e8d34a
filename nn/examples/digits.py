"""Networks on real digits, each with a batch of inputs, made from nothing but a generator."""

import numpy as np

from nn.arrays import Array
from nn.data import load_digits
from nn.losses import SoftmaxCrossEntropy
from nn.models import mlp
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


def _on_digits(
    network: Network, rng: np.random.Generator
) -> tuple[Objective, tuple[Array, Array]]:
    digits = load_digits()
    chosen = rng.choice(len(digits.x_train), BATCH, replace=False)
    batch = digits.x_train[chosen], digits.t_train[chosen]
    return Objective(network, SoftmaxCrossEntropy()), batch
