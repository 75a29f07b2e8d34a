"""Forward and backward agree with PyTorch in float64, to 1e-12 relative to each tensor's norm.

What PyTorch approximates or decides otherwise is in `EXCEPTIONS`, with the reason; there the
comparison is made where the two mean the same.
"""

import inspect
from pathlib import Path

import numpy as np
import pytest

from nn import layers, losses, optimizers
from nn.optimizers import (
    Constant,
    CosineDecay,
    ExponentialDecay,
    Optimizer,
    Rate,
    StepDecay,
    WarmUp,
)

torch = pytest.importorskip("torch")
F = torch.nn.functional

#: Numbers of the step alone, which have closed forms of their own.
RATES = (Constant, StepDecay, ExponentialDecay, CosineDecay, WarmUp)

EXCEPTIONS = {
    "Softplus": "torch turns linear above a threshold of 20; it is set out of reach here",
    "HardSigmoid": "torch multiplies by 1/6 in single precision going back; composed of relu6",
    "Step": "torch's heaviside has no derivative at all; dx = 0 is tested elsewhere",
    "Max": "at ties torch.max(dim) picks one entry; amax shares evenly, as here",
    "MultiMarginLoss": "torch divides by the number of classes; multiplied back here",
    "CrossEntropyLoss with rows": "torch divides by N under class weights; labels compared",
    "all labels ignored": "torch answers NaN, this package 0; not compared",
    "sums over outputs": "losses here sum over the outputs of an example and average over the "
    "batch; torch's reduction='sum' over N is compared",
    "LSTM": "the order of gates here is i, f, o, g, in torch i, f, g, o; columns are exchanged",
    "attention": "a query that sees nothing is NaN in torch's softmax; not compared",
    "GRU": "torch has two biases for every gate; those of r and z are redundant and set to 0",
}


def normal(rng, *shape):
    return rng.standard_normal(shape)


def sides(rng, count, least=2, most=7):
    """Random lengths of axes."""
    return tuple(int(n) for n in rng.integers(least, most + 1, count))


def randomised(layer, rng):
    for value in layer.params.values():
        value += rng.uniform(0.1, 0.5, value.shape)
    return layer


@pytest.fixture(params=range(3))
def rng(request):
    return np.random.default_rng(100 + request.param)


ELEMENTWISE = [
    (layers.ReLU(), F.relu),
    (layers.Sigmoid(), torch.sigmoid),
    (layers.Tanh(), torch.tanh),
    (layers.Abs(), torch.abs),
    (layers.Exp(), torch.exp),
    (layers.Identity(), lambda x: x.clone()),
    (layers.Negate(), torch.neg),
    (layers.PlusOne(), lambda x: 1 + x),
    (layers.Flatten(), lambda x: x.flatten(1)),
    (layers.Clip(-0.5, 0.7), lambda x: torch.clamp(x, -0.5, 0.7)),
    (layers.LeakyReLU(0.2), lambda x: F.leaky_relu(x, 0.2)),
    (layers.LeakyReLU(-0.7), lambda x: F.leaky_relu(x, -0.7)),
    (layers.ELU(1.3), lambda x: F.elu(x, 1.3)),
    (layers.SELU(), F.selu),
    (layers.Softplus(1.5), lambda x: F.softplus(x, 1.5, threshold=1e9)),
    (layers.SiLU(), F.silu),
    (layers.GELU(), F.gelu),
    (layers.GELU("tanh"), lambda x: F.gelu(x, approximate="tanh")),
    (layers.HardSigmoid(), lambda x: F.relu6(x + 3) / 6),
    (layers.HardTanh(-0.5, 0.8), lambda x: F.hardtanh(x, -0.5, 0.8)),
    (layers.Softmax(), lambda x: F.softmax(x, -1)),
    (layers.L2Normalize(1), lambda x: F.normalize(x, dim=1)),
    (layers.Sum((0, 2)), lambda x: x.sum((0, 2))),
    (layers.Mean(1, keepdims=True), lambda x: x.mean(1, keepdim=True)),
    (layers.Variance((1, 2), correction=1), lambda x: x.var((1, 2))),
    (layers.Variance(), lambda x: x.var(correction=0)),
    (layers.Max((0, 1)), lambda x: x.amax((0, 1))),
    (layers.LogSumExp((0, 2)), lambda x: x.logsumexp((0, 2))),
    (layers.Transpose((2, 0, 1)), lambda x: x.permute(2, 0, 1)),
    (layers.Reshape((2, -1)), lambda x: x.reshape(len(x), 2, -1)),
    (layers.Slice(1, None, step=2, axis=1), lambda x: x[:, 1::2]),
    (layers.Pad(((1, 0), (2, 3)), value=0.5), lambda x: F.pad(x, (2, 3, 1, 0), value=0.5)),
]


