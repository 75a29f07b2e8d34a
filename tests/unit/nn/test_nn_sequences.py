"""Recurrent layers and attention: closed forms, masks, refusals."""

import numpy as np
import pytest

from nn.layers import (
    GRU,
    LSTM,
    RNN,
    Linear,
    MultiHeadAttention,
    PositionEmbedding,
    ScaledDotProductAttention,
)

THREE = np.ones((2, 3, 6))
RECURRENT = [RNN, LSTM, GRU]


@pytest.mark.parametrize("kind", RECURRENT)
def test_sequence_in_two_parts_is_the_sequence_in_one(kind, rng):
    layer, x = kind(3, 4, rng=rng), rng.standard_normal((2, 6, 3))
    whole = layer.forward(x)
    first = layer.forward(x[:, :4])
    states = [first[:, -1]]
    if kind is LSTM:
        states.append(layer._cs[-1])
    np.testing.assert_allclose(layer.forward(x[:, 4:], *states), whole[:, 4:], rtol=1e-13)


@pytest.mark.parametrize("kind", RECURRENT)
def test_gradients_come_back_for_what_was_given(kind, rng):
    layer, x, h = kind(3, 4, rng=rng), rng.standard_normal((2, 5, 3)), np.zeros((2, 4))
    y = layer.forward(x)
    dx = layer.backward(y)
    layer.forward(x, h)
    again, dh = layer.backward(y)
    assert np.array_equal(dx, again)
    assert dh.shape == h.shape


def test_cell_state_alone_gets_its_own_gradient(rng):
    layer, x, zero = LSTM(3, 4, rng=rng), rng.standard_normal((2, 5, 3)), np.zeros((2, 4))
    y = layer.forward(x, zero, zero)
    both = layer.backward(y)
    layer.forward(x, None, zero)
    _, dc = layer.backward(y)
    assert np.array_equal(dc, both[2])
    assert not np.array_equal(dc, both[1])


def test_rnn_has_its_closed_form(rng):
    layer = RNN(1, 1, rng=rng)
    for name, value in {"W_x": 2.0, "W_h": 3.0, "b": 0.5}.items():
        layer.params[name][...] = value
    first = np.tanh(2 * 0.1 + 0.5)
    y = layer.forward(np.array([[[0.1], [-0.2]]]))
    np.testing.assert_allclose(y.ravel(), [first, np.tanh(-0.4 + 3 * first + 0.5)], rtol=1e-15)


def test_lstm_with_open_forget_gate_and_shut_input_keeps_its_memory(rng):
    layer = LSTM(1, 1, rng=rng)
    for value in layer.params.values():
        value[...] = 0
    layer.params["b"][...] = [-800, 800, 800, 0]  # i, f, o, g
    y = layer.forward(np.ones((1, 3, 1)), np.zeros((1, 1)), np.full((1, 1), 0.7))
    np.testing.assert_allclose(y.ravel(), np.tanh(0.7), rtol=1e-15)


def test_gru_with_open_update_gate_keeps_its_state(rng):
    layer = GRU(1, 1, rng=rng)
    for value in layer.params.values():
        value[...] = 0
    layer.params["b"][...] = [0, 800, 0]  # r, z, n
    assert layer.forward(np.ones((1, 3, 1)), np.full((1, 1), 0.7)).ravel().tolist() == [0.7] * 3


@pytest.mark.parametrize("kind", RECURRENT)
@pytest.mark.parametrize("shape", [(0, 4, 3), (2, 0, 3), (1, 1, 3)])
def test_short_and_empty_sequences_pass(kind, shape, rng):
    layer = kind(3, 2, rng=rng)
    y = layer.forward(np.ones(shape), np.ones((shape[0], 2)))
    dx, dh = layer.backward(np.ones_like(y))
    assert (dx.shape, dh.shape) == (shape, (shape[0], 2))
    assert all(g.shape == layer.params[name].shape for name, g in layer.grads.items())


