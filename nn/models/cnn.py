"""A small convolutional network."""

import numpy as np

from nn.layers.affine import Affine
from nn.layers.batch_norm import BatchNorm
from nn.layers.conv2d import Conv2D
from nn.layers.dropout import Dropout
from nn.layers.layer import UnaryLayer
from nn.layers.pool2d import MaxPool2D
from nn.layers.relu import ReLU
from nn.layers.shapes import Reshape
from nn.network import Network


def cnn(
    side: int = 28,
    classes: int = 10,
    *,
    channels: tuple[int, int] = (12, 24),
    p: float = 0.3,
    rng: np.random.Generator,
) -> Network:
    """Two blocks of convolution, batch norm, ReLU and pooling; dropout and an affine layer.

    x is (N, side * side), rows of grey values; each block halves the side.  The same generator
    draws the weights and, in training, the masks.

    Raises
    ------
    ValueError
        For a side below 4, of which two halvings leave nothing.
    """
    if side < 4:
        raise ValueError(f"cnn: side must be 4 or more, got {side}")
    first, second = channels
    return Network(
        [
            Reshape((1, side, side)),
            *_block(1, first, rng),
            *_block(first, second, rng),
            Dropout(p, rng=rng),
            Affine(second * (side // 4) ** 2, classes, rng=rng),
        ]
    )


def _block(in_channels: int, out_channels: int, rng: np.random.Generator) -> list[UnaryLayer]:
    return [
        Conv2D(in_channels, out_channels, 3, padding=1, rng=rng),
        BatchNorm(out_channels),
        ReLU(),
        MaxPool2D(2),
    ]