@pytest.mark.parametrize(
    ("layer", "reference"), ELEMENTWISE, ids=[type(a).__name__ for a, _ in ELEMENTWISE]
)
@pytest.mark.parametrize("scale", [1.0, 5.0])
def test_unary_layers(layer, reference, scale, rng, compare):
    n, c, half = sides(rng, 3)
    compare(layer, reference, [scale * normal(rng, n, c, 2 * half)])


@pytest.mark.parametrize(
    ("layer", "reference"),
    [
        (layers.Log(), torch.log),
        (layers.Sqrt(), torch.sqrt),
        (layers.Reciprocal(), torch.reciprocal),
    ],
)
def test_layers_of_positive_numbers(layer, reference, rng, compare):
    compare(layer, reference, [rng.uniform(0.1, 5, sides(rng, 2))])


@pytest.mark.parametrize("training", [True, False])
def test_dropout_with_its_mask(training, rng, compare):
    shape = sides(rng, 2)
    layer = layers.Dropout(0.4, rng=rng)
    layer.frozen, layer.mask = True, rng.random(shape) >= 0.4
    layer.train() if training else layer.eval()
    factor = torch.tensor(layer.mask / 0.6 if training else np.ones(shape))
    compare(layer, lambda x: x * factor, [normal(rng, *shape)])


@pytest.mark.parametrize(
    ("layer", "reference"),
    [
        (layers.Add(), torch.add),
        (layers.Subtract(), torch.sub),
        (layers.Multiply(), torch.mul),
        (layers.Divide(), torch.div),
        (layers.Power(), torch.pow),
        (layers.Maximum(), torch.maximum),
        (layers.Minimum(), torch.minimum),
    ],
)
@pytest.mark.parametrize("kept", [("nm", "nm"), ("n1", "m"), ("k1m", "n1"), ("", "nm")])
def test_binary_layers(layer, reference, kept, rng, compare):
    length = dict(zip("knm", sides(rng, 3), strict=True)) | {"1": 1}
    shapes = [tuple(length[axis] for axis in axes) for axes in kept]
    compare(layer, reference, [rng.uniform(0.2, 3, shape) for shape in shapes])


def test_ties_of_two_operands_are_halved_as_in_torch(compare):
    compare(layers.Maximum(), torch.maximum, [np.ones(3), np.ones(3)])
    compare(layers.Max(0), lambda x: x.amax(0), [np.array([[1.0, 2], [1.0, 2], [0, 2]])])


@pytest.mark.parametrize(
    "axes", [("nk", "km"), ("b1nk", "ckm"), ("k", "bkm"), ("bnk", "k"), ("cnk", "b1km")]
)
def test_matmul(axes, rng, compare):
    length = dict(zip("bcnkm", sides(rng, 5), strict=True)) | {"1": 1}
    arrays = [normal(rng, *(length[axis] for axis in word)) for word in axes]
    compare(layers.MatMul(), torch.matmul, arrays)


def test_concatenate(rng, compare):
    n, *widths = sides(rng, 4)
    arrays = [normal(rng, n, width) for width in widths]
    compare(layers.Concatenate(1), lambda *xs: torch.cat(xs, 1), arrays)


def test_affine_linear_embedding(rng, compare):
    def affine(x, W, b):
        return x.flatten(1) @ W + b

    n, c, d, m = sides(rng, 4)
    x = [normal(rng, n, c, d)]
    compare(randomised(layers.Affine(c * d, m, rng=rng), rng), affine, x)
    compare(
        randomised(layers.Linear(d, m, rng=rng), rng), lambda x, W, b: F.linear(x, W.T, b), x
    )
    compare(
        layers.Embedding(c, d, rng=rng),
        lambda x, W: F.embedding(x, W),
        [rng.integers(0, c, (n, 9))],
    )
    compare(layers.PositionEmbedding(c + 2, d, rng=rng), lambda x, W: x + W[: x.shape[1]], x)


# ---- normalisation --------------------------------------------------------------------------


