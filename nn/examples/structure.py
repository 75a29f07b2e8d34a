"""Layers that move entries, products of matrices, and layers made of layers."""

import numpy as np

from nn.containers import Graph, Parallel, Residual, Sequential
from nn.examples.example import Example
from nn.layers import (
    Add,
    Affine,
    Concatenate,
    Embedding,
    Flatten,
    MatMul,
    Multiply,
    Pad,
    Reshape,
    Slice,
    Tanh,
    Transpose,
)
from nn.layers.layer import UnaryLayer


def reshape_examples(rng: np.random.Generator) -> Example:
    """Six numbers an example as two rows, the second length worked out."""
    return Reshape((2, -1)), (rng.standard_normal((4, 6)),)


def flatten_images(rng: np.random.Generator) -> Example:
    """Small images as rows."""
    return Flatten(), (rng.standard_normal((3, 2, 2, 3)),)


def transpose_axes(rng: np.random.Generator) -> Example:
    """A permutation that is not its own inverse."""
    return Transpose((1, -1, 0)), (rng.standard_normal((2, 3, 4)),)


def concatenate_three(rng: np.random.Generator) -> Example:
    """Three operands of different lengths along the middle axis."""
    return Concatenate(axis=1), tuple(rng.standard_normal((2, n, 3)) for n in (1, 4, 2))


def slice_backwards(rng: np.random.Generator) -> Example:
    """Every second entry from the end."""
    return Slice(step=-2, axis=1), (rng.standard_normal((2, 5, 3)),)


def pad_two_axes(rng: np.random.Generator) -> Example:
    """A lopsided frame of ones round the last two axes."""
    return Pad(((0, 2), (1, 3)), value=1.0), (rng.standard_normal((2, 3, 2)),)


def embedding_repeated(rng: np.random.Generator) -> Example:
    """Indices that occur several times, and some not at all."""
    return Embedding(7, 3, rng=rng), (np.array([[0, 3, 3], [3, 6, 0]]),)


def matmul_broadcast(rng: np.random.Generator) -> Example:
    """Two by three products with matrices repeated on either side."""
    return MatMul(), (rng.standard_normal((2, 1, 4, 3)), rng.standard_normal((3, 3, 5)))


def matmul_vectors(rng: np.random.Generator) -> Example:
    """A row times a stack of matrices."""
    return MatMul(), (rng.standard_normal(3), rng.standard_normal((2, 3, 4)))


def residual_block(rng: np.random.Generator) -> Example:
    """x + tanh(affine(x))."""
    return Residual(Sequential([Affine(4, 4, rng=rng), Tanh()])), (rng.standard_normal((3, 4)),)


def parallel_branches(rng: np.random.Generator) -> Example:
    """Two affine maps of different width and a tanh, of one input."""
    branches: list[UnaryLayer] = [Affine(4, 2, rng=rng), Affine(4, 3, rng=rng), Tanh()]
    return Parallel(branches), (rng.standard_normal((3, 4)),)


def graph_shared_layer(rng: np.random.Generator) -> Example:
    """One affine map used three times, on two inputs and on its own output."""
    shared = Affine(4, 4, rng=rng)
    graph = Graph(
        {
            "left": (shared, "a"),
            "right": (shared, "b"),
            "product": (Multiply(), ("left", "right")),
            "bent": (Tanh(), "product"),
            "again": (shared, "bent"),
            "y": (Add(), ("again", "left")),
        },
        inputs=("a", "b"),
    )
    return graph, (rng.standard_normal((3, 4)), rng.standard_normal((3, 4)))
