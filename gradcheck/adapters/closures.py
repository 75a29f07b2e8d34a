"""Functions that return their output and its pullback: ``y, back = affine(x, w)``."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gradcheck.errors import TargetError

from .function_class import Options, dressed, split

Function = Callable[..., Any]


def closures(functions: Mapping[str, Function]) -> Iterator[tuple[str, type]]:
    """Yield a class for each function that returns a value beside a function of its own."""
    for name, function in functions.items():
        if _returns_function(function):
            arrays, options = split(function)
            members = {
                "functions": (function, function),
                "arrays": tuple(p.name for p in arrays),
            }
            cls = type(name, (Closure,), members)
            yield name, dressed(cls, function, function, arrays, options)


def _returns_function(function: Function) -> bool:
    """Whether a ``return`` of the source has two values, one of them an inner function."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return False
    outer = tree.body[0]
    nested = (n for n in ast.walk(outer) if isinstance(n, ast.FunctionDef))
    inner = {n.name for n in nested if n is not outer}
    pairs = [
        n.value.elts
        for n in ast.walk(outer)
        if isinstance(n, ast.Return) and isinstance(n.value, ast.Tuple)
    ]
    return any(len(p) == 2 and sum(_is_inner(v, inner) for v in p) == 1 for p in pairs)


def _is_inner(value: ast.expr, inner: set[str]) -> bool:
    return isinstance(value, ast.Lambda) or (isinstance(value, ast.Name) and value.id in inner)


class Closure(Options):
    """A function whose backward pass is what it returned besides its output."""

    def run(self, *arrays: Any) -> Any:
        """Return the output, and keep the pullback."""
        result = self.functions[0](**self.given(arrays))
        if not isinstance(result, tuple) or len(result) != 2:
            raise TargetError("forward", "expected an output and its pullback", kind="type")
        first, second = result
        output, self._pullback = (second, first) if callable(first) else (first, second)
        return output

    def backward(self, dout: Any) -> Any:
        """Return what the pullback answers."""
        return self._pullback(dout)