@pytest.mark.parametrize("rank", [2, 3, 4])
def test_batch_norm_in_both_modes(rank, rng, compare, close):
    # Of two examples alone the gradient is all cancellation, on either side.
    shape = sides(rng, rank, least=3)
    layer = randomised(layers.BatchNorm(shape[1], momentum=0.3), rng)
    mean = torch.zeros(shape[1], dtype=torch.float64)
    var = torch.ones_like(mean)
    for training in (True, False):
        layer.train() if training else layer.eval()
        compare(
            layer,
            lambda x, gamma, beta, training=training: F.batch_norm(
                x, mean, var, gamma, beta, training, 0.3
            ),
            [2 * normal(rng, *shape) + 1],
        )
        close(layer.running_mean, mean)
        close(layer.running_var, var)


def test_layer_rms_and_group_norm(rng, compare):
    n, t, d = sides(rng, 3)
    compare(
        randomised(layers.LayerNorm((t, d)), rng),
        lambda x, gamma, beta: F.layer_norm(x, (t, d), gamma, beta),
        [3 * normal(rng, n, t, d) + 1],
    )
    compare(
        randomised(layers.RMSNorm(d, eps=1e-3), rng),
        lambda x, gamma: F.rms_norm(x, (d,), gamma, 1e-3),
        [normal(rng, n, t, d)],
    )
    compare(
        randomised(layers.GroupNorm(2, 2 * t), rng),
        lambda x, gamma, beta: F.group_norm(x, 2, gamma, beta),
        [3 * normal(rng, n, 2 * t, d, 2) + 1],
    )


# ---- images ---------------------------------------------------------------------------------

CONVOLUTIONS = [
    {},
    {"stride": 2, "padding": 1},
    {"stride": 3, "padding": 2},
    {"stride": (1, 2), "padding": (0, 2), "dilation": (2, 1)},
    {"groups": 2, "padding": 1},
    {"stride": 2, "padding": 2, "dilation": 2, "groups": 2},
]


@pytest.mark.parametrize("options", CONVOLUTIONS)
@pytest.mark.parametrize("side", [7, 8, 9])
def test_convolution(options, side, rng, compare):
    n, c, o, across = sides(rng, 4, most=4)
    layer = randomised(layers.Conv2D(2 * c, 2 * o, 3, rng=rng, **options), rng)
    x = normal(rng, n, 2 * c, side, 4 + across)
    compare(layer, lambda x, W, b: F.conv2d(x, W, b, **options), [x])


@pytest.mark.parametrize("options", [*CONVOLUTIONS, {"stride": 3, "output_padding": (2, 1)}])
def test_transposed_convolution(options, rng, compare):
    n, c, o, high, wide = sides(rng, 5, most=5)
    layer = randomised(layers.ConvTranspose2D(2 * c, 2 * o, 3, rng=rng, **options), rng)
    compare(
        layer,
        lambda x, W, b: F.conv_transpose2d(x, W, b, **options),
        [normal(rng, n, 2 * c, 2 + high, 2 + wide)],
    )


@pytest.mark.parametrize("side", [6, 7, 8])
@pytest.mark.parametrize(
    "options", [{}, {"stride": 1}, {"stride": 2, "padding": 1}, {"stride": (4, 1)}]
)
def test_pooling(side, options, rng, compare):
    x = [normal(rng, *sides(rng, 2), side, *sides(rng, 1, least=4))]
    compare(layers.MaxPool2D(3, **options), lambda x: F.max_pool2d(x, 3, **options), x)
    compare(layers.AvgPool2D(3, **options), lambda x: F.avg_pool2d(x, 3, **options), x)
    zeros = [np.maximum(x[0], 0)]  # the first of equal entries wins in both
    compare(layers.MaxPool2D(3, **options), lambda x: F.max_pool2d(x, 3, **options), zeros)


# ---- what is compared -----------------------------------------------------------------------


@pytest.mark.parametrize("room", [layers, losses, optimizers], ids=lambda room: room.__name__)
def test_everything_is_compared_or_is_an_exception(room):
    short = room.__name__.rpartition(".")[2]
    bases = {Rate, Optimizer, losses.MeanLoss, *RATES}
    names = {n for n, v in vars(room).items() if inspect.isclass(v) and v not in bases}
    told = "".join(path.read_text() for path in Path(__file__).parent.glob("*torch_parity*.py"))
    left = {name for name in names - set(EXCEPTIONS) if f"{short}.{name}(" not in told}
    assert left == set()