@pytest.mark.parametrize("kind", RECURRENT)
@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (((2, 3),), r"x has shape \(2, 3\), but it must be \(N, T, 3\)"),
        (((2, 4, 5),), r"\(N, T, 3\)"),
        (((2, 4, 3), (1, 2)), r"state has shape \(1, 2\).*\(2, 2\)"),
    ],
)
def test_sequence_or_state_of_another_shape_is_refused(kind, arrays, message, rng):
    layer = kind(3, 2, rng=rng)
    y = layer.forward(np.ones((1, 2, 3)))
    with pytest.raises(ValueError, match=message):
        layer.forward(*map(np.ones, arrays))
    assert layer.backward(y).shape == (1, 2, 3)


@pytest.mark.parametrize("kind", RECURRENT)
def test_recurrent_layer_needs_positive_sizes(kind, rng):
    with pytest.raises(ValueError, match="input_size=3, hidden_size=0"):
        kind(3, 0, rng=rng)


# ---- attention ------------------------------------------------------------------------------


def test_attention_to_equal_keys_is_the_mean_of_the_values(rng):
    v = rng.standard_normal((2, 5, 3))
    y = ScaledDotProductAttention().forward(np.ones((2, 4, 6)), np.ones((2, 5, 6)), v)
    np.testing.assert_allclose(y, np.broadcast_to(v.mean(axis=1, keepdims=True), y.shape))


def test_masked_key_is_as_if_it_were_not_there(rng):
    q, k, v = (rng.standard_normal((2, 4, 3)) for _ in range(3))
    layer = ScaledDotProductAttention()
    mask = np.array([True, True, False, True])
    y = layer.forward(q, k, v, mask)
    dq, dk, dv = layer.backward(y)
    left = ScaledDotProductAttention()
    np.testing.assert_allclose(left.forward(q, k[:, mask], v[:, mask]), y, rtol=1e-13)
    np.testing.assert_allclose(left.backward(y)[0], dq, rtol=1e-12)
    assert not dk[:, 2].any()
    assert not dv[:, 2].any()


def test_query_that_sees_nothing_gets_zeros_and_passes_no_gradient(rng):
    q, k, v = (rng.standard_normal((3, 4)) for _ in range(3))
    mask = np.ones((3, 3), bool)
    mask[1] = False
    layer = ScaledDotProductAttention()
    assert not layer.forward(q, k, v, mask)[1].any()
    assert not layer.backward(np.ones((3, 4)))[0][1].any()


def test_query_without_any_key_gets_zeros():
    layer = ScaledDotProductAttention()
    assert not layer.forward(np.ones((2, 3)), np.ones((0, 3)), np.ones((0, 4))).any()
    assert [g.shape for g in layer.backward(np.ones((2, 4)))] == [(2, 3), (0, 3), (0, 4)]


def test_what_stands_in_padding_does_not_matter(rng):
    x, keys = rng.standard_normal((1, 3, 6)), rng.standard_normal((1, 4, 6))
    mask = np.array([True, True, False, True])
    layer = heads(rng)
    y = layer.forward(x, keys, keys, mask)
    gradients, grads = layer.backward(y), dict(layer.grads)
    keys[0, 2] = np.nan
    np.testing.assert_allclose(layer.forward(x, keys, keys, mask), y, rtol=1e-13)
    for new, old in zip(layer.backward(y), gradients, strict=True):
        np.testing.assert_allclose(new, old, rtol=1e-12, atol=1e-14)
    for name, g in grads.items():
        np.testing.assert_allclose(layer.grads[name], g, rtol=1e-12, atol=1e-14)


def test_causal_attention_does_not_look_ahead(rng):
    q, k, v = (rng.standard_normal((4, 3)) for _ in range(3))
    layer = ScaledDotProductAttention(causal=True)
    y = layer.forward(q, k, v)
    k[2:], v[2:] = 9, 9
    assert np.array_equal(layer.forward(q, k, v)[:2], y[:2])


def test_attention_is_stable_for_scores_of_a_thousand():
    q = np.array([[1000.0], [-1000.0]])
    y = ScaledDotProductAttention().forward(
        q, np.array([[1.0], [-1.0]]), np.array([[1.0], [2]])
    )
    assert y.tolist() == [[1], [2]]


