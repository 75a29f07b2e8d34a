"""Layers in which a value goes several ways, and a way is lost, doubled or mislaid."""

import numpy as np

from tests.zoo.development.layers.options import _weights, sigmoid, softmax


class Gru:
    """A gated recurrent step over a sequence; answers with all states."""

    def __init__(self, d=3, m=5):
        self.params = {n: _weights(d + m, m) for n in ("Wz", "Wr", "Wn")}
        self.grads = {}

    def forward(self, x):
        p, h = self.params, np.zeros((len(x), self.params["Wz"].shape[1]))
        self.steps, states = [], []
        for t in range(x.shape[1]):
            both = np.concatenate([x[:, t], h], axis=1)
            z, r = sigmoid(both @ p["Wz"]), sigmoid(both @ p["Wr"])
            reset = np.concatenate([x[:, t], r * h], axis=1)
            n = np.tanh(reset @ p["Wn"])
            self.steps.append((both, z, r, reset, n, h))
            h = (1 - z) * n + z * h
            states.append(h)
        self.d = x.shape[2]
        return np.stack(states, axis=1)

    def kept(self, dh, z):
        return dh * z

    def through_reset(self, dheld, r):
        return dheld * r

    def gate(self, dh, n, h):
        return dh * (h - n)

    def saved(self, t):
        return self.steps[t][5]

    def backward(self, dout):
        p, d = self.params, self.d
        g = {k: np.zeros_like(v) for k, v in p.items()}
        dx, carried = [], np.zeros_like(dout[:, 0])
        for t in reversed(range(dout.shape[1])):
            both, z, r, reset, n, h = self.steps[t]
            dh = dout[:, t] + carried
            dn = dh * (1 - z) * (1 - n**2)
            dreset = dn @ p["Wn"].T
            dr = dreset[:, d:] * self.saved(t) * r * (1 - r)
            dz = self.gate(dh, n, h) * z * (1 - z)
            dboth = dz @ p["Wz"].T + dr @ p["Wr"].T
            g["Wz"] += both.T @ dz
            g["Wr"] += both.T @ dr
            g["Wn"] += reset.T @ dn
            carried = self.kept(dh, z) + self.through_reset(dreset[:, d:], r) + dboth[:, d:]
            dx.append(dreset[:, :d] + dboth[:, :d])
        self.grads = g
        return np.stack(dx[::-1], axis=1)


class GruStateNotKept(Gru):
    def kept(self, dh, z):
        return 0 * dh


class GruWithoutTheWayThroughReset(Gru):
    def through_reset(self, dheld, r):
        return 0 * dheld


class GruGateHearsTheStateOnly(Gru):
    def gate(self, dh, n, h):
        return dh * h


class GruGateOfTheNextState(Gru):
    def saved(self, t):
        return self.steps[t + 1][5] if t + 1 < len(self.steps) else self.last

    def forward(self, x):
        out = super().forward(x)
        self.last = out[:, -1]
        return out


class GruTruncated(Gru):
    def kept(self, dh, z):
        return np.clip(dh * z, -0.05, 0.05)


class Tied:
    """Codes and decodes with the same weights."""

    def __init__(self, d=5, m=3):
        self.params, self.grads = {"W": _weights(d, m)}, {}

    def forward(self, x):
        w = self.params["W"]
        self.x, self.h = x, np.tanh(x @ w)
        return self.h @ w.T

    def backward(self, dout):
        w = self.params["W"]
        dz = (dout @ w) * (1 - self.h**2)
        self.grads["W"] = self.parts(self.x.T @ dz, dout.T @ self.h)
        return dz @ w.T

    def parts(self, coded, decoded):
        return coded + decoded


class TiedHearsTheCoder(Tied):
    def parts(self, coded, decoded):
        return coded


class TiedDecoderTwice(Tied):
    def parts(self, coded, decoded):
        return coded + 2 * decoded


class TiedCoderTurnedDown(Tied):
    def parts(self, coded, decoded):
        return decoded - coded


