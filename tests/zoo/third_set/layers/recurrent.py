"""Recurrences, attention and sums over paths."""

import numpy as np

from tests.zoo.second_half.styles import Attributes
from tests.zoo.third_set.styles import Named


def _weights(*shape):
    return np.random.default_rng(41).normal(0.0, 0.6, shape)


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


def softmax(z, axis):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


class LstmCell(Attributes):
    """One step; weights of input, forget, candidate and output side by side."""

    own = ("W", "b")

    def __init__(self, d=3, m=5):
        self.W, self.b = _weights(d + m, 4 * m), np.zeros(4 * m)

    def forward(self, x, h, c):
        self.xh, self.c, self.d = np.concatenate([x, h], axis=1), c, x.shape[1]
        i, f, g, o = np.split(self.xh @ self.W + self.b, 4, axis=1)
        self.i, self.f, self.g, self.o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        new = self.f * c + self.i * self.g
        self.t = np.tanh(new)
        return self.o * self.t, new

    def cell(self, dh, dc):
        return dc + dh * self.o * (1 - self.t**2)

    def of_forget(self, f):
        return f * (1 - f)

    def of_candidate(self, g):
        return 1 - g**2

    def joined(self, i, f, g, o):
        return np.concatenate([i, f, g, o], axis=1)

    def backward(self, dh, dc):
        dnew = self.cell(dh, dc)
        dz = self.joined(
            dnew * self.g * self.i * (1 - self.i),
            dnew * self.c * self.of_forget(self.f),
            dnew * self.i * self.of_candidate(self.g),
            dh * self.t * self.o * (1 - self.o),
        )
        self.dW, self.db, dxh = self.xh.T @ dz, dz.sum(axis=0), dz @ self.W.T
        return dxh[:, : self.d], dxh[:, self.d :], dnew * self.f


class LstmCellSecondOutputUnheard(LstmCell):
    def cell(self, dh, dc):
        return dh * self.o * (1 - self.t**2)


class LstmCellStateHearsItselfOnly(LstmCell):
    def cell(self, dh, dc):
        return dc


class LstmCellForgetSigmoidAgain(LstmCell):
    def of_forget(self, f):
        return sigmoid(f) * (1 - sigmoid(f))


class LstmCellCandidateWithoutTanh(LstmCell):
    def of_candidate(self, g):
        return 1


class LstmCellJoinsInAnotherOrder(LstmCell):
    def joined(self, i, f, g, o):
        return np.concatenate([i, g, o, f], axis=1)


class GruCell(Named):
    """One step; the reset gate acts on the state before its weights."""

    inputs = ("x", "h")

    def __init__(self, d=3, m=5):
        k = d + m
        super().__init__(Wr=_weights(k, m), Wz=_weights(k, m) / 2, Wn=-_weights(k, m))

    def forward(self, x, h):
        p, self.x, self.h = self.params, x, h
        self.xh = np.concatenate([x, h], axis=1)
        self.r, self.z = sigmoid(self.xh @ p["Wr"]), sigmoid(self.xh @ p["Wz"])
        self.xr = np.concatenate([x, self.r * h], axis=1)
        self.n = np.tanh(self.xr @ p["Wn"])
        return self.z * h + (1 - self.z) * self.n

    def update(self, dout):
        return dout * (self.h - self.n)

    def through_reset(self, dheld):
        return dheld * self.r

    def backward_pass(self, dout):
        p, d = self.params, self.x.shape[1]
        dn = dout * (1 - self.z) * (1 - self.n**2)
        dxr = dn @ p["Wn"].T
        dr = dxr[:, d:] * self.h * self.r * (1 - self.r)
        dz = self.update(dout) * self.z * (1 - self.z)
        dxh = dr @ p["Wr"].T + dz @ p["Wz"].T
        return {
            "dx": dxh[:, :d] + dxr[:, :d],
            "dh": dxh[:, d:] + dout * self.z + self.through_reset(dxr[:, d:]),
            "dWr": self.xh.T @ dr,
            "dWz": self.xh.T @ dz,
            "dWn": self.xr.T @ dn,
        }


class GruCellUpdateTurned(GruCell):
    def update(self, dout):
        return dout * (self.n - self.h)


class GruCellHeldStateForgotten(GruCell):
    def through_reset(self, dheld):
        return 0


class Rnn(Attributes):
    """All states of a plain recurrence."""

    own = ("W", "U", "b")

    def __init__(self, d=3, m=5):
        self.W, self.U, self.b = _weights(d, m), _weights(m, m), np.zeros(m)

    def forward(self, x):
        self.x = x
        self.states = [np.zeros((len(x), len(self.U)), dtype=x.dtype)]
        for t in range(x.shape[1]):
            z = x[:, t] @ self.W + self.states[-1] @ self.U + self.b
            self.states.append(np.tanh(z))
        return np.stack(self.states[1:], axis=1)

    def start(self):
        self.dW, self.dU, self.db = (np.zeros_like(a) for a in (self.W, self.U, self.b))
        self.dx = np.zeros_like(self.x)

    def bias(self, dz):
        self.db = self.db + dz.sum(axis=0)

    def recurrent(self, t, dz):
        self.dU = self.dU + self.states[t].T @ dz

    def carry(self, dz):
        return dz @ self.U.T

    def state(self, t):
        return self.states[t + 1]

    def backward(self, dout):
        self.start()
        dh = np.zeros_like(dout[:, 0])
        for t in reversed(range(dout.shape[1])):
            dz = (dout[:, t] + dh) * (1 - self.state(t) ** 2)
            self.dW = self.dW + self.x[:, t].T @ dz
            self.bias(dz)
            self.recurrent(t, dz)
            self.dx[:, t] += dz @ self.W.T
            dh = self.carry(dz)
        return self.dx


