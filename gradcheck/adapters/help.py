"""What a layer that could not be built needs from its author, filled in as far as it goes."""

import inspect

from gradcheck.cases import generator
from gradcheck.errors import TargetError

from .construct import constructor_parameters
from .methods import LABEL_NAMES, MODE_NAMES, Pair, asked, word
from .sizes import trials
from .vocabulary import guesses


def not_understood(cls: type, pair: Pair, argument: str, method: str = "") -> TargetError:
    """Return the error for an argument of the constructor, or a method, that says nothing."""
    owner = f"{cls.__name__}.{method}" if method else cls.__name__
    return TargetError(
        "build",
        f"argument {argument!r} of {owner} was not understood; three lines help:\n"
        f"{lines(cls, pair)}",
        kind="not-built",
    )


def not_fed(cls: type, pair: Pair, last: str) -> TargetError:
    """Return the error for a class whose forward pass refused every trial."""
    names = ", ".join(repr(p.name) for p in _fed(cls, pair)) or "nothing"
    return TargetError(
        "build",
        f"no values that were tried for {names} got through {pair.forward}; the last trial: "
        f"{last}; three lines help:\n{lines(cls, pair)}",
        kind="not-built",
    )


def lines(cls: type, pair: Pair) -> str:
    """Return a function that the author can paste: ``...`` stands where guessing ended."""
    arguments = ", ".join(f"{p.name}={_value(p)}" for p in _needed(cls))
    fed = [_array(p) for p in _fed(cls, pair)] or ["rng.normal(size=(3, 5))"]
    row = f"({fed[0]},)" if len(fed) == 1 else f"({', '.join(fed)})"
    functions = getattr(cls, "functions", None)
    made = f"{cls.__name__}({arguments})"
    if functions:
        made = f"({', '.join(function.__name__ for function in functions)})"
    return (
        "@gradcheck.given_cases\n"
        f"def {cls.__name__.lower()}_cases(rng):\n"
        f"    yield {made}, {row}"
    )


def _needed(cls: type) -> list[inspect.Parameter]:
    return [p for p in constructor_parameters(cls) if p.default is p.empty]


def _fed(cls: type, pair: Pair) -> list[inspect.Parameter]:
    found = [p for p in asked(cls, pair.forward) if word(p.name) not in MODE_NAMES]
    return [p for p in found if p.default is p.empty]


def _value(parameter: inspect.Parameter) -> str:
    found = guesses(parameter)
    if not found:
        return "..."
    made = found[0].make(trials()[0].sizes, generator(0, "help"))
    if hasattr(made, "shape"):
        return f"rng.normal(size={made.shape})"
    return repr(made) if isinstance(made, int | float | str | tuple | list) else "..."


def _array(parameter: inspect.Parameter) -> str:
    whole = word(parameter.name) in LABEL_NAMES
    return "rng.integers(0, 5, size=3)" if whole else "rng.normal(size=(3, 5))"