class Additive:
    """Attention by a small network over the steps."""

    def __init__(self, d=3, m=5):
        self.params = {"W": _weights(d, m), "v": _weights(m)}
        self.grads = {}

    def forward(self, x):
        self.x, self.u = x, np.tanh(x @ self.params["W"])
        self.a = softmax(self.u @ self.params["v"], axis=1)
        return np.einsum("nt,ntd->nd", self.a, x)

    def scores(self, da):
        return self.a * (da - (da * self.a).sum(axis=1, keepdims=True))

    def hidden(self, ds):
        return ds[:, :, None] * self.params["v"] * (1 - self.u**2)

    def backward(self, dout):
        ds = self.scores(np.einsum("ntd,nd->nt", self.x, dout))
        dz = self.hidden(ds)
        self.grads = {
            "W": np.einsum("ntd,ntm->dm", self.x, dz),
            "v": np.einsum("nt,ntm->m", ds, self.u),
        }
        return self.a[:, :, None] * dout[:, None, :] + dz @ self.params["W"].T


class AdditiveScoreByScore(Additive):
    def scores(self, da):
        return self.a * (1 - self.a) * da


class AdditiveScoresWithoutMean(Additive):
    def scores(self, da):
        return self.a * da


class AdditiveTanhAgain(Additive):
    def hidden(self, ds):
        return ds[:, :, None] * self.params["v"] * (1 - np.tanh(self.u) ** 2)


class AdditiveInputUnheard(Additive):
    def backward(self, dout):
        return super().backward(dout) - self.a[:, :, None] * dout[:, None, :]


class Cosines:
    """Cosines of every row with learned prototypes."""

    def __init__(self, d=5, m=3):
        self.params, self.grads = {"P": _weights(m, d)}, {}

    def forward(self, x):
        p = self.params["P"]
        self.nx = np.sqrt((x**2).sum(axis=1, keepdims=True))
        self.np = np.sqrt((p**2).sum(axis=1, keepdims=True))
        self.ux, self.up = x / self.nx, p / self.np
        return self.ux @ self.up.T

    def turned(self, d, unit, length):
        return (d - unit * (d * unit).sum(axis=1, keepdims=True)) / length

    def backward(self, dout):
        self.grads["P"] = self.turned(dout.T @ self.ux, self.up, self.np)
        return self.turned(dout @ self.up, self.ux, self.nx)


class CosinesLengthsGiven(Cosines):
    def turned(self, d, unit, length):
        return d / length


class CosinesProjectedTwice(Cosines):
    def turned(self, d, unit, length):
        return (d - 2 * unit * (d * unit).sum(axis=1, keepdims=True)) / length


class Excite:
    """Channels weighted by a gate of their own means."""

    def __init__(self, c=3):
        self.params, self.grads = {"W": _weights(c, c)}, {}

    def forward(self, x):
        self.x, self.m = x, x.mean(axis=2)
        self.g = sigmoid(self.m @ self.params["W"])
        return x * self.g[:, :, None]

    def slope(self):
        return self.g * (1 - self.g)

    def spread(self, dm):
        return dm[:, :, None] / self.x.shape[2]

    def backward(self, dout):
        dz = (dout * self.x).sum(axis=2) * self.slope()
        self.grads["W"] = self.m.T @ dz
        return dout * self.g[:, :, None] + self.spread(dz @ self.params["W"].T)


class ExciteGateGiven(Excite):
    def spread(self, dm):
        return 0 * self.x


class ExciteMeanPaidInFull(Excite):
    def spread(self, dm):
        return dm[:, :, None] + 0 * self.x


class ExciteSlopeOfTheGate(Excite):
    def slope(self):
        s = sigmoid(self.g)
        return s * (1 - s)


class ExciteGateReversed(Excite):
    def spread(self, dm):
        return -super().spread(dm)


class Contrast:
    """Every row is to be nearest to its own partner."""

    scale = 2.0

    def forward(self, a, b):
        self.a, self.b = a, b
        self.p = softmax(self.scale * (a @ b.T))
        return -np.log(np.diag(self.p)).mean()

    def logits(self, dout):
        return dout * self.scale * (self.p - np.eye(len(self.p))) / len(self.p)

    def backward(self, dout):
        d = self.logits(dout)
        return d @ self.b, d.T @ self.a


