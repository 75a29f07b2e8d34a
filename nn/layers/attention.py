"""Attention: values, weighted by how well their keys answer a query."""

import math

import numpy as np

from nn.arrays import Array, as_float
from nn.attention import attend, attend_back, checked_mask, without_unseen
from nn.initializers import xavier
from nn.layers.layer import Layer
from nn.sizes import require_sizes


class ScaledDotProductAttention(Layer):
    """y = softmax(q k^T / sqrt(d)) v for q (..., T, d), k (..., S, d) and v (..., S, e).

    A mask that broadcasts to (..., T, S) is True where a query may see a key; with `causal` it
    also sees none that stands after it.  A query that sees nothing gets zeros.  With P the
    softmax, dP = dout v^T and dS = P * (dP - sum(dP * P)), the gradients are
    dq = dS k / sqrt(d), dk = dS^T q / sqrt(d) and dv = P^T dout (Vaswani et al., "Attention is
    all you need", 2017, eq. 1).

    Raises
    ------
    ValueError
        Where the axes before the last two, the lengths S or the widths d differ, and for a mask
        that is not boolean or does not broadcast to the scores.
    """

    _qkv: tuple[Array, Array, Array]
    _P: Array

    def __init__(self, *, causal: bool = False) -> None:
        super().__init__()
        self.causal = causal

    def forward(self, q: Array, k: Array, v: Array, mask: Array | None = None) -> Array:
        """Return (..., T, e)."""
        q, k, v = as_float(q), as_float(k), as_float(v)
        _require_match(self, q, k, v)
        shape = (*q.shape[:-1], k.shape[-2])
        mask = checked_mask(self, mask, shape, causal=self.causal)
        if mask is not None:
            seen = np.broadcast_to(mask, shape)
            q = without_unseen(q, seen, axis=-1)
            k, v = (without_unseen(x, seen, axis=-2) for x in (k, v))
        y, P = attend(q, k, v, mask, self._scale(q))
        self._qkv, self._P = (q, k, v), P
        return self._output(y)

    def backward(self, dout: Array) -> tuple[Array, Array, Array]:
        """Return (dq, dk, dv); a mask has no gradient."""
        dout = self._upstream(dout)
        return attend_back(dout, self._qkv, self._P, self._scale(self._qkv[0]))

    @staticmethod
    def _scale(q: Array) -> float:
        return 1 / math.sqrt(max(q.shape[-1], 1))


