"""Tell whose function an object is by its classes' modules; no framework is imported."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

import numpy.typing as npt

from gradcheck.model import Target

from . import building
from .kind import Kind

#: Package and name of a base class, and the file that knows it.
_BASES = {
    ("torch", "Function"): "torch_function",
    ("torch", "Module"): "torch_module",
    ("jax", "custom_vjp"): "jax_function",
    ("jax", "custom_jvp"): "jax_function",
    ("mygrad", "Operation"): "mygrad_operation",
}


def framework_of(value: Any) -> str | None:
    """Return the name of the file that knows an object, None for everything else."""
    if getattr(value, "_is_autograd_primitive", False) is True:
        return "autograd_primitive"
    found = next((_BASES[pair] for pair in _ancestors(value) if pair in _BASES), None)
    # An operation or a function is a class, a custom rule is an object, a module may be both.
    must_be_class = found in ("torch_function", "mygrad_operation")
    return None if must_be_class and not isinstance(value, type) else found


def _ancestors(value: Any) -> Iterator[tuple[str, str]]:
    """Yield package and name of the bases; a framework's own classes are nobody's target."""
    cls = value if isinstance(value, type) else type(value)
    mro = cls.__mro__[1:] if isinstance(value, type) else cls.__mro__
    yield from ((base.__module__.partition(".")[0], base.__name__) for base in mro)


def given_target(value: Any, arrays: Sequence[npt.ArrayLike]) -> Target:
    """Return the target for an object of a framework on given arrays."""
    return building.given_target(value, arrays, _kind(value))


def tried_target(name: str, value: Any) -> Target:
    """Return the target for an object of a framework, fed by trial.

    Raises
    ------
    TargetError
        Where no trial got through the forward pass.
    """
    return building.tried_target(name, value, _kind(value))


def _kind(value: Any) -> Kind:
    found: Kind = import_module(f".{framework_of(value)}", __package__).KIND
    return found