class ContrastUnturned(Contrast):
    def backward(self, dout):
        d = self.logits(dout)
        return d @ self.b, d @ self.a


class ContrastWithoutOwnPartner(Contrast):
    def logits(self, dout):
        return dout * self.scale * self.p / len(self.p)


class ContrastUnscaled(Contrast):
    def logits(self, dout):
        return super().logits(dout) / self.scale


class Norm:
    """Rows to mean nought and length one, times a gain for each column."""

    def __init__(self, d=5):
        self.params, self.grads = {"g": np.linspace(0.5, 1.5, d)}, {}

    def forward(self, x):
        c = x - x.mean(axis=1, keepdims=True)
        self.s = np.sqrt((c**2).mean(axis=1, keepdims=True) + 1e-3)
        self.h = c / self.s
        return self.params["g"] * self.h

    def inner(self, dh):
        mean = dh.mean(axis=1, keepdims=True)
        along = (dh * self.h).mean(axis=1, keepdims=True)
        return (dh - mean - self.h * along) / self.s

    def backward(self, dout):
        self.grads["g"] = (dout * self.h).sum(axis=0)
        return self.inner(dout * self.params["g"])


class NormMeanKept(Norm):
    def inner(self, dh):
        return (dh - self.h * (dh * self.h).mean(axis=1, keepdims=True)) / self.s


class NormGainForgotten(Norm):
    def backward(self, dout):
        super().backward(dout)
        return self.inner(dout)


class NormSumOfRow(Norm):
    def inner(self, dh):
        along = (dh * self.h).sum(axis=1, keepdims=True)
        return (dh - dh.mean(axis=1, keepdims=True) - self.h * along) / self.s


class Words:
    """Words and their places, added; every sentence is averaged."""

    def __init__(self, v=7, t=3, d=2):
        self.params = {"E": _weights(v, d), "P": _weights(t, d)}
        self.grads = {}

    def forward(self, t):
        self.t = t
        return (self.params["E"][t] + self.params["P"]).mean(axis=1)

    def backward(self, dout):
        each = np.repeat(dout[:, None] / self.t.shape[1], self.t.shape[1], axis=1)
        de = np.zeros_like(self.params["E"])
        self.place(de, each)
        self.grads = {"E": de, "P": each.sum(axis=0)}

    def place(self, de, each):
        np.add.at(de, self.t, each)


class WordsOnceEach(Words):
    def place(self, de, each):
        de[self.t] += each


class WordsOneOff(Words):
    def place(self, de, each):
        np.add.at(de, (self.t + 1) % len(de), each)


class Crossed:
    """Each feature of a with each of b, then a product."""

    def __init__(self, d=3, k=5):
        self.params, self.grads = {"W": _weights(d, d, k)}, {}

    def forward(self, a, b):
        self.a, self.b = a, b
        return np.einsum("ni,nj,ijk->nk", a, b, self.params["W"])

    def backward(self, dout):
        w = self.params["W"]
        self.grads["W"] = np.einsum("nk,ni,nj->ijk", dout, self.a, self.b)
        return (
            np.einsum("nk,nj,ijk->ni", dout, self.b, w),
            np.einsum("nk,ni,ijk->nj", dout, self.a, w),
        )


class CrossedWeightsTurned(Crossed):
    def backward(self, dout):
        da, _ = super().backward(dout)
        return da, np.einsum("nk,ni,jik->nj", dout, self.a, self.params["W"])


class CrossedHalfKept(Crossed):
    def forward(self, a, b):
        y = super().forward(a, b)
        self.b = b.astype(np.float16).astype(b.dtype)
        return y


class NormOfASample(Norm):
    def inner(self, dh):
        n = self.h.shape[1]
        along = self.h * (dh * self.h).sum(axis=1, keepdims=True) / (n - 1)
        return (dh - dh.mean(axis=1, keepdims=True) - along) / (self.s * np.sqrt(n / (n - 1)))
