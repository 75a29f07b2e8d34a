"""Sequences, losses and optimizers agree with PyTorch; exceptions in `test_nn_torch_parity`."""

import numpy as np
import pytest

from nn import layers, losses, optimizers

torch = pytest.importorskip("torch")
F = torch.nn.functional


def normal(rng, *shape):
    return rng.standard_normal(shape)


def sides(rng, count, most=7):
    """Random lengths of axes."""
    return tuple(int(n) for n in rng.integers(2, most + 1, count))


def randomised(layer, rng):
    for value in layer.params.values():
        value += rng.uniform(0.1, 0.5, value.shape)
    return layer


@pytest.fixture(params=range(3))
def rng(request):
    return np.random.default_rng(100 + request.param)


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
def test_recurrent_layers(steps, given, rng, compare):
    n, d, m = sides(rng, 3)
    x, h, c = normal(rng, n, steps, d), normal(rng, n, m), normal(rng, n, m)
    for layer, reference, states in (
        (layers.RNN(d, m, rng=rng), recurrent(torch.nn.RNN, [0]), [h]),
        (layers.LSTM(d, m, rng=rng), recurrent(torch.nn.LSTM, [0, 1, 3, 2]), [h, c]),
        (layers.GRU(d, m, rng=rng), recurrent(torch.nn.GRU, [0, 1, 2], gru=True), [h]),
    ):
        compare(randomised(layer, rng), reference, [x, *states] if given else [x])


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("masked", [False, True])
def test_attention(causal, masked, rng, compare):
    n, heads, t, d, e = sides(rng, 5)
    q, k, v = (normal(rng, n, heads, t, width) for width in (d, d, e))
    mask = rng.random((heads, t, t)) < 0.6
    mask[..., 0] = True
    seen = mask & np.tri(t, dtype=bool) if causal else mask

    def reference(q, k, v, *_):
        kept = torch.tensor(seen) if masked else None
        return F.scaled_dot_product_attention(
            q, k, v, attn_mask=kept, is_causal=causal and not masked
        )

    arrays = [q, k, v, mask] if masked else [q, k, v]
    compare(layers.ScaledDotProductAttention(causal=causal), reference, arrays)


def test_multi_head_attention(rng, compare):
    n, t, s, heads, width = sides(rng, 5, most=5)
    dim = heads * width
    layer = randomised(layers.MultiHeadAttention(dim, heads, rng=rng), rng)
    mask = rng.random((t, s)) < 0.6
    mask[:, 0] = True

    def reference(query, key, value, kept, **p):
        y, _ = F.multi_head_attention_forward(
            query.transpose(0, 1),
            key.transpose(0, 1),
            value.transpose(0, 1),
            dim,
            heads,
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

    query, key, value = (normal(rng, n, length, dim) for length in (t, s, s))
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
        losses.SoftmaxCrossEntropy(
            class_weights=[1, 0.5, 2, 3], ignore_index=2, label_smoothing=0.1
        ),
        lambda x, t: F.cross_entropy(
            x,
            t,
            torch.tensor([1, 0.5, 2, 3]).double(),
            ignore_index=2,
            label_smoothing=0.1,
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
def test_losses(loss, reference, kind, rng, compare):
    (n,) = sides(rng, 1)
    targets = {
        "real": normal(rng, n, 4),
        "unit": rng.random((n, 4)),
        "rows": rng.dirichlet(np.ones(4), n),
        "labels": np.append(rng.integers(0, 4, n - 1), 0),  # one at least is not ignored
        "signs": rng.choice([-1.0, 1.0], (n, 4)),
    }
    compare(loss, reference, [3 * normal(rng, n, 4), targets[kind]])


def test_focal_loss_is_that_of_automatic_differentiation(rng, compare):
    alpha = [0.5, 1.0, 2.0, 0.25]

    def reference(x, t):
        log_p = F.log_softmax(x, 1).gather(1, t[:, None])[:, 0]
        return (-torch.tensor(alpha)[t] * (1 - log_p.exp()) ** 1.5 * log_p).mean()

    (n,) = sides(rng, 1)
    arrays = [normal(rng, n, 4), rng.integers(0, 4, n)]
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
def test_optimizers(ours, make, close):
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
