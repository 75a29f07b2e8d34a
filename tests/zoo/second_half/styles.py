"""Layers written in other shapes than objects with dicts, put into the one that is checked.

Pairs of functions with a cache, objects whose parameters are attributes, activations with a
method for the derivative, losses without state and losses that answer value and gradient at
once: each is called here as its users call it.
"""

from collections.abc import MutableMapping


class _Own(MutableMapping):
    """The attributes of a layer that are its parameters, as a mapping."""

    def __init__(self, layer):
        self.layer = layer

    def __getitem__(self, name):
        return getattr(self.layer, name)

    def __setitem__(self, name, value):
        setattr(self.layer, name, value)

    def __delitem__(self, name):
        raise KeyError(name)

    def __iter__(self):
        return iter(self.layer.own)

    def __len__(self):
        return len(self.layer.own)


class Attributes:
    """A layer with its parameters in attributes and their gradients in d + the same name."""

    own: tuple[str, ...] = ()

    @property
    def params(self):
        return _Own(self)

    @property
    def grads(self):
        return {name: getattr(self, "d" + name, None) for name in self.own}


class _Pair:
    def __init__(self, **options):
        self.options = options

    def forward(self, *arrays):
        out, self.cache = self.ahead(*arrays, **self.options)
        return out

    def backward(self, *upstream):
        return self.back(*upstream, self.cache)


def pair(name, forward, backward):
    """Return a layer of two functions: forward -> (out, cache), backward(dout, cache)."""
    parts = {"ahead": staticmethod(forward), "back": staticmethod(backward)}
    return type(name, (_Pair,), parts)


class Activation:
    """f(x) and derivative(x); the network multiplies by the upstream gradient."""

    def forward(self, x):
        self.x = x
        return self(x)

    def backward(self, dout):
        return dout * self.derivative(self.x)


class StatelessLoss:
    """loss(y, t) and grad(y, t); no upstream gradient is taken."""

    def forward(self, *arrays):
        self.arrays = arrays
        return self.loss(*arrays)

    def backward(self, dout):
        return self.grad(*self.arrays)


class _Fused:
    def __init__(self, **options):
        self.options = options

    def forward(self, *arrays):
        value, self.slope = self.both(*arrays, **self.options)
        return value

    def backward(self, dout):
        return self.slope


def fused(name, function):
    """Return a loss of one function, which answers (value, gradient) and takes no upstream."""
    return type(name, (_Fused,), {"both": staticmethod(function)})
