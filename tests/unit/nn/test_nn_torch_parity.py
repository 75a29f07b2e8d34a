"""Forward and backward agree with PyTorch in float64, to 1e-12 relative to each tensor's norm.

What PyTorch approximates or decides otherwise is in `EXCEPTIONS`, with the reason; there the
comparison is made where the two mean the same.
"""

import numpy as np
import pytest

from nn import layers, losses, optimizers

torch = pytest.importorskip("torch")
F = torch.nn.functional

TOLERANCE = 1e-12

EXCEPTIONS = {
    "Softplus": "torch turns linear above a threshold of 20; it is set out of reach here",
    "HardSigmoid": "torch multiplies by 1/6 in single precision going back; composed of relu6",
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


def close(ours, theirs):
    theirs = theirs.detach().numpy()
    assert ours.shape == theirs.shape
    assert np.linalg.norm(ours - theirs) <= TOLERANCE * max(np.linalg.norm(theirs), 1e-300)


def tensor(array):
    array = np.array(array)
    return torch.tensor(array, requires_grad=array.dtype.kind == "f")


def compare(layer, reference, arrays):
    """Both passes of `layer` and of `reference(*tensors, **parameters)`, all gradients."""
    rng = np.random.default_rng(5)
    inputs = [tensor(a) for a in arrays]
    ours = layer.forward(*arrays)
    params = {name: tensor(value) for name, value in getattr(layer, "params", {}).items()}
    theirs = reference(*inputs, **params)
    close(np.asarray(ours), theirs)
    dout = rng.standard_normal(np.shape(ours))
    theirs.backward(torch.tensor(dout))
    gradients = layer.backward(dout)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    for gradient, x in zip(gradients, inputs, strict=False):
        if gradient is not None:
            close(gradient, x.grad)
    for name, p in params.items():
        if name == "b_k":
            np.testing.assert_allclose(layer.grads[name], 0, atol=1e-13)  # zero but for noise
        else:
            close(layer.grads[name], p.grad)


def normal(rng, *shape):
    return rng.standard_normal(shape)


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
def test_unary_layers(layer, reference, scale, rng):
    compare(layer, reference, [scale * normal(rng, 3, 4, 6)])


@pytest.mark.parametrize(
    ("layer", "reference"), [(layers.Log(), torch.log), (layers.Sqrt(), torch.sqrt)]
)
def test_layers_of_positive_numbers(layer, reference, rng):
    compare(layer, reference, [rng.uniform(0.1, 5, (3, 4))])


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
@pytest.mark.parametrize("shapes", [((3, 4), (3, 4)), ((3, 1), (4,)), ((2, 1, 4), (3, 1))])
def test_binary_layers(layer, reference, shapes, rng):
    compare(layer, reference, [rng.uniform(0.2, 3, shape) for shape in shapes])


def test_ties_of_two_operands_are_halved_as_in_torch():
    compare(layers.Maximum(), torch.maximum, [np.ones(3), np.ones(3)])
    compare(layers.Max(0), lambda x: x.amax(0), [np.array([[1.0, 2], [1.0, 2], [0, 2]])])


@pytest.mark.parametrize(
    "shapes",
    [((3, 4), (4, 5)), ((2, 1, 3, 4), (5, 4, 2)), ((4,), (2, 4, 3)), ((2, 3, 4), (4,))],
)
def test_matmul(shapes, rng):
    compare(layers.MatMul(), torch.matmul, [normal(rng, *shape) for shape in shapes])


def test_concatenate(rng):
    arrays = [normal(rng, 2, n) for n in (3, 1, 4)]
    compare(layers.Concatenate(1), lambda *xs: torch.cat(xs, 1), arrays)


def test_affine_linear_embedding(rng):
    def affine(x, W, b):
        return x.flatten(1) @ W + b

    compare(randomised(layers.Affine(12, 5, rng=rng), rng), affine, [normal(rng, 3, 4, 3)])
    compare(
        randomised(layers.Linear(4, 5, rng=rng), rng),
        lambda x, W, b: F.linear(x, W.T, b),
        [normal(rng, 2, 3, 4)],
    )
    compare(
        layers.Embedding(6, 3, rng=rng), lambda x, W: F.embedding(x, W), [rng.integers(0, 6, 9)]
    )


# ---- normalisation --------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(5, 4), (3, 4, 6), (3, 4, 2, 3)])
def test_batch_norm_in_both_modes(shape, rng):
    layer = randomised(layers.BatchNorm(4, momentum=0.3), rng)
    mean, var = torch.zeros(4, dtype=torch.float64), torch.ones(4, dtype=torch.float64)
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


def test_layer_rms_and_group_norm(rng):
    compare(
        randomised(layers.LayerNorm((4, 3)), rng),
        lambda x, gamma, beta: F.layer_norm(x, (4, 3), gamma, beta),
        [3 * normal(rng, 2, 4, 3) + 1],
    )
    compare(
        randomised(layers.RMSNorm(5, eps=1e-3), rng),
        lambda x, gamma: F.rms_norm(x, (5,), gamma, 1e-3),
        [normal(rng, 2, 4, 5)],
    )
    compare(
        randomised(layers.GroupNorm(2, 6), rng),
        lambda x, gamma, beta: F.group_norm(x, 2, gamma, beta),
        [3 * normal(rng, 2, 6, 3, 2) + 1],
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
def test_convolution(options, side, rng):
    layer = randomised(layers.Conv2D(4, 6, 3, rng=rng, **options), rng)
    compare(layer, lambda x, W, b: F.conv2d(x, W, b, **options), [normal(rng, 2, 4, side, 8)])


@pytest.mark.parametrize("options", [*CONVOLUTIONS, {"stride": 3, "output_padding": (2, 1)}])
def test_transposed_convolution(options, rng):
    layer = randomised(layers.ConvTranspose2D(4, 6, 3, rng=rng, **options), rng)
    compare(
        layer,
        lambda x, W, b: F.conv_transpose2d(x, W, b, **options),
        [normal(rng, 2, 4, 4, 5)],
    )


@pytest.mark.parametrize("side", [6, 7, 8])
@pytest.mark.parametrize(
    "options", [{}, {"stride": 1}, {"stride": 2, "padding": 1}, {"stride": (4, 1)}]
)
def test_pooling(side, options, rng):
    x = [normal(rng, 2, 3, side, 7)]
    compare(layers.MaxPool2D(3, **options), lambda x: F.max_pool2d(x, 3, **options), x)
    compare(layers.AvgPool2D(3, **options), lambda x: F.avg_pool2d(x, 3, **options), x)
    zeros = [np.maximum(x[0], 0)]  # the first of equal entries wins in both
    compare(layers.MaxPool2D(3, **options), lambda x: F.max_pool2d(x, 3, **options), zeros)


# ---- sequences ------------------------------------------------------------------------------


def recurrent(kind, order, *, gru=False):
    """A torch module run on parameters in our layout."""

    def reference(x, *states, W_x, W_h, b, b_h=None):
        hidden = W_h.shape[0]
        columns = torch.cat([torch.arange(k * hidden, (k + 1) * hidden) for k in order])
        zeros = torch.zeros_like(b)
        inner = torch.cat([zeros[: 2 * hidden], b_h]) if gru else zeros
        weights = {
            "weight_ih_l0": W_x.T[columns],
            "weight_hh_l0": W_h.T[columns],
            "bias_ih_l0": b[columns],
            "bias_hh_l0": inner,
        }
        module = kind(x.shape[2], hidden, batch_first=True).double()
        states = tuple(state[None] for state in states)
        arguments = (x, states if len(states) > 1 else states[0]) if states else (x,)
        return torch.func.functional_call(module, weights, arguments)[0]

    return reference


@pytest.mark.parametrize("steps", [1, 2, 7])
@pytest.mark.parametrize("given", [False, True])
def test_recurrent_layers(steps, given, rng):
    x, h, c = normal(rng, 3, steps, 4), normal(rng, 3, 5), normal(rng, 3, 5)
    for layer, reference, states in (
        (layers.RNN(4, 5, rng=rng), recurrent(torch.nn.RNN, [0]), [h]),
        (layers.LSTM(4, 5, rng=rng), recurrent(torch.nn.LSTM, [0, 1, 3, 2]), [h, c]),
        (layers.GRU(4, 5, rng=rng), recurrent(torch.nn.GRU, [0, 1, 2], gru=True), [h]),
    ):
        compare(randomised(layer, rng), reference, [x, *states] if given else [x])


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("masked", [False, True])
def test_attention(causal, masked, rng):
    q, k, v = normal(rng, 2, 3, 5, 4), normal(rng, 2, 3, 5, 4), normal(rng, 2, 3, 5, 6)
    mask = rng.random((3, 5, 5)) < 0.6
    mask[..., 0] = True
    seen = mask & np.tri(5, dtype=bool) if causal else mask

    def reference(q, k, v, *_):
        kept = torch.tensor(seen) if masked else None
        return F.scaled_dot_product_attention(
            q, k, v, attn_mask=kept, is_causal=causal and not masked
        )

    arrays = [q, k, v, mask] if masked else [q, k, v]
    compare(layers.ScaledDotProductAttention(causal=causal), reference, arrays)


def test_multi_head_attention(rng):
    layer = randomised(layers.MultiHeadAttention(6, 3, rng=rng), rng)
    mask = rng.random((5, 7)) < 0.6
    mask[:, 0] = True

    def reference(query, key, value, kept, **p):
        y, _ = F.multi_head_attention_forward(
            query.transpose(0, 1),
            key.transpose(0, 1),
            value.transpose(0, 1),
            6,
            3,
            torch.cat([p["W_q"].T, p["W_k"].T, p["W_v"].T]),
            torch.cat([p["b_q"], p["b_k"], p["b_v"]]),
            None,
            None,
            False,  # noqa: FBT003 - the signature of torch
            0.0,
            p["W_o"].T,
            p["b_o"],
            attn_mask=~kept,
        )
        return y.transpose(0, 1)

    query, key, value = normal(rng, 2, 5, 6), normal(rng, 2, 7, 6), normal(rng, 2, 7, 6)
    compare(layer, reference, [query, key, value, mask])


# ---- losses and optimizers ------------------------------------------------------------------


def summed(loss):
    return lambda x, t: loss(x, t.detach(), reduction="sum") / len(x)


LOSSES = [
    (
        losses.MeanSquaredError(),
        lambda x, t: ((x - t.detach()) ** 2).sum() / 2 / len(x),
        "real",
    ),
    (losses.BinaryCrossEntropy(), summed(F.binary_cross_entropy_with_logits), "unit"),
    (
        losses.Huber(0.7),
        lambda x, t: F.huber_loss(x, t.detach(), reduction="sum", delta=0.7) / len(x),
        "real",
    ),
    (
        losses.KLDivergence(),
        lambda x, t: F.kl_div(F.log_softmax(x, 1), t.detach(), reduction="batchmean"),
        "rows",
    ),
    (losses.SoftmaxCrossEntropy(), F.cross_entropy, "labels"),
    (losses.SoftmaxCrossEntropy(), lambda x, t: F.cross_entropy(x, t.detach()), "rows"),
    (
        losses.SoftmaxCrossEntropy(label_smoothing=0.2),
        lambda x, t: F.cross_entropy(x, t, label_smoothing=0.2),
        "labels",
    ),
    (
        losses.SoftmaxCrossEntropy(ignore_index=1, label_smoothing=0.1),
        lambda x, t: F.cross_entropy(x, t, ignore_index=1, label_smoothing=0.1),
        "labels",
    ),
    (
        losses.SoftmaxCrossEntropy(class_weights=[1, 0.5, 2, 3], label_smoothing=0.1),
        lambda x, t: F.cross_entropy(
            x, t, torch.tensor([1, 0.5, 2, 3]).double(), label_smoothing=0.1
        ),
        "labels",
    ),
    (
        losses.MulticlassHinge(1.5),
        lambda x, t: 4 * F.multi_margin_loss(x, t, margin=1.5),
        "labels",
    ),
    (losses.Hinge(), lambda x, t: F.relu(1 - t.detach() * x).sum() / len(x), "signs"),
]


@pytest.mark.parametrize(("loss", "reference", "kind"), LOSSES)
def test_losses(loss, reference, kind, rng):
    targets = {
        "real": normal(rng, 7, 4),
        "unit": rng.random((7, 4)),
        "rows": rng.dirichlet(np.ones(4), 7),
        "labels": rng.integers(0, 4, 7),
        "signs": rng.choice([-1.0, 1.0], (7, 4)),
    }
    compare(loss, reference, [3 * normal(rng, 7, 4), targets[kind]])


def test_focal_loss_is_that_of_automatic_differentiation(rng):
    alpha = [0.5, 1.0, 2.0, 0.25]

    def reference(x, t):
        log_p = F.log_softmax(x, 1).gather(1, t[:, None])[:, 0]
        return (-torch.tensor(alpha)[t] * (1 - log_p.exp()) ** 1.5 * log_p).mean()

    arrays = [normal(rng, 7, 4), rng.integers(0, 4, 7)]
    compare(losses.FocalLoss(1.5, alpha=alpha), reference, arrays)


OPTIMIZERS = [
    (
        optimizers.SGD(0.1, weight_decay=0.1),
        lambda p: torch.optim.SGD(p, 0.1, weight_decay=0.1),
    ),
    (optimizers.SGD(0.1, momentum=0.9), lambda p: torch.optim.SGD(p, 0.1, momentum=0.9)),
    (
        optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, nesterov=True),
    ),
    (optimizers.AdaGrad(0.1), lambda p: torch.optim.Adagrad(p, 0.1)),
    (optimizers.RMSProp(0.1), lambda p: torch.optim.RMSprop(p, 0.1)),
    (
        optimizers.Adam(0.1, weight_decay=0.1),
        lambda p: torch.optim.Adam(p, 0.1, weight_decay=0.1),
    ),
    (optimizers.AdamW(0.1), lambda p: torch.optim.AdamW(p, 0.1)),
]


@pytest.mark.parametrize(("ours", "make"), OPTIMIZERS)
def test_optimizers(ours, make):
    rng = np.random.default_rng(3)
    W = normal(rng, 4, 3)
    theirs = torch.nn.Parameter(torch.tensor(W.copy()))
    other = make([theirs])
    for _ in range(10):
        gradient = normal(rng, 4, 3)
        ours.step({"W": W}, {"W": gradient})
        theirs.grad = torch.tensor(gradient)
        other.step()
    close(W, theirs)
