"""Networks as strangers write them."""

import numpy as np

Array = np.ndarray


class Dense:
    def __init__(self, n_in: int, n_out: int, rng: np.random.Generator) -> None:
        self.W = rng.normal(0, 0.4, (n_in, n_out))
        self.b = np.zeros(n_out)

    def forward(self, x: Array) -> Array:
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout: Array) -> Array:
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T


class Relu:
    def forward(self, x: Array) -> Array:
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout: Array) -> Array:
        dout = dout.copy()
        dout[self.mask] = 0
        return dout


class Chain:
    """A list of layers: ``model.forward(x)`` and ``model.backward(dout)``."""

    def __init__(self, *layers: object) -> None:
        self.layers = list(layers)

    def forward(self, x: Array) -> Array:
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout: Array) -> Array:
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout

    def update(self, lr: float) -> None:
        for layer in self.layers:
            if hasattr(layer, "W"):
                layer.W -= lr * layer.dW
                layer.b -= lr * layer.db


class Squares:
    """``loss.forward(y, t)``, and ``loss.backward()`` that goes back through its model."""

    def __init__(self, model: Chain) -> None:
        self.model = model

    def forward(self, y: Array, t: Array) -> float:
        self.difference = y - t
        return float(0.5 * np.mean(np.sum(self.difference**2, axis=1)))

    def backward(self) -> Array:
        return self.model.backward(self.difference / len(self.difference))


class TwoLayers:
    """``model.loss(x, t)`` and ``model.gradient(x, t)`` with dictionaries, as in a book."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.params = {
            "W1": rng.normal(0, 0.5, (4, 6)),
            "b1": np.zeros(6),
            "W2": np.zeros((6, 3)),
            "b2": np.zeros(3),
        }

    def predict(self, x: Array) -> Array:
        p = self.params
        self.a = np.tanh(x @ p["W1"] + p["b1"])
        return self.a @ p["W2"] + p["b2"]

    def loss(self, x: Array, t: Array) -> float:
        y = self.predict(x)
        y = y - y.max(axis=1, keepdims=True)
        self.q = np.exp(y) / np.exp(y).sum(axis=1, keepdims=True)
        return float(-np.mean(np.log(self.q[np.arange(len(t)), t])))

    def gradient(self, x: Array, t: Array) -> dict[str, Array]:
        self.loss(x, t)
        dy = self.q.copy()
        dy[np.arange(len(t)), t] -= 1
        dy /= len(t)
        return self.gradients_from(x, dy)

    def gradients_from(self, x: Array, dy: Array) -> dict[str, Array]:
        da = dy @ self.params["W2"].T * (1 - self.a**2)
        return {
            "W1": x.T @ da,
            "b1": da.sum(axis=0),
            "W2": self.a.T @ dy,
            "b2": dy.sum(axis=0),
        }


class Adding(Chain):
    """Gradients add up until ``zero_grad``, which the loop calls after the forward pass."""

    def backward(self, dout: Array) -> Array:
        dense = [layer for layer in self.layers if hasattr(layer, "W")]
        old = [(getattr(d, "dW", 0.0), getattr(d, "db", 0.0)) for d in dense]
        dx = super().backward(dout)
        for layer, (dW, db) in zip(dense, old, strict=True):
            layer.dW = layer.dW + dW
            layer.db = layer.db + db
        return dx

    def zero_grad(self) -> None:
        for layer in self.layers:
            if hasattr(layer, "dW"):
                layer.dW = np.zeros_like(layer.dW)
                layer.db = np.zeros_like(layer.db)


class Updating:
    """``backward(dout, learning_rate)`` changes the weights itself."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.weights = rng.normal(0, 0.5, (4, 3))
        self.bias = np.zeros(3)

    def forward(self, x: Array) -> Array:
        self.x = x
        return np.tanh(x @ self.weights + self.bias)

    def backward(self, dout: Array, learning_rate: float) -> Array:
        dz = dout * (1 - np.tanh(self.x @ self.weights + self.bias) ** 2)
        dx = dz @ self.weights.T
        self.weights -= learning_rate * self.x.T @ dz
        self.bias -= learning_rate * dz.sum(axis=0)
        return dx


class Averaging(Dense):
    """Parameter gradients are divided by the batch size."""

    def backward(self, dout: Array) -> Array:
        dx = super().backward(dout)
        self.dW /= len(dout)
        self.db /= len(dout)
        return dx


class Slotted:
    """No dictionary of attributes."""

    __slots__ = ("W", "dW", "x")

    def __init__(self, rng: np.random.Generator) -> None:
        self.W = rng.normal(0, 0.5, (4, 3))

    def forward(self, x: Array) -> Array:
        self.x = x
        return np.sin(x @ self.W)

    def backward(self, dout: Array) -> Array:
        dz = dout * np.cos(self.x @ self.W)
        self.dW = self.x.T @ dz
        return dz @ self.W.T


class Called:
    """``model(x)`` by ``__call__``, with a keyword ``train`` and a global random mask."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.W = rng.normal(0, 0.5, (4, 3))

    def __call__(self, x: Array, train: bool = False) -> Array:  # noqa: FBT001, FBT002 - as strangers do
        self.mask = np.random.rand(*x.shape) > 0.3 if train else np.ones_like(x)  # noqa: NPY002 - as strangers do
        self.x = x * self.mask
        return np.tanh(self.x @ self.W)

    def backward(self, dout: Array) -> Array:
        dz = dout * (1 - np.tanh(self.x @ self.W) ** 2)
        self.dW = self.x.T @ dz
        return dz @ self.W.T * self.mask


SHARED = np.random.default_rng(5)


class Counting(Dense):
    """State outside of the object: a generator of the module, a counter of the class."""

    calls = 0

    def forward(self, x: Array) -> Array:
        Counting.calls += 1
        self.mask = SHARED.random(x.shape) > 0.2
        return super().forward(x * self.mask)

    def backward(self, dout: Array) -> Array:
        return super().backward(dout) * self.mask
