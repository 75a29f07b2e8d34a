"""Layers that pick, repeat and move entries."""

import numpy as np


class Bag:
    """Sum of the word vectors of every example."""

    def __init__(self, words=5, d=3):
        self.params = {"E": np.random.default_rng(2).normal(0.0, 1.0, (words, d))}
        self.grads = {}

    def forward(self, t):
        self.t = t
        return self.params["E"][t].sum(axis=1)

    def backward(self, dout):
        table = np.zeros_like(self.params["E"])
        for j in range(self.t.shape[1]):
            self.pay(table, self.t[:, j], dout)
        self.grads["E"] = table
        return ()

    def pay(self, table, words, dout):
        np.add.at(table, words, dout)


class BagPaysTheLastMention(Bag):
    def pay(self, table, words, dout):
        table[words] = dout


class BagPaysANeighbour(Bag):
    def pay(self, table, words, dout):
        np.add.at(table, (words + 1) % len(table), dout)


class Positions:
    """A learned vector for each place of a sequence is added."""

    def __init__(self, t=5, d=3):
        self.params = {"P": np.random.default_rng(3).normal(0.0, 1.0, (t, d))}
        self.grads = {}

    def forward(self, x):
        return x + self.params["P"]

    def backward(self, dout):
        self.grads["P"] = dout.sum(axis=0)
        return dout.copy()


class PositionsKeepTheBatch(Positions):
    def backward(self, dout):
        self.grads["P"] = dout.copy()
        return dout.copy()


class PositionsStayWhereTheyAre(Positions):
    def backward(self, dout):
        self.grads["P"] = np.zeros_like(self.params["P"])
        return dout.copy()


class PositionsHearTheLastExample(Positions):
    def backward(self, dout):
        for example in dout:
            self.grads["P"] = example.copy()
        return dout.copy()


class Delay:
    """Shifts by some steps; zeros come in."""

    def __init__(self, steps=2):
        self.steps = steps

    def forward(self, x):
        y = np.zeros_like(x)
        y[:, self.steps :] = x[:, : -self.steps]
        return y

    def backward(self, dout):
        dx = np.zeros_like(dout)
        dx[:, : -self.steps] = dout[:, self.steps :]
        return dx


class DelayShortByOne(Delay):
    def backward(self, dout):
        dx = np.zeros_like(dout)
        steps = self.steps - 1
        dx[:, : dout.shape[1] - steps] = dout[:, steps:]
        return dx


class Differences:
    """Each entry less the one before."""

    def forward(self, x):
        self.shape = x.shape
        return x[:, 1:] - x[:, :-1]

    def backward(self, dout):
        dx = np.zeros(self.shape, dtype=dout.dtype)
        dx[:, 1:] += dout
        dx[:, :-1] -= dout
        return dx


class DifferencesTurned(Differences):
    def backward(self, dout):
        return -super().backward(dout)


class DifferencesLaterWriteWins(Differences):
    def backward(self, dout):
        dx = np.zeros(self.shape, dtype=dout.dtype)
        dx[:, 1:] = dout
        dx[:, :-1] = -dout
        return dx


class Tile:
    """The row three times."""

    def forward(self, x):
        self.d = x.shape[1]
        return np.tile(x, (1, 3))

    def backward(self, dout):
        return dout.reshape(len(dout), 3, self.d).sum(axis=1)


class TileAveragesItsCopies(Tile):
    def backward(self, dout):
        return dout.reshape(len(dout), 3, self.d).mean(axis=1)


class TileHearsTheFirstCopy(Tile):
    def backward(self, dout):
        return dout[:, : self.d].copy()


class TileCutsIntoThrees(Tile):
    def backward(self, dout):
        return dout.reshape(len(dout), self.d, 3).sum(axis=2)


class Heads:
    """The features of each step, dealt to three heads."""

    def forward(self, x):
        n, t, d = x.shape
        self.shape = x.shape
        return x.reshape(n, t, 3, d // 3).swapaxes(1, 2).copy()

    def backward(self, dout):
        return dout.swapaxes(1, 2).reshape(self.shape)


class HeadsJoinedUnturned(Heads):
    def backward(self, dout):
        return dout.reshape(self.shape).copy()


class Unpool:
    """Puts every entry at a place that is given; places in a row are all different."""

    length = 11

    def forward(self, x, t):
        n, d = x.shape
        self.rows = np.arange(n)[:, None]
        self.places = (t[:, None] + 2 * np.arange(d)) % self.length
        y = np.zeros((n, self.length), dtype=x.dtype)
        y[self.rows, self.places] = x
        return y

    def backward(self, dout):
        return dout[self.rows, self.places]


class UnpoolIntoIndices(Unpool):
    def backward(self, dout):
        dx = np.zeros_like(self.places)
        dx[...] = dout[self.rows, self.places]
        return dx


class UnpoolOneBehind(Unpool):
    def backward(self, dout):
        return dout[self.rows, (self.places + 1) % self.length]


class Ranked:
    """Every row in falling order."""

    def forward(self, x):
        self.order = np.argsort(-x, axis=1, kind="stable")
        return np.take_along_axis(x, self.order, axis=1)

    def backward(self, dout):
        dx = np.empty_like(dout)
        np.put_along_axis(dx, self.order, dout, axis=1)
        return dx


class RankedBackInRisingOrder(Ranked):
    def backward(self, dout):
        dx = np.empty_like(dout)
        np.put_along_axis(dx, self.order[:, ::-1], dout, axis=1)
        return dx


class Masked:
    """Entries that a given mask leaves out become a constant."""

    def forward(self, x, keep):
        self.keep = keep
        return np.where(keep, x, -1)

    def backward(self, dout):
        return np.where(self.keep, dout, 0)


class MaskedLetsTheOthersThrough(Masked):
    def backward(self, dout):
        return np.where(self.keep, 0, dout)


class MaskedFirstMaskForEver(Masked):
    def forward(self, x, keep):
        if not hasattr(self, "keep"):
            self.keep = keep
        return np.where(keep, x, -1)
