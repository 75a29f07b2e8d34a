"""More shapes in which layers are written, put into the one that is checked."""

from collections.abc import MutableMapping

import numpy as np


class _Pure:
    def __init__(self, *sizes, **options):
        self.params, self.grads = self.start(*sizes), {}
        self.options = options

    def forward(self, *arrays):
        out, self.kept = self.apply(self.params, *arrays, **self.options)
        return out

    def backward(self, *upstream):
        self.grads, answer = self.pull(self.params, self.kept, *upstream)
        return answer


def pure(name, start, apply, pull):
    """Return a layer of functions without state.

    start(*sizes) -> params, apply(params, *arrays) -> (out, kept), and
    pull(params, kept, *upstream) -> (gradients of params, gradients of arrays).
    """
    parts = {"start": start, "apply": apply, "pull": pull}
    return type(name, (_Pure,), {key: staticmethod(part) for key, part in parts.items()})


class Filling:
    """backward_into(dx, dout) adds what it finds to an array of zeros that its caller gives."""

    def forward(self, x):
        self.shape, self.dtype = x.shape, x.dtype
        return self.run(x)

    def backward(self, dout):
        dx = np.zeros(self.shape, dtype=dout.dtype)
        self.backward_into(dx, dout)
        return dx


class Tracked:
    """A layer that lists itself: variables() yields (name, array, gradient)."""

    @property
    def params(self):
        return _Slots(self)

    @property
    def grads(self):
        return {name: gradient for name, _, gradient in self.variables()}

    def variables(self):
        """Yield the name of every parameter with its array and gradient."""
        for name, slot in self.slots.items():
            yield name, slot[0], slot[1]

    def value(self, name):
        return self.slots[name][0]

    def give(self, **gradients):
        for name, gradient in gradients.items():
            self.slots[name][1] = gradient


class _Slots(MutableMapping):
    """The parameters of a layer that lists itself, as a mapping."""

    def __init__(self, layer):
        self.layer = layer

    def __getitem__(self, name):
        return self.layer.slots[name][0]

    def __setitem__(self, name, value):
        self.layer.slots[name][0] = value

    def __delitem__(self, name):
        raise KeyError(name)

    def __iter__(self):
        return iter(self.layer.slots)

    def __len__(self):
        return len(self.layer.slots)