def test_key_bias_of_attention_has_no_gradient(rng):
    layer = MultiHeadAttention(6, 2, rng=rng)
    y = layer.forward(rng.standard_normal((2, 4, 6)))
    layer.backward(rng.standard_normal(y.shape))
    np.testing.assert_allclose(layer.grads["b_k"], 0, atol=1e-14)
    assert abs(layer.grads["b_q"]).max() > 1e-3


def test_input_that_stands_for_others_gets_their_gradients(rng):
    layer, x = MultiHeadAttention(6, 2, rng=rng), rng.standard_normal((2, 4, 6))
    y = layer.forward(x, x, x)
    dq, dk, dv = layer.backward(y)
    layer.forward(x)
    np.testing.assert_allclose(layer.backward(y), dq + dk + dv, rtol=1e-12)
    layer.forward(x, x)
    pair = layer.backward(y)
    np.testing.assert_allclose(pair[1], dk + dv, rtol=1e-12)


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.ones((4, 5), bool), r"shape \(4, 5\).*broadcast to the scores \(2, 4, 4\)"),
        (np.ones((3, 2, 4, 4), bool), "broadcast"),
        (np.ones((4, 4)), "mask has dtype float64"),
    ],
)
def test_mask_of_another_shape_or_kind_is_refused(mask, message, rng):
    q, k, v = (rng.standard_normal((2, 4, 3)) for _ in range(3))
    layer = ScaledDotProductAttention()
    y = layer.forward(q, k, v)
    with pytest.raises(ValueError, match=message):
        layer.forward(q[:, :, :], k, v, mask)
    assert len(layer.backward(y)) == 3


@pytest.mark.parametrize(
    "shapes",
    [
        ((4, 3), (5, 2), (5, 3)),
        ((4, 3), (5, 3), (4, 3)),
        ((2, 4, 3), (1, 5, 3), (2, 5, 3)),
        ((3,), (3,), (3,)),
    ],
)
def test_operands_of_attention_that_do_not_match_are_named(shapes):
    with pytest.raises(ValueError, match=r"must be \(\.\.\., T, d\), \(\.\.\., S, d\)"):
        ScaledDotProductAttention().forward(*map(np.ones, shapes))


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda r: MultiHeadAttention(6, 4, rng=r), "num_heads=4 must divide dim=6"),
        (lambda r: heads(r).forward(np.ones((2, 6))), r"query \(2, 6\)"),
        (lambda r: heads(r).forward(np.ones((2, 3, 5))), r"must be \(N, T, 6\)"),
        (lambda r: heads(r).forward(np.ones((2, 3, 6)), np.ones((1, 3, 6))), "key"),
        (
            lambda r: heads(r).forward(np.ones((2, 3, 6)), value=np.ones((2, 3, 6))),
            "needs a key",
        ),
        (
            lambda r: heads(r).forward(np.ones((2, 3, 6)), mask=np.ones((2, 3, 3, 3), bool)),
            r"broadcast to the scores \(2, 2, 3, 3\)",
        ),
        (lambda r: Linear(0, 2, rng=r), "in_features=0"),
        (lambda r: Linear(3, 2, rng=r).forward(np.ones((3, 4))), "must end in 3"),
        (lambda r: PositionEmbedding(0, 2, rng=r), "max_length=0"),
        (lambda r: PositionEmbedding(3, 2, rng=r).forward(np.ones((4, 2))), "T up to 3"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_shapes(act, message, rng):
    with pytest.raises(ValueError, match=message):
        act(rng)


def heads(rng):
    return MultiHeadAttention(6, 2, rng=rng)


@pytest.mark.parametrize(
    "make",
    [heads, lambda r: Linear(6, 2, rng=r), lambda r: PositionEmbedding(4, 6, rng=r)],
)
def test_empty_batch_passes(make, rng):
    layer = make(rng)
    y = layer.forward(np.ones((0, 3, 6)))
    assert layer.backward(y).shape == (0, 3, 6)
    assert not any(g.any() for g in layer.grads.values())
