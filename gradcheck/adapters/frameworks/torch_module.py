"""A ``torch.nn.Module``, judged in float64 on a deep copy of its own."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from gradcheck.adapters.construct import Puzzled, Recipe, recipes
from gradcheck.adapters.methods import parameters
from gradcheck.adapters.sizes import Sizes
from gradcheck.errors import TargetError
from gradcheck.model import Leaf, Role, Session, Source

from .building import source_of
from .kind import Kind, Maker
from .torch_tape import TapeSession, torch


def _arguments(module: Any) -> Sequence[str]:
    found = parameters(module.forward)[isinstance(module, type) :]
    return [p.name for p in found if p.default is p.empty]


def _session(module: Any, names: Sequence[str]) -> Session:
    wide = copy.deepcopy(module).double()

    def run(tensors: Mapping[str, Any]) -> Any:
        own = {name: _as_wide(x) for name, x in tensors.items() if name not in names}
        given = tuple(_as_wide(tensors[name]) for name in names)
        return torch.func.functional_call(wide, own, given)

    return TapeSession(run)


def _as_wide(tensor: Any) -> Any:
    """Widen narrow numbers on the tape, so that their gradient comes back as narrow."""
    return tensor.double() if tensor.dtype == torch.float32 else tensor.view_as(tensor)


def _parameters(module: Any) -> tuple[Leaf, ...]:
    """Return the trainable parameters; weights that are tied are one."""
    return tuple(
        Leaf(name, tuple(p.shape), Role.PARAMETER, values=_values(p), frozen=True)
        for name, p in module.named_parameters()
        if p.requires_grad
    )


def _values(parameter: Any) -> Any:
    return np.array(parameter.detach().double().numpy())


def _source(module: Any) -> Source | None:
    return source_of(module.forward)


def _makers(cls: Any) -> Iterator[Maker]:
    """Yield ways to construct a module of a class, weights as if for the first time.

    Raises
    ------
    TargetError
        Where an argument of the constructor is not understood.
    """
    if not isinstance(cls, type):
        yield lambda sizes: cls
        return
    for recipe in recipes(cls):
        if isinstance(recipe, Puzzled):
            what = f"argument {recipe.name!r} of {cls.__name__} was not understood"
            raise TargetError("build", what, kind="not-built")
        yield partial(_made, recipe)


def _made(recipe: Recipe, sizes: Sizes) -> Any:
    """Construct with the same weights each time: cases are to be reproduced."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return recipe.make(sizes)


KIND = Kind("torch.nn.Module", _arguments, _session, _source, _parameters, _makers)
