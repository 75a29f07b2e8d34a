"""Convolution and pooling: against loops over pixels, geometry, ties, refusals."""

import inspect
import tracemalloc

import numpy as np
import pytest

import nn.examples
from nn.layers import AvgPool2D, Conv2D, ConvTranspose2D, MaxPool2D


def convolve_by_loops(x, layer):
    """The definition, pixel by pixel."""
    W, b, w = layer.params["W"], layer.params["b"], layer.windows
    (sh, sw), (dh, dw), (ph, pw) = w.stride, w.dilation, w.padding
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    n, _c, high, wide = x.shape
    o, per_group, kh, kw = W.shape
    y = np.zeros(
        (n, o, (high - dh * (kh - 1) - 1) // sh + 1, (wide - dw * (kw - 1) - 1) // sw + 1)
    )
    for index in np.ndindex(*y.shape):
        m, out, i, j = index
        first = out // (o // layer.groups) * per_group
        y[index] = b[out] + sum(
            W[out, ci, a, e] * x[m, first + ci, i * sh + a * dh, j * sw + e * dw]
            for ci in range(per_group)
            for a in range(kh)
            for e in range(kw)
        )
    return y


@pytest.mark.parametrize("side", [5, 6, 7])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stride": 2},
        {"stride": 3, "padding": 2},
        {"stride": (1, 2), "padding": (2, 0)},
        {"dilation": 2},
        {"groups": 2},
        {"stride": 2, "padding": 1, "dilation": (1, 2), "groups": 2},
    ],
)
def test_convolution_is_its_definition(side, options, rng):
    layer = Conv2D(2, 4, 3, rng=rng, **options)
    layer.params["b"][...] = rng.standard_normal(4)
    x = rng.standard_normal((2, 2, side, 6))
    np.testing.assert_allclose(layer.forward(x), convolve_by_loops(x, layer), rtol=1e-11)


