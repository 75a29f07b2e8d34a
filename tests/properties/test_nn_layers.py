"""Layers of random sizes and options: backward is the derivative of forward."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn import layers

# Derandomised, because a random point may lie within a difference step of a kink.
nn_settings = settings(deadline=None, derandomize=True)

STEP = 1e-5
seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 4)
batches = st.integers(0, 3)


def as_tuple(gradients):
    return gradients if isinstance(gradients, tuple) else (gradients,)


def assert_derivative(layer, arrays, rng):
    """The gradients, along a random direction, against a central difference."""
    for value in layer.params.values():
        value += rng.uniform(-0.3, 0.3, value.shape)
    dout = np.asarray(rng.standard_normal(np.shape(layer.forward(*arrays))))
    gradients = as_tuple(layer.backward(dout))
    moved = [a for a in arrays if np.asarray(a).dtype.kind == "f"]
    claimed = [g for g in gradients if g is not None] + [layer.grads[k] for k in layer.params]
    moved += layer.params.values()
    directions = [rng.choice([-1, 1], a.shape) * rng.uniform(1, 2, a.shape) for a in moved]
    along = sum(np.sum(g * d) for g, d in zip(claimed, directions, strict=True))

    def moved_by(step):
        for array, direction in zip(moved, directions, strict=True):
            array += step * direction
        value = np.sum(dout * layer.forward(*arrays))
        for array, direction in zip(moved, directions, strict=True):
            array -= step * direction
        return value

    numeric = (moved_by(STEP) - moved_by(-STEP)) / (2 * STEP)
    size = sum(np.sum(np.abs(g * d)) for g, d in zip(claimed, directions, strict=True))
    assert abs(along - numeric) <= 1e-6 * (1 + size)
    for gradient, array in zip(claimed, moved, strict=True):
        assert gradient.shape == array.shape


def shapes(least=0, most=3):
    return st.lists(st.integers(0, 4), min_size=least, max_size=most).map(tuple)


UNARY = (
    "Abs Clip ELU SELU GELU HardSigmoid HardTanh LeakyReLU Tanh SiLU Softplus ReLU Sigmoid "
    "Negate Exp PlusOne Identity"
)


@pytest.mark.parametrize("name", UNARY.split())
@nn_settings
@given(seed=seeds, shape=shapes(), scale=st.sampled_from([0.1, 1.0, 5.0]))
def test_elementwise_layer(name, seed, shape, scale):
    rng = np.random.default_rng(seed)
    x = np.asarray(scale * rng.standard_normal(shape))
    assert_derivative(getattr(layers, name)(), [x], rng)


@pytest.mark.parametrize("name", ["Add", "Subtract", "Multiply", "Divide", "Power", "Maximum"])
@nn_settings
@given(seed=seeds, shape=shapes(1), ones=st.lists(st.booleans(), min_size=6, max_size=6))
def test_broadcasting_layer(name, seed, shape, ones):
    rng = np.random.default_rng(seed)
    a, b = (
        tuple(1 if one else n for n, one in zip(shape, flags, strict=False))
        for flags in (ones[:3], ones[3:])
    )
    b = b[rng.integers(0, len(b) + 1) :]  # fewer axes broadcast as well
    arrays = [np.asarray(rng.uniform(0.5, 2, s)) for s in (a, b)]
    assert_derivative(getattr(layers, name)(), arrays, rng)


@pytest.mark.parametrize("name", ["Sum", "Mean", "Variance", "Max", "LogSumExp"])
@nn_settings
@given(seed=seeds, data=st.data(), keepdims=st.booleans())
def test_reduction(name, seed, data, keepdims):
    rng = np.random.default_rng(seed)
    shape = data.draw(st.lists(sizes, min_size=1, max_size=3).map(tuple))
    axes = st.lists(st.integers(0, len(shape) - 1), unique=True, min_size=1)
    axis = data.draw(st.none() | axes | st.integers(-len(shape), len(shape) - 1))
    layer = getattr(layers, name)(axis, keepdims=keepdims)
    assert_derivative(layer, [rng.standard_normal(shape)], rng)


@nn_settings
@given(seed=seeds, batch=batches, data=st.data())
def test_convolution_and_its_transpose(seed, batch, data):
    rng = np.random.default_rng(seed)
    groups = data.draw(st.integers(1, 2))
    channels = groups * data.draw(sizes), groups * data.draw(sizes)
    kernel, stride, dilation = (
        tuple(data.draw(st.lists(st.integers(1, 3), min_size=2, max_size=2))) for _ in range(3)
    )
    padding = tuple(data.draw(st.integers(0, k - 1)) for k in kernel)
    options = {"stride": stride, "dilation": dilation, "padding": padding, "groups": groups}
    reach = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    extra = data.draw(st.lists(st.integers(0, 4), min_size=2, max_size=2))
    sides = [max(r - 2 * p, 1) + e for r, p, e in zip(reach, padding, extra, strict=True)]
    x = rng.standard_normal((batch, channels[0], *sides))
    down = layers.Conv2D(*channels, kernel, rng=rng, **options)
    assert_derivative(down, [x], rng)

    # <conv(x), y> = <x, conv^T(y)>, where no row of x is left over
    y = rng.standard_normal(down.forward(x).shape)
    left = [
        (n + 2 * p - r) % s for n, p, r, s in zip(sides, padding, reach, stride, strict=True)
    ]
    up = layers.ConvTranspose2D(channels[1], channels[0], kernel, rng=rng, **options)
    up.params["W"][...], down.params["b"][...] = down.params["W"], 0
    x = x[:, :, : sides[0] - left[0], : sides[1] - left[1]]
    if min(x.shape[2:]) > 0:
        np.testing.assert_allclose(
            np.sum(down.forward(x) * y), np.sum(x * up.forward(y)), atol=1e-10
        )
        assert_derivative(up, [y], rng)


@pytest.mark.parametrize("name", ["MaxPool2D", "AvgPool2D"])
@nn_settings
@given(seed=seeds, batch=batches, data=st.data())
def test_pooling(name, seed, batch, data):
    rng = np.random.default_rng(seed)
    kernel = tuple(data.draw(st.lists(st.integers(1, 3), min_size=2, max_size=2)))
    stride = data.draw(st.none() | st.integers(1, 4))
    padding = tuple(data.draw(st.integers(0, k - 1)) for k in kernel)
    sides = [k + data.draw(st.integers(0, 4)) for k in kernel]
    layer = getattr(layers, name)(kernel, stride=stride, padding=padding)
    assert_derivative(layer, [rng.standard_normal((batch, 2, *sides))], rng)


@nn_settings
@given(seed=seeds, batch=st.integers(2, 4), channels=sizes, rest=shapes(), data=st.data())
def test_normalisations(seed, batch, channels, rest, data):
    rng = np.random.default_rng(seed)
    rest = tuple(max(n, 1) for n in rest)
    x = 2 * rng.standard_normal((batch, 2 * channels, *rest)) + 1
    norm = layers.BatchNorm(2 * channels, eps=0.1)
    if data.draw(st.booleans()):
        norm.forward(x)
        norm.eval()
    tail = x.shape[data.draw(st.integers(1, x.ndim - 1)) :]
    for layer in (
        norm,
        layers.GroupNorm(2, 2 * channels, eps=0.1),
        layers.LayerNorm(tail, eps=0.1),
        layers.RMSNorm(x.shape[-1], eps=0.1),
        layers.L2Normalize(data.draw(st.integers(0, x.ndim - 1))),
    ):
        assert_derivative(layer, [x], rng)


@pytest.mark.parametrize(("name", "states"), [("RNN", 1), ("LSTM", 2), ("GRU", 1)])
@nn_settings
@given(seed=seeds, batch=batches, steps=st.integers(0, 5), data=st.data())
def test_recurrent_layer(name, states, seed, batch, steps, data):
    rng = np.random.default_rng(seed)
    width, hidden = data.draw(sizes), data.draw(sizes)
    x = rng.standard_normal((batch, steps, width))
    given_ = [rng.standard_normal((batch, hidden)) for _ in range(states)]
    layer = getattr(layers, name)(width, hidden, rng=rng)
    assert_derivative(layer, [x, *given_], rng)


@nn_settings
@given(
    seed=seeds, batch=batches, queries=sizes, keys=sizes, causal=st.booleans(), data=st.data()
)
def test_attention(seed, batch, queries, keys, causal, data):
    rng = np.random.default_rng(seed)
    heads, width = data.draw(sizes), data.draw(sizes)
    mask = [rng.random((batch, 1, queries, keys)) < 0.6] if data.draw(st.booleans()) else []
    query, key, value = (
        rng.standard_normal((batch, t, heads * width)) for t in (queries, keys, keys)
    )
    layer = layers.MultiHeadAttention(heads * width, heads, causal=causal, rng=rng)
    assert_derivative(layer, [query, key, value, *mask], rng)
    single = layers.ScaledDotProductAttention(causal=causal)
    assert_derivative(single, [query, key, value, *(m[:, 0] for m in mask)], rng)


@nn_settings
@given(seed=seeds, lead=shapes(most=2), data=st.data())
def test_products(seed, lead, data):
    rng = np.random.default_rng(seed)
    n, k, m = (data.draw(sizes) for _ in range(3))
    a = rng.standard_normal((*lead, n, k))
    b = rng.standard_normal((*(1 for _ in lead[1:]), k, m))
    assert_derivative(layers.MatMul(), [a, b], rng)
    assert_derivative(layers.Linear(k, m, rng=rng), [a], rng)


@nn_settings
@given(seed=seeds, shape=shapes(), vocabulary=sizes)
def test_embedding_adds_up_repeated_indices(seed, shape, vocabulary):
    rng = np.random.default_rng(seed)
    indices = rng.integers(0, vocabulary, shape)
    assert_derivative(layers.Embedding(vocabulary, 3, rng=rng), [indices], rng)