class RnnBiasOfFirstStep(Rnn):
    def bias(self, dz):
        self.db = dz.sum(axis=0)


class RnnCarriesNothing(Rnn):
    def carry(self, dz):
        return np.zeros_like(dz)


class RnnShortensWhatItCarries(Rnn):
    def carry(self, dz):
        dh = dz @ self.U.T
        return dh / np.maximum(1, np.sqrt(np.sum(dh**2)))


class RnnStepsOnItsWay(Rnn):
    def recurrent(self, t, dz):
        super().recurrent(t, dz)
        self.U = self.U - 0.1 * self.states[t].T @ dz


class RnnAddsToTheLastAnswer(Rnn):
    def start(self):
        before = getattr(self, "dx", 0)
        super().start()
        self.dx = self.dx + before


class RnnPopsItsStates(Rnn):
    def recurrent(self, t, dz):
        self.states.pop()
        super().recurrent(t, dz)


class RnnStatesOneBehind(Rnn):
    def recurrent(self, t, dz):
        self.dU = self.dU + self.states[max(t - 1, 0)].T @ dz


class AdditiveAttention(Named):
    """One query for all keys, scored by w tanh(q + k)."""

    inputs = ("q", "k", "v")

    def __init__(self, d=3):
        super().__init__(w=_weights(d))

    def forward(self, q, k, v):
        self.v, self.e = v, np.tanh(q[:, None, :] + k)
        self.a = softmax(self.e @ self.params["w"], 1)
        return np.einsum("nt,ntm->nm", self.a, v)

    def query(self, de):
        return de.sum(axis=1)

    def scores(self, dout):
        da = np.einsum("nm,ntm->nt", dout, self.v)
        return self.a * (da - (da * self.a).sum(axis=1, keepdims=True))

    def backward_pass(self, dout):
        ds = self.scores(dout)
        de = ds[:, :, None] * self.params["w"] * (1 - self.e**2)
        return {
            "dq": self.query(de),
            "dk": de,
            "dv": self.a[:, :, None] * dout[:, None, :],
            "dw": np.einsum("nt,ntd->d", ds, self.e),
        }


class AdditiveAttentionQueryForEachKey(AdditiveAttention):
    def query(self, de):
        return de.copy()


class AdditiveAttentionQueryOfLastKey(AdditiveAttention):
    def query(self, de):
        for t in range(de.shape[1]):
            dq = de[:, t]
        return dq.copy()


class AdditiveAttentionDotLeftOut(AdditiveAttention):
    def scores(self, dout):
        return self.a * np.einsum("nm,ntm->nt", dout, self.v)


class LinearAttention:
    """q (k v): no softmax, so that keys and values meet first."""

    def forward(self, q, k, v):
        self.q, self.k, self.v = q, k, v
        self.memory = k.swapaxes(1, 2) @ v
        return q @ self.memory

    def query(self, dout):
        return dout @ self.memory.swapaxes(1, 2)

    def backward(self, dout):
        dmemory = self.q.swapaxes(1, 2) @ dout
        return self.query(dout), self.v @ dmemory.swapaxes(1, 2), self.k @ dmemory


class LinearAttentionKeysForValues(LinearAttention):
    def backward(self, dout):
        dq, dk, dv = super().backward(dout)
        return dq, dv, dk


class LinearAttentionMemoryUnturned(LinearAttention):
    def query(self, dout):
        return dout @ self.memory


class Chain(Named):
    """log of the sum over all paths of labels, by scores of labels and of steps."""

    inputs = ("x",)

    def __init__(self, k=3):
        super().__init__(T=_weights(k, k))

    def forward(self, x):
        self.x, self.ahead = x, [x[:, 0]]
        for t in range(1, x.shape[1]):
            step = self.ahead[-1][:, :, None] + self.params["T"]
            self.ahead.append(np.logaddexp.reduce(step, axis=1) + x[:, t])
        self.total = np.logaddexp.reduce(self.ahead[-1], axis=1)
        return self.total.copy()

    def behind(self):
        found = [np.zeros_like(self.x[:, 0])]
        for t in reversed(range(1, self.x.shape[1])):
            step = self.params["T"] + (self.x[:, t] + found[0])[:, None, :]
            found.insert(0, np.logaddexp.reduce(step, axis=2))
        return found

    def before(self, t):
        return self.ahead[t - 1]

    def steps(self, dout, back):
        """Chances of every step from one label to the next, summed over the batch."""
        total = np.zeros_like(self.params["T"])
        for t in range(1, self.x.shape[1]):
            after = (self.x[:, t] + back[t] - self.total[:, None])[:, None, :]
            chance = np.exp(self.before(t)[:, :, None] + self.params["T"] + after)
            total = total + np.einsum("n,nij->ij", dout, chance)
        return total

    def labels(self, dout, back):
        score = np.stack(self.ahead, axis=1) + np.stack(back, axis=1)
        return dout[:, None, None] * np.exp(score - self.total[:, None, None])

    def backward_pass(self, dout):
        back = self.behind()
        return {"dx": self.labels(dout, back), "dT": self.steps(dout, back)}


class ChainStepsTurned(Chain):
    def steps(self, dout, back):
        return super().steps(dout, back).T.copy()


class ChainLabelsWithoutTheirFuture(Chain):
    def labels(self, dout, back):
        score = np.stack(self.ahead, axis=1)
        score = score - np.logaddexp.reduce(score, axis=2, keepdims=True)
        return dout[:, None, None] * np.exp(score)


class ChainStepsOneBehind(Chain):
    def before(self, t):
        return self.ahead[max(t - 2, 0)]
