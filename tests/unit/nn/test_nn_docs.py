"""Every layer, loss, optimizer and container says its formula and where it comes from."""

import importlib
import inspect
import pkgutil
import re

import pytest

from nn import containers, layers, losses, optimizers
from nn.containers.composite import Composite
from nn.layers.layer import Layer, ModalLayer, Node
from nn.losses import MeanLoss
from nn.optimizers import Optimizer, Rate

ROOMS = (layers, losses, optimizers, containers)
#: A year, or the book that has chapters in its place.
SOURCE = re.compile(r"\b(18|19|20)\d\d\b|Goodfellow")
#: An equation or an assignment; a rate and a length are their own expression.
FORMULA = re.compile(r"=|<-|\*|^lr at every step")
#: What has no formula of its own: protocols, and the bases that others fill in.
BASES = {Rate, Node, Layer, ModalLayer, Composite, MeanLoss}

PUBLIC = [
    value
    for room in ROOMS
    for value in vars(room).values()
    if (inspect.isclass(value) or inspect.isfunction(value)) and value not in BASES
]


@pytest.mark.parametrize("thing", PUBLIC, ids=lambda thing: thing.__name__)
def test_docstring_has_a_formula_and_a_source(thing):
    said = inspect.getdoc(thing) or ""
    assert SOURCE.search(said), said
    assert FORMULA.search(said), said


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_nothing_that_can_be_used_is_left_out_of_its_room(room):
    modules = (
        importlib.import_module(f"{room.__name__}.{found.name}")
        for found in pkgutil.iter_modules(room.__path__)
    )
    written = {
        value
        for module in modules
        for name, value in vars(module).items()
        if inspect.isclass(value)
        and value.__module__ == module.__name__
        and issubclass(value, (Node, Optimizer))
        and not name.startswith("_")
        and not inspect.isabstract(value)
    }
    assert written
    offered = {value for value in vars(room).values() if inspect.isclass(value)}
    assert written - BASES <= offered
