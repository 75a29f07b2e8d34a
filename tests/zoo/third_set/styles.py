"""Other shapes in which layers are written, put into the one that is checked.

A function that answers with its own backward pass, a layer whose backward pass answers with a
dict, a layer of parameter objects and a layer with two lists: each is called here as its users
call it.
"""

from collections.abc import MutableMapping


class _Closure:
    def __init__(self, **options):
        self.options = options

    def forward(self, *arrays):
        out, self.pull = self.ahead(*arrays, **self.options)
        return out

    def backward(self, *upstream):
        return self.pull(*upstream)


def closure(name, function):
    """Return a layer of one function: f(*arrays) -> (out, pull), pull(dout) -> gradients."""
    return type(name, (_Closure,), {"ahead": staticmethod(function)})


class Named:
    """backward_pass(dout) answers a dict with "dx" for the input and "dW" for a weight `W`."""

    inputs: tuple[str, ...] = ("x",)

    def __init__(self, **weights):
        self.params, self.grads = weights, {}

    def backward(self, *upstream):
        answer = self.backward_pass(*upstream)
        self.grads = {name: answer.get("d" + name) for name in self.params}
        return tuple(answer.get("d" + name) for name in self.inputs)


class Parameter:
    """An array with its gradient."""

    def __init__(self, value):
        self.value, self.grad = value, None


class _Values(MutableMapping):
    """The parameter objects of a layer, as a mapping to their values."""

    def __init__(self, layer):
        self.owned = {k: v for k, v in vars(layer).items() if isinstance(v, Parameter)}

    def __getitem__(self, name):
        return self.owned[name].value

    def __setitem__(self, name, value):
        self.owned[name].value = value

    def __delitem__(self, name):
        raise KeyError(name)

    def __iter__(self):
        return iter(self.owned)

    def __len__(self):
        return len(self.owned)


class Parametric:
    """A layer whose parameters are attributes with .value and .grad."""

    @property
    def params(self):
        return _Values(self)

    @property
    def grads(self):
        return {k: v.grad for k, v in vars(self).items() if isinstance(v, Parameter)}


class _Rows(MutableMapping):
    """A list of weights, as a mapping from their names."""

    def __init__(self, layer):
        self.layer = layer

    def _at(self, name):
        return self.layer.names.index(name)

    def __getitem__(self, name):
        return self.layer.weights[self._at(name)]

    def __setitem__(self, name, value):
        self.layer.weights[self._at(name)] = value

    def __delitem__(self, name):
        raise KeyError(name)

    def __iter__(self):
        return iter(self.layer.names)

    def __len__(self):
        return len(self.layer.names)


class Listed:
    """A layer with a list of weights beside a list of gradients, in one order."""

    names: tuple[str, ...] = ()

    @property
    def params(self):
        return _Rows(self)

    @property
    def grads(self):
        return dict(zip(self.names, self.gradients, strict=False))
