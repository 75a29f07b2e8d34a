"""Products of two inputs, transforms, distances and small linear systems."""

import numpy as np

from tests.zoo.second_half.styles import pair
from tests.zoo.third_set.styles import Named, closure


def _weights(*shape):
    return np.random.default_rng(23).normal(0.0, 0.6, shape)


class Bilinear(Named):
    """a W[k] b for every output k."""

    inputs = ("a", "b")

    def __init__(self, d=5, k=3):
        super().__init__(W=_weights(k, d, d))

    def forward(self, a, b):
        self.a, self.b = a, b
        return np.einsum("ni,kij,nj->nk", a, self.params["W"], b)

    def backward_pass(self, dout):
        w = self.params["W"]
        return {
            "da": np.einsum("nk,kij,nj->ni", dout, w, self.b),
            "db": np.einsum("nk,kij,ni->nj", dout, w, self.a),
            "dW": np.einsum("nk,ni,nj->kij", dout, self.a, self.b),
        }


class BilinearWeightsTurned(Bilinear):
    def backward_pass(self, dout):
        turned = np.einsum("nk,ni,nj->kji", dout, self.a, self.b)
        return super().backward_pass(dout) | {"dW": turned}


class BilinearSecondByUnturned(Bilinear):
    def backward_pass(self, dout):
        db = np.einsum("nk,kij,nj->ni", dout, self.params["W"], self.a)
        return super().backward_pass(dout) | {"db": db}


class BilinearArgumentsExchanged(Bilinear):
    def backward_pass(self, dout):
        answer = super().backward_pass(dout)
        return answer | {"da": answer["db"], "db": answer["da"]}


class HeadProjection(Named):
    """Features of every step into heads."""

    def __init__(self, d=5, heads=3, k=2):
        super().__init__(W=_weights(d, heads, k))

    def forward(self, x):
        self.x = x
        return np.einsum("ntd,dhk->nthk", x, self.params["W"])

    def inputs_of(self, dout):
        return np.einsum("nthk,dhk->ntd", dout, self.params["W"])

    def backward_pass(self, dout):
        return {
            "dx": self.inputs_of(dout),
            "dW": np.einsum("ntd,nthk->dhk", self.x, dout),
        }


class HeadProjectionColumnsMislaid(HeadProjection):
    def backward_pass(self, dout):
        answer = super().backward_pass(dout)
        d, heads, k = self.params["W"].shape
        flat = np.einsum("ntd,nthk->dkh", self.x, dout).reshape(d, heads * k)
        return answer | {"dW": flat.reshape(d, heads, k)}


class HeadProjectionLastHeadOnly(HeadProjection):
    def inputs_of(self, dout):
        for h in range(dout.shape[2]):
            dx = dout[:, :, h] @ self.params["W"][:, h].T
        return dx


