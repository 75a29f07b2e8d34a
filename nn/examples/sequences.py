"""Recurrent layers and attention, with initial states, masks and several steps."""

import numpy as np

from nn.examples.example import Example
from nn.layers import (
    GRU,
    LSTM,
    RNN,
    Linear,
    MultiHeadAttention,
    PositionEmbedding,
    ScaledDotProductAttention,
)


def linear_positions(rng: np.random.Generator) -> Example:
    """The same map at each of six positions."""
    return Linear(4, 3, rng=rng), (rng.standard_normal((2, 3, 4)),)


def position_embedding_short(rng: np.random.Generator) -> Example:
    """A sequence shorter than the longest."""
    return PositionEmbedding(5, 3, rng=rng), (rng.standard_normal((2, 4, 3)),)


def rnn_from_state(rng: np.random.Generator) -> Example:
    """Four steps from a state that is given."""
    return RNN(3, 5, rng=rng), (rng.standard_normal((2, 4, 3)), rng.standard_normal((2, 5)))


def rnn_from_zero(rng: np.random.Generator) -> Example:
    """Three steps from zeros."""
    return RNN(3, 2, rng=rng), (rng.standard_normal((2, 3, 3)),)


def lstm_from_states(rng: np.random.Generator) -> Example:
    """Four steps from states that are given."""
    states = tuple(rng.standard_normal((2, 3)) for _ in range(2))
    return LSTM(5, 3, rng=rng), (rng.standard_normal((2, 4, 5)), *states)


def lstm_from_zero(rng: np.random.Generator) -> Example:
    """Three steps of one example."""
    return LSTM(2, 3, rng=rng), (rng.standard_normal((1, 3, 2)),)


def gru_from_state(rng: np.random.Generator) -> Example:
    """Four steps from a state that is given."""
    return GRU(5, 3, rng=rng), (rng.standard_normal((2, 4, 5)), rng.standard_normal((2, 3)))


def gru_from_zero(rng: np.random.Generator) -> Example:
    """Three steps from zeros."""
    return GRU(2, 3, rng=rng), (rng.standard_normal((2, 3, 2)),)


def attention_masked(rng: np.random.Generator) -> Example:
    """More keys than queries, a mask, and a query that sees nothing."""
    mask = rng.random((2, 3, 5)) < 0.6
    mask[0, 1] = False
    q, k, v = (rng.standard_normal((2, *shape)) for shape in ((3, 4), (5, 4), (5, 2)))
    return ScaledDotProductAttention(), (q, k, v, mask)


def attention_causal(rng: np.random.Generator) -> Example:
    """Each query sees what stands before it."""
    q, k, v = (rng.standard_normal((2, 2, 4, 3)) for _ in range(3))
    return ScaledDotProductAttention(causal=True), (q, k, v)


def multi_head_self(rng: np.random.Generator) -> Example:
    """A sequence that attends to itself."""
    return MultiHeadAttention(6, 2, rng=rng), (rng.standard_normal((2, 4, 6)),)


def multi_head_cross_masked(rng: np.random.Generator) -> Example:
    """Queries of one sequence, keys and values of two others, and a mask."""
    mask = rng.random((2, 1, 3, 5)) < 0.7
    mask[..., 0] = True
    query, key, value = (rng.standard_normal((2, t, 6)) for t in (3, 5, 5))
    return MultiHeadAttention(6, 3, rng=rng), (query, key, value, mask)
