"""Matrix products, convolutions, embeddings and attention."""

import numpy as np


def _weights(*shape):
    return np.random.default_rng(3).normal(0.0, 0.5, shape)


class Affine:
    def __init__(self, d=5, m=3):
        self.params = {"W": _weights(d, m), "b": np.zeros(m)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return x @ self.params["W"] + self.params["b"]

    def backward(self, dout):
        self.grads["W"] = self.x.T @ dout
        self.grads["b"] = dout.sum(axis=0)
        return dout @ self.params["W"].T


class AffineInputByUntransposedWeights(Affine):
    def backward(self, dout):
        super().backward(dout)
        return dout @ self.params["W"]


class AffineAveragesWeights(Affine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.grads["W"] = self.x.T @ dout / len(self.x)
        return dx


class AffineStepsBeforeItAnswers(Affine):
    rate = 0.1

    def backward(self, dout):
        self.grads["W"] = self.x.T @ dout
        self.grads["b"] = dout.sum(axis=0)
        for name, grad in self.grads.items():
            self.params[name] = self.params[name] - self.rate * grad
        return dout @ self.params["W"].T


class AffineSqueezesUpstream(Affine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.grads["b"] = np.squeeze(dout).sum(axis=0)
        return dx


class AffinePopsItsInput(Affine):
    def __init__(self, d=5, m=3):
        super().__init__(d, m)
        self.seen = []

    def forward(self, x):
        self.seen.append(x)
        return super().forward(x)

    def backward(self, dout):
        self.x = self.seen.pop()
        return super().backward(dout)


class AffineRelu(Affine):
    """An affine layer with its activation fused."""

    def forward(self, x):
        z = x @ self.params["W"]
        self.product = z
        self.z = z + self.params["b"]
        self.x = x
        return np.maximum(self.z, 0)

    def backward(self, dout):
        return super().backward(dout * (self.z > 0))


class AffineReluMaskBeforeBias(AffineRelu):
    def backward(self, dout):
        return Affine.backward(self, dout * (self.product > 0))


class MatMul:
    def forward(self, a, b):
        self.a, self.b = a, b
        return a @ b

    def backward(self, dout):
        return dout @ self.b.T, self.a.T @ dout


class MatMulSecondFactorTransposed(MatMul):
    def backward(self, dout):
        return dout @ self.b.T, dout.T @ self.a


class Bilinear:
    def __init__(self, d=5):
        self.params = {"W": _weights(d, d)}
        self.grads = {}

    def forward(self, a, b):
        self.a, self.b = a, b
        return np.einsum("ni,ij,nj->n", a, self.params["W"], b)

    def backward(self, dout):
        u = dout[:, None]
        self.grads["W"] = (u * self.a).T @ self.b
        return u * (self.b @ self.params["W"].T), u * (self.a @ self.params["W"])


class BilinearReturnsBFirst(Bilinear):
    def backward(self, dout):
        da, db = super().backward(dout)
        return db, da


class BilinearForgetsSecondArgument(Bilinear):
    def backward(self, dout):
        da, db = super().backward(dout)
        return da, np.zeros_like(db)


class Conv1d:
    """Kernels slide over the last axis."""

    def __init__(self, c=3, f=2, k=3, stride=1, pad=1):
        self.k, self.stride, self.pad = k, stride, pad
        self.params = {"W": _weights(f, c, k), "b": np.zeros(f)}
        self.grads = {}

    def forward(self, x):
        self.xp = np.pad(x, ((0, 0), (0, 0), (self.pad, self.pad)))
        steps = (self.xp.shape[2] - self.k) // self.stride + 1
        self.starts = [i * self.stride for i in range(steps)]
        views = [self.xp[:, :, s : s + self.k] for s in self.starts]
        y = [np.einsum("nck,fck->nf", v, self.params["W"]) for v in views]
        return np.stack(y, axis=2) + self.params["b"][:, None]

    def backward(self, dout):
        dxp = self.spread(dout)
        self.parameters(dout)
        return dxp[:, :, self.pad : dxp.shape[2] - self.pad]

    def spread(self, dout):
        dxp = np.zeros_like(self.xp)
        for i, s in enumerate(self.starts):
            part = np.einsum("nf,fck->nck", dout[:, :, i], self.params["W"])
            dxp[:, :, s : s + self.k] += part
        return dxp

    def parameters(self, dout):
        dw = np.zeros_like(self.params["W"])
        for i, s in enumerate(self.starts):
            dw += np.einsum("nf,nck->fck", dout[:, :, i], self.xp[:, :, s : s + self.k])
        self.grads["W"] = dw
        self.grads["b"] = dout.sum(axis=(0, 2))


class Conv1dCropsOneLate(Conv1d):
    def backward(self, dout):
        dxp = self.spread(dout)
        self.parameters(dout)
        dxp = np.pad(dxp, ((0, 0), (0, 0), (0, 1)))
        return dxp[:, :, self.pad + 1 : dxp.shape[2] - self.pad]


class Conv1dLaterWindowWins(Conv1d):
    def spread(self, dout):
        dxp = np.zeros_like(self.xp)
        for i, s in enumerate(self.starts):
            part = np.einsum("nf,fck->nck", dout[:, :, i], self.params["W"])
            dxp[:, :, s : s + self.k] = part
        return dxp


class Conv1dKernelNotTurned(Conv1d):
    def spread(self, dout):
        dxp = np.zeros_like(self.xp)
        for i, s in enumerate(self.starts):
            part = np.einsum("nf,fck->nck", dout[:, :, i], self.params["W"][:, :, ::-1])
            dxp[:, :, s : s + self.k] += part
        return dxp


class Conv1dWeightsForgetStride(Conv1d):
    def parameters(self, dout):
        dw = np.zeros_like(self.params["W"])
        for i in range(len(self.starts)):
            dw += np.einsum("nf,nck->fck", dout[:, :, i], self.xp[:, :, i : i + self.k])
        self.grads["W"] = dw
        self.grads["b"] = dout.sum(axis=(0, 2))


class Conv2d:
    def __init__(self, c=2, f=3, k=3):
        self.k = k
        self.params = {"W": _weights(f, c, k, k), "b": np.zeros(f)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        self.h, self.w = x.shape[2] - self.k + 1, x.shape[3] - self.k + 1
        y = sum(
            np.einsum("nchw,fc->nfhw", self.part(x, i, j), self.params["W"][:, :, i, j])
            for i in range(self.k)
            for j in range(self.k)
        )
        return y + self.params["b"][:, None, None]

    def part(self, x, i, j):
        return x[:, :, i : i + self.h, j : j + self.w]

    def buffer(self):
        return np.zeros_like(self.x)

    def backward(self, dout):
        dx, dw = self.buffer(), np.zeros_like(self.params["W"])
        for i in range(self.k):
            for j in range(self.k):
                dw[:, :, i, j] = np.einsum("nfhw,nchw->fc", dout, self.part(self.x, i, j))
                back = np.einsum("nfhw,fc->nchw", dout, self.params["W"][:, :, i, j])
                self.part(dx, i, j)[...] += back
        self.grads["W"], self.grads["b"] = dw, dout.sum(axis=(0, 2, 3))
        return dx.astype(self.x.dtype)


class Conv2dBufferInSinglePrecision(Conv2d):
    def buffer(self):
        return np.zeros(self.x.shape, dtype=np.float32)


class Conv2dBiasAveragesPlaces(Conv2d):
    def backward(self, dout):
        dx = super().backward(dout)
        self.grads["b"] = dout.mean(axis=(2, 3)).sum(axis=0)
        return dx


class Embedding:
    def __init__(self, words=5, d=3):
        self.params = {"W": _weights(words, d)}
        self.grads = {}

    def forward(self, t):
        self.t = t
        return self.params["W"][t]

    def backward(self, dout):
        dw = np.zeros_like(self.params["W"])
        np.add.at(dw, self.t, dout)
        self.grads["W"] = dw
        return ()


class EmbeddingAddsRepeatsOnce(Embedding):
    def backward(self, dout):
        dw = np.zeros_like(self.params["W"])
        dw[self.t] += dout
        self.grads["W"] = dw
        return ()


class EmbeddingGradientOfIndexType(Embedding):
    def backward(self, dout):
        dw = np.zeros(self.params["W"].shape, dtype=self.t.dtype)
        for row, index in zip(dout, self.t, strict=True):
            dw[index] = dw[index] + row
        self.grads["W"] = dw.astype(dout.dtype)
        return ()


class Attention:
    def forward(self, q, k, v):
        self.q, self.k, self.v = q, k, v
        self.root = np.sqrt(q.shape[-1]).astype(q.dtype)
        scores = q @ k.swapaxes(1, 2) / self.root
        e = np.exp(scores - scores.max(axis=-1, keepdims=True))
        self.a = e / e.sum(axis=-1, keepdims=True)
        return self.a @ v

    def scores(self, dout):
        da = dout @ self.v.swapaxes(1, 2)
        inner = (da * self.a).sum(axis=-1, keepdims=True)
        return self.a * (da - inner) / self.root

    def backward(self, dout):
        ds = self.scores(dout)
        dv = self.a.swapaxes(1, 2) @ dout
        return ds @ self.k, ds.swapaxes(1, 2) @ self.q, dv


class AttentionForgetsRoot(Attention):
    def scores(self, dout):
        return super().scores(dout) * self.root


class AttentionCrossesQueryAndKey(Attention):
    def backward(self, dout):
        dq, dk, dv = super().backward(dout)
        return dk, dq, dv


class AttentionSoftmaxTermByTerm(Attention):
    def scores(self, dout):
        da = dout @ self.v.swapaxes(1, 2)
        return da * self.a * (1 - self.a) / self.root


class AttentionValuesUnanswered(Attention):
    def backward(self, dout):
        dq, dk, _ = super().backward(dout)
        return dq, dk, None
