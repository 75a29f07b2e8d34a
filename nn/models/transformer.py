"""A network that attends to all rows of an image at once."""

import numpy as np

from nn.containers.residual import Residual
from nn.containers.sequential import Sequential
from nn.initializers import xavier
from nn.layers.affine import Affine
from nn.layers.attention import MultiHeadAttention
from nn.layers.gelu import GELU
from nn.layers.layer_norm import LayerNorm
from nn.layers.linear import Linear
from nn.layers.position import PositionEmbedding
from nn.layers.reductions import Mean
from nn.layers.shapes import Reshape
from nn.network import Network


def transformer(
    side: int = 28,
    classes: int = 10,
    *,
    dim: int = 48,
    num_heads: int = 4,
    blocks: int = 2,
    rng: np.random.Generator,
) -> Network:
    """Rows as a sequence, blocks of self-attention and feed-forward, the mean over positions.

    x is (N, side * side), rows of grey values.  Norms stand before each part of a block, inside
    its residual (Xiong et al., "On layer normalization in the transformer architecture", 2020).
    """
    return Network(
        [
            Reshape((side, side)),
            Linear(side, dim, rng=rng, init=xavier),
            PositionEmbedding(side, dim, rng=rng),
            *(part for _ in range(blocks) for part in _block(dim, num_heads, rng)),
            LayerNorm(dim),
            Mean(1),
            Affine(dim, classes, rng=rng, init=xavier),
        ]
    )


def _block(dim: int, num_heads: int, rng: np.random.Generator) -> tuple[Residual, Residual]:
    attention = Sequential([LayerNorm(dim), MultiHeadAttention(dim, num_heads, rng=rng)])
    feed_forward = Sequential(
        [
            LayerNorm(dim),
            Linear(dim, 2 * dim, rng=rng),
            GELU("tanh"),
            Linear(2 * dim, dim, rng=rng, init=xavier),
        ]
    )
    return Residual(attention), Residual(feed_forward)