class MultiHeadAttention(Layer):
    """y = [head 1, head 2, ...] W_o + b_o, each head an attention of width dim / num_heads.

    query is (N, T, dim); key and value are (N, S, dim), and both are the query where they are
    not given (self-attention).  Head i attends with the i-th block of columns of query W_q +
    b_q, key W_k + b_k and value W_v + b_v, all W (dim, dim); going back, each product x W + b
    has dx = g W^T, dW = x^T g and db = sum(g).  A mask must broadcast to (N, num_heads, T, S).
    The bias b_k has the gradient 0: it adds the same to all scores of a query (Vaswani et al.,
    "Attention is all you need", 2017, 3.2.2).

    Raises
    ------
    ValueError
        Unless num_heads divides dim, for arrays that are not (N, T, dim) and (N, S, dim), and
        for a mask that is not boolean or does not broadcast to the scores.
    """

    _inputs: tuple[Array, Array, Array]
    _qkv: tuple[Array, Array, Array]
    _P: Array
    _mixed: Array
    _given: int

    def __init__(
        self, dim: int, num_heads: int, *, causal: bool = False, rng: np.random.Generator
    ) -> None:
        super().__init__()
        require_sizes(self, dim=dim, num_heads=num_heads)
        if dim % num_heads:
            raise ValueError(f"MultiHeadAttention: num_heads={num_heads} must divide dim={dim}")
        self.num_heads = num_heads
        self.causal = causal
        self.params = {f"W_{name}": xavier(dim, dim, rng) for name in "qkvo"}
        self.params |= {f"b_{name}": np.zeros(dim) for name in "qkvo"}

    def forward(
        self,
        query: Array,
        key: Array | None = None,
        value: Array | None = None,
        mask: Array | None = None,
    ) -> Array:
        """Return (N, T, dim)."""
        if key is None and value is not None:
            raise ValueError("MultiHeadAttention.forward: a value needs a key")
        given = 1 + (key is not None) + (value is not None)
        query = as_float(query)
        key = query if key is None else as_float(key)
        value = key if value is None else as_float(value)
        self._require_sequences(query, key, value)
        shape = len(query), self.num_heads, query.shape[1], key.shape[1]
        mask = checked_mask(self, mask, shape, causal=self.causal)
        if mask is not None:
            seen = np.broadcast_to(mask, shape)
            query = without_unseen(query, seen, axis=(1, 3))
            key, value = (without_unseen(x, seen, axis=(1, 2)) for x in (key, value))
        self._inputs, self._given = (query, key, value), given
        q, k, v = (
            self._heads(self._project(x, n)) for x, n in zip(self._inputs, "qkv", strict=True)
        )
        y, self._P = attend(q, k, v, mask, self._scale)
        self._qkv, self._mixed = (q, k, v), self._joined(y)
        return self._output(self._project(self._mixed, "o"))

    def backward(self, dout: Array) -> Array | tuple[Array, ...]:
        """Return one gradient for each of query, key and value that was given."""
        dy = self._heads(self._project_back(self._upstream(dout), self._mixed, "o"))
        heads = attend_back(dy, self._qkv, self._P, self._scale)
        parts = zip(heads, self._inputs, "qkv", strict=True)
        dquery, dkey, dvalue = (self._project_back(self._joined(g), x, n) for g, x, n in parts)
        # An input that stands for the ones after it gets their gradients as well.
        if self._given == 1:
            return dquery + dkey + dvalue
        return (dquery, dkey + dvalue) if self._given == 2 else (dquery, dkey, dvalue)

    @property
    def _scale(self) -> float:
        return 1 / math.sqrt(len(self.params["W_q"]) // self.num_heads)

    def _project(self, x: Array, name: str) -> Array:
        y: Array = x @ self.params[f"W_{name}"] + self.params[f"b_{name}"]
        return y

    def _project_back(self, dout: Array, x: Array, name: str) -> Array:
        W = self.params[f"W_{name}"]
        rows, dim = dout.shape[0] * dout.shape[1], len(W)
        upstream = dout.reshape(rows, dim)
        self.grads[f"W_{name}"] = x.reshape(rows, dim).T @ upstream
        self.grads[f"b_{name}"] = upstream.sum(axis=0)
        dx: Array = dout @ W.T
        return dx

    def _heads(self, x: Array) -> Array:
        """(N, heads, T, dim / heads), a view of x (N, T, dim)."""
        n, t, dim = x.shape
        return x.reshape(n, t, self.num_heads, dim // self.num_heads).swapaxes(1, 2)

    @staticmethod
    def _joined(heads: Array) -> Array:
        n, count, t, width = heads.shape
        return heads.swapaxes(1, 2).reshape(n, t, count * width)

    def _require_sequences(self, query: Array, key: Array, value: Array) -> None:
        dim = len(self.params["W_q"])
        alike = all(x.ndim == 3 and x.shape[2] == dim for x in (query, key, value))
        if not alike or len(query) != len(key) or key.shape != value.shape:
            raise ValueError(
                f"MultiHeadAttention.forward: query {query.shape}, key {key.shape} and value "
                f"{value.shape} must be (N, T, {dim}), (N, S, {dim}) and (N, S, {dim})"
            )


def _require_match(owner: object, q: Array, k: Array, v: Array) -> None:
    ranks = min(q.ndim, k.ndim, v.ndim)
    if (
        ranks < 2
        or not q.shape[:-2] == k.shape[:-2] == v.shape[:-2]
        or q.shape[-1] != k.shape[-1]
        or k.shape[-2] != v.shape[-2]
    ):
        raise ValueError(
            f"{type(owner).__name__}.forward: q {q.shape}, k {k.shape} and v {v.shape} must be "
            "(..., T, d), (..., S, d) and (..., S, e) with the same axes before"
        )
