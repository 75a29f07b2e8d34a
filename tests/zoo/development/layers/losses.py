"""Losses; each is a mean over the batch unless its name says otherwise."""

import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class Mse:
    def forward(self, y, t):
        self.d = y - t
        return np.mean(self.d**2)

    def backward(self, dout):
        g = dout * 2 * self.d / self.d.size
        return g, -g


class MseDividesByRowsOnly(Mse):
    def backward(self, dout):
        g = dout * 2 * self.d / len(self.d)
        return g, -g


class MseWithoutUpstream(Mse):
    def backward(self, dout):
        g = 2 * self.d / self.d.size
        return g, -g


class SquaredErrors:
    """One loss for each example."""

    def forward(self, y, t):
        self.d = y - t
        return (self.d**2).sum(axis=1)

    def backward(self, dout):
        g = dout[:, None] * 2 * self.d
        return g, -g


class SquaredErrorsHearFirstExample(SquaredErrors):
    def backward(self, dout):
        g = dout[0] * 2 * self.d
        return g, -g


class CrossEntropy:
    """Of logits with labels."""

    def __init__(self, smoothing=0.0):
        self.smoothing = smoothing

    def forward(self, z, t):
        self.n, classes = z.shape
        self.t = t
        hard = np.eye(classes, dtype=z.dtype)[t]
        self.target = (1 - self.smoothing) * hard + self.smoothing / classes
        self.hard = hard
        self.p = softmax(z)
        top = z.max(axis=1, keepdims=True)
        log = z - top - np.log(np.exp(z - top).sum(axis=1, keepdims=True))
        return -np.sum(self.target * log) / self.n

    def backward(self, dout):
        return dout * (self.p - self.target) / self.n


class CrossEntropySubtractsInTheCache(CrossEntropy):
    def backward(self, dout):
        dz = self.p
        dz[np.arange(self.n), self.t] -= 1
        return dout * dz / self.n


class CrossEntropyForgetsSmoothing(CrossEntropy):
    def backward(self, dout):
        return dout * (self.p - self.hard) / self.n


class CrossEntropyPopsItsCache(CrossEntropy):
    def forward(self, z, t):
        loss = super().forward(z, t)
        self.cache = {"p": self.p, "target": self.target}
        return loss

    def backward(self, dout):
        return dout * (self.cache.pop("p") - self.cache.pop("target")) / self.n


class LogLoss:
    """Of probabilities with a distribution."""

    def forward(self, p, t):
        self.p, self.t = p, t
        return -np.sum(t * np.log(p)) / len(p)

    def backward(self, dout):
        n = len(self.p)
        return -dout * self.t / self.p / n, -dout * np.log(self.p) / n


class LogLossOfProbabilitiesAsOfLogits(LogLoss):
    def backward(self, dout):
        _, dt = super().backward(dout)
        return dout * (self.p - self.t) / len(self.p), dt


class LogLossTargetsLeftOut(LogLoss):
    def backward(self, dout):
        dp, dt = super().backward(dout)
        return dp, np.zeros_like(dt)


class BinaryLogLoss:
    def forward(self, p, t):
        self.p, self.t = p, t
        return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))

    def backward(self, dout):
        return dout * (self.p - self.t) / (self.p * (1 - self.p)) / self.p.size


class BinaryLogLossAsOfLogits(BinaryLogLoss):
    def backward(self, dout):
        return dout * (self.p - self.t) / self.p.size


class Huber:
    def __init__(self, delta=1.0):
        self.delta = delta

    def forward(self, y, t):
        self.d = y - t
        far = np.abs(self.d)
        return np.mean(
            np.where(far <= self.delta, self.d**2 / 2, self.delta * (far - self.delta / 2))
        )

    def slope(self):
        return np.clip(self.d, -self.delta, self.delta)

    def backward(self, dout):
        g = dout * self.slope() / self.d.size
        return g, -g


class HuberBendsAtOneAlways(Huber):
    def slope(self):
        return np.clip(self.d, -1.0, 1.0)


class HuberWithSlopeOfPseudoHuber(Huber):
    def slope(self):
        return self.d / np.sqrt(1 + (self.d / self.delta) ** 2)


class Hinge:
    """Of scores with signs."""

    def forward(self, y, t):
        self.sign = (2 * t - 1).astype(y.dtype)
        self.margin = 1 - self.sign * y
        return np.mean(np.maximum(self.margin, 0))

    def backward(self, dout):
        return dout * np.where(self.margin > 0, -self.sign, 0.0) / self.sign.size


class HingeMovesTheSafe(Hinge):
    def backward(self, dout):
        return dout * np.where(self.margin < 0, -self.sign, 0.0) / self.sign.size


class HingePushesTheWrongWay(Hinge):
    def backward(self, dout):
        return dout * np.where(self.margin > 0, self.sign, 0.0) / self.sign.size


class Kl:
    """Of one distribution from another, summed over classes."""

    def forward(self, p, q):
        self.p, self.q = p, q
        return np.sum(p * (np.log(p) - np.log(q))) / len(p)

    def backward(self, dout):
        n = len(self.p)
        dp = dout * (np.log(self.p) - np.log(self.q) + 1) / n
        return dp, -dout * self.p / self.q / n


class KlReferenceWithoutMinus(Kl):
    def backward(self, dout):
        dp, dq = super().backward(dout)
        return dp, -dq


class KlForgetsTheOne(Kl):
    def backward(self, dout):
        _, dq = super().backward(dout)
        return dout * (np.log(self.p) - np.log(self.q)) / len(self.p), dq


class Ridge:
    """A linear fit with its weights penalised."""

    def __init__(self, d=5, penalty=0.3):
        self.penalty = penalty
        self.params = {"w": np.random.default_rng(3).normal(0.0, 0.5, d)}
        self.grads = {}

    def forward(self, x, t):
        self.x = x
        self.d = x @ self.params["w"] - t
        return np.mean(self.d**2) + self.penalty * np.sum(self.params["w"] ** 2)

    def backward(self, dout):
        g = dout * 2 * self.d / len(self.d)
        self.grads["w"] = self.x.T @ g + dout * 2 * self.penalty * self.params["w"]
        return g[:, None] * self.params["w"], -g


class RidgePenaltyWithoutItsTwo(Ridge):
    def backward(self, dout):
        answer = super().backward(dout)
        g = dout * 2 * self.d / len(self.d)
        self.grads["w"] = self.x.T @ g + dout * self.penalty * self.params["w"]
        return answer


class LatentKl:
    """Of a diagonal Gaussian from the standard one."""

    def forward(self, mean, logvar):
        self.mean, self.logvar = mean, logvar
        return 0.5 * np.sum(mean**2 + np.exp(logvar) - logvar - 1) / len(mean)

    def backward(self, dout):
        n = len(self.mean)
        return dout * self.mean / n, dout * 0.5 * (np.exp(self.logvar) - 1) / n


class LatentKlHalvesOneTermOnly(LatentKl):
    def backward(self, dout):
        n = len(self.mean)
        return dout * self.mean / n, dout * (0.5 * np.exp(self.logvar) - 1) / n