@pytest.mark.parametrize(
    "options",
    [{}, {"stride": 2, "padding": 1}, {"dilation": 2, "groups": 2}, {"stride": (3, 1)}],
)
def test_transposed_convolution_is_the_backward_pass_of_a_convolution(options, rng):
    up, down = ConvTranspose2D(4, 2, 3, rng=rng, **options), Conv2D(2, 4, 3, rng=rng, **options)
    down.params["W"][...] = up.params["W"]
    x = rng.standard_normal((2, 4, 3, 4))
    y = up.forward(x)
    back = down.forward(y)
    assert back.shape == x.shape
    np.testing.assert_allclose(down.backward(x), y, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(up.backward(y), back, rtol=1e-11, atol=1e-13)


def test_output_padding_adds_rows_that_a_stride_has_skipped(rng):
    for extra in (0, 1):
        layer = ConvTranspose2D(1, 1, 3, stride=2, padding=1, output_padding=extra, rng=rng)
        assert layer.forward(np.ones((1, 1, 4, 4))).shape == (1, 1, 7 + extra, 7 + extra)


def test_tied_maxima_send_the_gradient_to_the_first_row_by_row():
    layer = MaxPool2D(2)
    assert layer.forward(np.array([[[[1.0, 5], [5, 5]]]])).tolist() == [[[[5]]]]
    assert layer.backward(np.array([[[[3.0]]]])).tolist() == [[[[0, 3], [0, 0]]]]


def test_overlapping_windows_add_up_in_their_common_maximum():
    layer = MaxPool2D((1, 2), stride=1)
    assert layer.forward(np.array([[[[1.0, 9, 2]]]])).tolist() == [[[[9, 9]]]]
    assert layer.backward(np.array([[[[3.0, 4]]]])).tolist() == [[[[0, 7, 0]]]]


def test_padding_never_wins_a_maximum_but_counts_in_a_mean():
    x = np.full((1, 1, 2, 2), -4.0)
    assert MaxPool2D(2, padding=1).forward(x).tolist() == [[[[-4, -4], [-4, -4]]]]
    assert AvgPool2D(2, padding=1).forward(x).tolist() == [[[[-1, -1], [-1, -1]]]]


def test_nan_is_not_hidden_by_a_maximum():
    x = np.array([[[[1.0, np.nan, 2.0]]]])
    assert np.isnan(MaxPool2D((1, 3)).forward(x)).all()


@pytest.mark.parametrize("kind", [MaxPool2D, AvgPool2D])
def test_rows_that_fill_no_window_get_no_gradient(kind):
    layer = kind(2)
    y = layer.forward(np.ones((1, 1, 5, 5)))
    dx = layer.backward(np.ones_like(y))
    assert not dx[:, :, 4].any()
    assert not dx[:, :, :, 4].any()


EVERY = [
    lambda rng: Conv2D(2, 3, 3, padding=1, rng=rng),
    lambda rng: ConvTranspose2D(2, 3, 3, stride=2, rng=rng),
    lambda rng: MaxPool2D(3, stride=1, padding=1),
    lambda rng: AvgPool2D(3, stride=1, padding=1),
]


@pytest.mark.parametrize("kind", [Conv2D, MaxPool2D, AvgPool2D])
def test_checked_examples_leave_every_remainder_of_strides_2_and_3(kind):
    found = set()
    for factory in filter(inspect.isfunction, vars(nn.examples).values()):
        layer, (x, *_) = factory(np.random.default_rng(0))
        if isinstance(layer, kind):
            w = layer.windows
            found |= {
                (stride, (side + 2 * pad - reach) % stride)
                for side, stride, pad, reach in zip(
                    x.shape[2:], w.stride, w.padding, w.reach, strict=True
                )
            }
    assert {(2, 0), (2, 1), (3, 0), (3, 1), (3, 2)} <= found


@pytest.mark.parametrize("make", EVERY)
def test_empty_batch_passes(make, rng):
    layer = make(rng)
    y = layer.forward(np.ones((0, 2, 4, 5)))
    assert layer.backward(np.ones_like(y)).shape == (0, 2, 4, 5)
    assert not any(g.any() for g in layer.grads.values())


@pytest.mark.parametrize("make", EVERY)
def test_backward_allocates_nothing_of_kernel_area_times_batch(make, rng):
    x = rng.standard_normal((8, 2, 32, 32))
    layer = make(rng)
    dout = np.ones_like(layer.forward(x))
    tracemalloc.start()
    layer.backward(dout)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * max(x.nbytes, dout.nbytes)  # unrolled columns would be 9 times x


@pytest.mark.parametrize(
    ("kind", "arguments", "message"),
    [
        (Conv2D, {"kernel_size": 0}, "kernel_size must be a whole number from 1 on"),
        (Conv2D, {"kernel_size": (1, 2, 3)}, "or two of them, got"),
        (Conv2D, {"kernel_size": 3, "stride": -1}, "stride must be a whole number from 1 on"),
        (Conv2D, {"kernel_size": 3, "stride": 1.5}, "stride must be a whole number"),
        (Conv2D, {"kernel_size": 3, "stride": np.nan}, "stride must be a whole number"),
        (Conv2D, {"kernel_size": 3, "stride": np.inf}, "stride must be a whole number"),
        (Conv2D, {"kernel_size": 3, "stride": (1, "2")}, "stride must be a whole number"),
        (Conv2D, {"kernel_size": None}, "kernel_size must be a whole number"),
        (Conv2D, {"kernel_size": 3, "padding": -1}, "padding must be a whole number from 0"),
        (Conv2D, {"kernel_size": 3, "dilation": 0}, "dilation must be"),
        (Conv2D, {"kernel_size": 3, "groups": 3}, "groups must divide both channel counts"),
        (Conv2D, {"kernel_size": 3, "groups": 0}, "must be positive"),
        (
            ConvTranspose2D,
            {"kernel_size": 3, "output_padding": 1},
            "must be less than the stri",
        ),
        (ConvTranspose2D, {"kernel_size": 3, "stride": 0}, "stride must be"),
    ],
)
def test_options_that_mean_nothing_are_refused(kind, arguments, message, rng):
    with pytest.raises(ValueError, match=message):
        kind(2, 4, rng=rng, **arguments)


@pytest.mark.parametrize("kind", [MaxPool2D, AvgPool2D])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kernel_size": -1}, "kernel_size must be"),
        ({"kernel_size": 2, "stride": 0}, "stride must be"),
        ({"kernel_size": 2, "padding": 2}, r"padding \(2, 2\) must be less than kernel_size"),
    ],
)
def test_pooling_options_that_mean_nothing_are_refused(kind, arguments, message):
    with pytest.raises(ValueError, match=message):
        kind(**arguments)


@pytest.mark.parametrize("make", EVERY)
@pytest.mark.parametrize("shape", [(2, 4, 5), (2,), (1, 2, 4, 5, 1)])
def test_input_of_another_rank_is_refused(make, shape, rng):
    with pytest.raises(ValueError, match=r"x has shape .* but it must be \(N, "):
        make(rng).forward(np.ones(shape))


@pytest.mark.parametrize("make", EVERY[:2])
def test_input_of_other_channels_is_refused_and_the_earlier_pass_stays(make, rng):
    layer = make(rng)
    y = layer.forward(np.ones((1, 2, 4, 4)))
    with pytest.raises(ValueError, match=r"\(1, 3, 4, 4\), but it must be \(N, 2, H, W\)"):
        layer.forward(np.ones((1, 3, 4, 4)))
    assert layer.backward(y).shape == (1, 2, 4, 4)


@pytest.mark.parametrize("make", [EVERY[0], lambda rng: MaxPool2D(3), lambda rng: AvgPool2D(3)])
def test_kernel_larger_than_its_padded_input_is_refused(make, rng):
    with pytest.raises(ValueError, match="but a window reaches 3 x 3; it must fit inside"):
        make(rng).forward(np.ones((1, 2, 0, 4)))


def test_transposed_convolution_needs_something_left(rng):
    layer = ConvTranspose2D(2, 1, 2, padding=1, rng=rng)
    with pytest.raises(ValueError, match="leaves 0 x 0 pixels"):
        layer.forward(np.ones((1, 2, 1, 1)))
