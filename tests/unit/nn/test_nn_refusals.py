"""Bad input of every kind, to every layer: a ValueError that says the rule, and no trace."""

import inspect
import pickle
import re

import numpy as np
import pytest

import nn.examples
from nn import containers, layers, losses, optimizers
from nn.containers.composite import Composite

FACTORIES = {
    name: value
    for name, value in vars(nn.examples).items()
    if inspect.isfunction(value) and not name.startswith("digits")
}
#: Words of a rule, in one form or another.
RULE = re.compile(r"must|need|expected|broadcast")
SHAPE = re.compile(r"\(\d*,?[ \d,]*\)|dtype")


def broken(x):
    """Copies of an array, each with something wrong that a layer may or may not mind."""
    yield x[..., np.newaxis].copy()
    yield np.asarray(x.flat[0])
    if x.ndim:
        yield x[0].copy()
    for axis in range(x.ndim):
        yield np.concatenate([x, x.take([0], axis)], axis)
        yield x.take([], axis)
    if x.dtype.kind in "iu":
        yield from (x.astype(float), x + 1000, x - 1000)
    if x.dtype.kind == "b":
        yield x.astype(float)


def as_tuple(gradients):
    return gradients if isinstance(gradients, tuple) else (gradients,)


def state(layer):
    """Everything that a forward pass might leave behind, as bytes."""
    rng = getattr(layer, "rng", None)
    drawn = None if rng is None else rng.bit_generator.state
    return pickle.dumps([layer.params, getattr(layer, "buffers", {}), drawn])


def refusals(factory, act):
    """Call act(layer, arguments) with each input broken in each way; yield what was refused."""
    _, inputs = factory(np.random.default_rng(0))
    for place, x in enumerate(inputs):
        for bad in broken(x):
            layer, inputs = factory(np.random.default_rng(0))
            arguments = [*inputs[:place], bad, *inputs[place + 1 :]]
            try:
                with np.errstate(all="ignore"):
                    act(layer, inputs, arguments)
            except ValueError as error:
                yield str(error)


@pytest.mark.parametrize("factory", FACTORIES.values(), ids=FACTORIES)
def test_bad_input_is_refused_with_its_shapes_and_the_rule(factory):
    for said in refusals(factory, lambda layer, _, bad: layer.forward(*bad)):
        assert RULE.search(said), said
        assert SHAPE.search(said), said


@pytest.mark.parametrize("factory", FACTORIES.values(), ids=FACTORIES)
def test_refused_input_leaves_the_earlier_pass_as_it_was(factory):
    def act(layer, good, bad):
        dout = np.ones_like(layer.forward(*good))
        kept, before = as_tuple(layer.backward(dout)), state(layer)
        try:
            layer.forward(*bad)
        except ValueError:
            assert state(layer) == before
            if isinstance(layer, Composite):
                # Some of its layers may have seen the new pass, so there is no way back.
                with pytest.raises(RuntimeError, match="completed"):
                    layer.backward(dout)
                return
            for new, old in zip(as_tuple(layer.backward(dout)), kept, strict=True):
                assert old is None or np.array_equal(new, old)

    assert list(refusals(factory, act)) == []


def test_most_examples_refuse_something():
    silent = {
        name
        for name, factory in FACTORIES.items()
        if not list(refusals(factory, lambda layer, _, bad: layer.forward(*bad)))
    }
    kinds = {type(FACTORIES[name](np.random.default_rng(0))[0]).__name__ for name in silent}
    # What takes an array of any shape has nothing to refuse.
    assert kinds <= {
        *("Clip", "Dropout", "ELU", "GELU", "HardTanh", "LeakyReLU", "Softplus"),
        *("Pad", "Flatten"),
    }


# ---- options --------------------------------------------------------------------------------

SIZES = {
    "d_in": 3,
    "d_out": 4,
    "dim": 4,
    "num_heads": 2,
    "in_channels": 2,
    "out_channels": 2,
    "kernel_size": 2,
    "vocab_size": 4,
    "num_groups": 2,
    "num_channels": 4,
    "in_features": 2,
    "out_features": 2,
    "input_size": 2,
    "hidden_size": 3,
    "normalized_shape": 3,
    "num_features": 3,
    "max_length": 3,
}
#: What else a constructor cannot do without.
OTHERS = {"rng": np.random.default_rng(0), "lr": 0.1, "every": 2, "factor": 0.5, "steps": 3}
#: Names of real options that mean nothing below zero, at zero, or without an end.
POSITIVE = ("eps", "lr", "beta", "delta")

CLASSES = [
    value
    for room in (layers, losses, optimizers, containers)
    for value in vars(room).values()
    if inspect.isclass(value) and not inspect.isabstract(value)
]


def wrong_options():
    """(class, arguments) with one of them out of its range."""
    for cls in CLASSES:
        names = inspect.signature(cls).parameters
        usual = SIZES | OTHERS
        needed = {name: usual[name] for name in names if name in usual}
        for name in names:
            bad = (0, -1, 2.5, np.nan, np.inf) if name in SIZES else (0, -1, np.nan, np.inf)
            if name in SIZES or name in POSITIVE:
                for value in bad:
                    yield pytest.param(cls, needed | {name: value}, id=f"{cls.__name__} {name}")


@pytest.mark.parametrize(("cls", "arguments"), [*wrong_options()])
def test_option_out_of_its_range_is_refused_by_the_constructor(cls, arguments):
    with pytest.raises(ValueError, match=rf"{cls.__name__}: .*(must|needs)"):
        cls(**arguments)