class RealFourier:
    """Real and imaginary parts of a row's transform, as two outputs."""

    def forward(self, x):
        d = x.shape[1]
        angle = 2 * np.pi * np.outer(np.arange(d), np.arange(d // 2 + 1)) / d
        self.cos, self.sin = np.cos(angle).astype(x.dtype), np.sin(angle).astype(x.dtype)
        return x @ self.cos, -x @ self.sin

    def backward(self, dre, dim):
        return dre @ self.cos.T - dim @ self.sin.T


class RealFourierImaginaryUnheard(RealFourier):
    def backward(self, dre, dim):
        return dre @ self.cos.T


class LinearSolve:
    """y with (A + 7 I) y = b."""

    def forward(self, a, b):
        self.inverse = np.linalg.inv(a + 7 * np.eye(a.shape[1], dtype=a.dtype))
        self.y = np.einsum("nij,nj->ni", self.inverse, b)
        return self.y.copy()

    def adjoint(self, dout):
        return np.einsum("nij,ni->nj", self.inverse, dout)

    def matrices(self, db):
        return -db[:, :, None] * self.y[:, None, :]

    def backward(self, dout):
        db = self.adjoint(dout)
        return self.matrices(db), db


class LinearSolveWithoutMinus(LinearSolve):
    def matrices(self, db):
        return db[:, :, None] * self.y[:, None, :]


class LinearSolveByTheSameInverse(LinearSolve):
    def backward(self, dout):
        da, _ = super().backward(dout)
        return da, np.einsum("nij,nj->ni", self.inverse, dout)


class LinearSolveOuterTurned(LinearSolve):
    def matrices(self, db):
        return -self.y[:, :, None] * db[:, None, :]


def determinant(x):
    """Of matrices of two by two, given as rows of four."""
    a, b, c, d = x.T
    return a * d - b * c, x


def determinant_back(dout, x):
    return dout[:, None] * x[:, ::-1] * np.array([1, -1, -1, 1], dtype=x.dtype)


def determinant_back_by_inverse(dout, x):
    det = determinant(x)[0][:, None]
    inverse = x[:, ::-1] * np.array([1, -1, -1, 1], dtype=x.dtype) / det
    return dout[:, None] * det * inverse


Determinant = pair("Determinant", determinant, determinant_back)
DeterminantTimesInverse = pair(
    "DeterminantTimesInverse", determinant, determinant_back_by_inverse
)


def gram(x):
    """Products of every step with every step."""

    def pull(dout):
        return (dout + dout.swapaxes(1, 2)) @ x

    return x @ x.swapaxes(1, 2), pull


def gram_of_left_factor(x):
    return gram(x)[0], lambda dout: dout @ x


Gram = closure("Gram", gram)
GramLeftFactorOnly = closure("GramLeftFactorOnly", gram_of_left_factor)


class OwnDistances:
    """Squared distances between the steps of each example."""

    def forward(self, x):
        self.d = x[:, :, None, :] - x[:, None, :, :]
        return (self.d**2).sum(axis=3)

    def join(self, rows, columns):
        return rows - columns

    def backward(self, dout):
        pull = 2 * dout[:, :, :, None] * self.d
        return self.join(pull.sum(axis=2), pull.sum(axis=1))


class OwnDistancesRowsOnly(OwnDistances):
    def join(self, rows, columns):
        return rows


class OwnDistancesRowsTwice(OwnDistances):
    def join(self, rows, columns):
        return 2 * rows - columns


class LargestGap:
    """Largest difference of any feature, between the rows of two inputs."""

    def forward(self, a, b):
        self.d = a - b
        return np.abs(self.d).max(axis=1)

    def chosen(self):
        size = np.abs(self.d)
        return np.arange(size.shape[1]) == size.argmax(axis=1)[:, None]

    def backward(self, dout):
        da = dout[:, None] * np.where(self.chosen(), np.sign(self.d), 0)
        return da, -da


class LargestGapAllThatReachIt(LargestGap):
    def chosen(self):
        size = np.abs(self.d)
        return size == size.max(axis=1, keepdims=True)


class EdgeSums:
    """Every node adds what its edges bring, and its own features; edges are given."""

    def forward(self, x, source, target):
        self.source, self.target = source % len(x), target % len(x)
        y = x.copy()
        np.add.at(y, self.target, x[self.source])
        return y

    def along(self, dx, messages):
        np.add.at(dx, self.source, messages)

    def own(self, dout):
        return dout.copy()

    def backward(self, dout):
        dx = self.own(dout)
        self.along(dx, dout[self.target])
        return dx


class EdgeSumsLaterEdgeWins(EdgeSums):
    def along(self, dx, messages):
        sent = np.zeros_like(dx)
        sent[self.source] = messages
        dx += sent


class EdgeSumsForgetTheNodeItself(EdgeSums):
    def own(self, dout):
        return np.zeros_like(dout)


class Ratio:
    """Rows over a row of divisors."""

    def forward(self, x, s):
        self.x, self.s = x, s
        return x / s

    def divisors(self, dout):
        return -(dout * self.x).sum(axis=0) / self.s**2

    def backward(self, dout):
        return dout / self.s, self.divisors(dout)


class RatioDivisorsNotSquared(Ratio):
    def divisors(self, dout):
        return -(dout * self.x).sum(axis=0) / self.s


class RatioDivisorsAveraged(Ratio):
    def divisors(self, dout):
        return -(dout * self.x).mean(axis=0) / self.s**2


class RatioDivisorsUnmoved(Ratio):
    def divisors(self, dout):
        return np.zeros_like(self.s)


class OuterSum:
    """Every entry of a column plus every entry of a row."""

    def forward(self, a, b):
        return a + b

    def backward(self, dout):
        return dout.sum(axis=1, keepdims=True), dout.sum(axis=0, keepdims=True)


class OuterSumColumnLeftWide(OuterSum):
    def backward(self, dout):
        return dout.copy(), dout.sum(axis=0, keepdims=True)


class OuterSumColumnAlongRows(OuterSum):
    def backward(self, dout):
        return dout.sum(axis=0)[:, None], dout.sum(axis=0, keepdims=True)


class SumOfEach:
    def forward(self, x):
        self.shape = x.shape
        return x.sum(axis=1)

    def backward(self, dout):
        return np.broadcast_to(dout[:, None], self.shape).copy()


class SumOfEachIsOnes(SumOfEach):
    def backward(self, dout):
        return np.ones(self.shape, dtype=dout.dtype)
