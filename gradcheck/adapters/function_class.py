"""Functions in the clothes of a class: pairs, derivatives, losses that answer both at once."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial, wraps
from typing import Any

import numpy as np

from gradcheck.errors import TargetError

from .functions import PairedFunctions
from .methods import LABEL_NAMES, is_upstream, parameters, word
from .vocabulary import guesses

Function = Callable[..., Any]

#: How a backward function is called when its forward function is called ``x``.
_PAIRS = (
    ("{}_forward", "{}_backward"), ("forward_{}", "backward_{}"), ("{}_fwd", "{}_bwd"),
    ("{}_forward_naive", "{}_backward_naive"), ("{}_forward_pass", "{}_backward_pass"),
    ("{}_forward_fast", "{}_backward_fast"), ("{}_step_forward", "{}_step_backward"),
    ("{}_forward", "{}_backward_alt"), ("{}", "{}_backward"), ("{}", "backward_{}"),
    ("{}", "{}_derivative"), ("{}", "{}_prime"), ("{}", "{}_grad"), ("{}", "{}_gradient"),
    ("{}", "d_{}"), ("{}", "grad_{}"), ("{}", "{}_deriv"), ("{}", "derivative_{}"),
    ("{}", "{}_der"), ("{}", "d{}"), ("{}", "{}_vjp"), ("{}", "{}_back"), ("{}", "{}_bwd"),
)  # fmt: skip
_FLAGS = ("deriv", "derivative", "derive", "prime", "grad", "gradient", "diff", "der", "derv")
_OPTIONS = re.compile(r"\w*(params?|config|conf|hparameters|hparams|options)")
_MODEL_WORK = re.compile(r"(train|fit|plot|main|load|save|run|show|evaluate|predict|update)\w*")
#: What a dictionary of options usually holds; stride and padding can be set by a setting.
_OPTION_VALUES: Mapping[str, Any] = {
    "mode": "train", "eps": 1e-5, "momentum": 0.9, "p": 0.6, "seed": 3,
    "pool_height": 2, "pool_width": 2, "f": 2,
}  # fmt: skip


def pairs(functions: Mapping[str, Function]) -> Iterator[tuple[str, type]]:
    """Yield a class for each forward function with a backward function of a fitting name."""
    taken: set[str] = set()
    for forward, backward in _PAIRS:
        pattern = re.compile(re.escape(backward).replace(r"\{\}", r"(\w+)"))
        for name in functions:
            found = pattern.fullmatch(name)
            partner = forward.format(found[1]) if found else ""
            if partner in functions and name not in taken and partner != name:
                taken.add(name)
                yield partner, paired_class(partner, functions[partner], functions[name])


def flagged(functions: Mapping[str, Function]) -> Iterator[tuple[str, type]]:
    """Yield a class for each function that gives its derivative by a flag: ``deriv=True``."""
    for name, function in functions.items():
        flag = next((p.name for p in parameters(function) if _is_flag(p)), None)
        if flag is not None:
            yield name, paired_class(name, *_by_flag(function, flag))


def _is_flag(parameter: inspect.Parameter) -> bool:
    return parameter.default is False and word(parameter.name) in _FLAGS


def _by_flag(function: Function, flag: str) -> tuple[Function, Function]:
    """Return the function and its derivative, without the flag in their signatures."""
    given = inspect.signature(function)
    rest = [p for p in given.parameters.values() if p.name != flag]
    both = []
    for value in (False, True):
        one = wraps(function)(partial(function, **{flag: value}))
        one.__signature__ = given.replace(parameters=rest)  # type: ignore[attr-defined]
        both.append(one)
    return both[0], both[1]


def losses(functions: Mapping[str, Function]) -> Iterator[tuple[str, type]]:
    """Yield a class for each function of data and labels that returns a pair or more."""
    for name, function in functions.items():
        names = [word(p.name) for p in parameters(function)]
        labelled = len(names) >= 2 and any(n in LABEL_NAMES for n in names)
        if labelled and not _MODEL_WORK.fullmatch(name) and _returns_pair(function):
            yield name, loss_class(name, function)


def _returns_pair(function: Function) -> bool:
    """Whether some ``return`` of the function's source has two values or more."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return False
    returns = [node.value for node in ast.walk(tree) if isinstance(node, ast.Return)]
    return any(isinstance(v, ast.Tuple) and len(v.elts) >= 2 for v in returns)


def paired_class(name: str, forward: Function, backward: Function) -> type:
    """Return a class whose constructor takes the options and whose forward takes the arrays."""
    arrays, options = split(forward)
    derivative = takes_point(forward, backward)
    base = _Derivative if derivative else _Pair
    members = {"functions": (forward, backward), "arrays": tuple(p.name for p in arrays)}
    return dressed(type(name, (base,), members), forward, backward, arrays, options)


def loss_class(name: str, function: Function) -> type:
    """Return a class whose forward gives the loss and whose backward its gradients."""
    arrays, options = split(function)
    members = {"functions": (function, function), "arrays": tuple(p.name for p in arrays)}
    return dressed(type(name, (_Loss,), members), function, function, arrays, options)


def split(function: Function) -> tuple[list[inspect.Parameter], list[inspect.Parameter]]:
    """Tell the arrays that a function takes from its numbers, words and dictionaries."""
    found = parameters(function)
    needed = [p for p in found if p.default is p.empty]
    arrays = [p for i, p in enumerate(needed) if i == 0 or not _is_option(p)]
    options = [p for p in found if p not in arrays and not _OPTIONS.fullmatch(p.name.lower())]
    return arrays, options


def _is_option(parameter: inspect.Parameter) -> bool:
    plain = word(parameter.name)
    if plain in LABEL_NAMES or plain in ("k", "v", "h", "c", "p"):
        return False
    found = guesses(parameter)
    constant = bool(found) and (found[0].fixed or parameter.name == "G")
    return bool(_OPTIONS.fullmatch(plain)) or constant


def dressed(
    cls: type,
    forward: Function,
    backward: Function,
    arrays: Sequence[inspect.Parameter],
    options: Sequence[inspect.Parameter],
) -> type:
    """Give the class the signatures that its functions ask for, and their source."""
    dictionary = [p for p in parameters(forward) if _OPTIONS.fullmatch(p.name.lower())]
    own = [_keyword(p) for p in options]
    if dictionary:
        own += [_named("stride", 1), _named("pad", 1)]
    this = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    method = _method("run", "forward")
    method.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            this,
            *(
                inspect.Parameter(p.name, inspect.Parameter.POSITIONAL_OR_KEYWORD)
                for p in arrays
            ),
        ]
    )
    cls.forward = method  # type: ignore[attr-defined]
    if issubclass(cls, _Derivative):
        slope = _method("slope", "derivative")
        slope.__signature__ = method.__signature__  # type: ignore[attr-defined]
        cls.derivative = slope  # type: ignore[attr-defined]
    if dictionary and _reads_mode(forward):
        own.append(_named("mode", "train"))
    cls.has_mode = bool(dictionary) and _reads_mode(forward)  # type: ignore[attr-defined]
    cls.dictionary = dictionary[0].name if dictionary else ""  # type: ignore[attr-defined]
    cls.__signature__ = inspect.Signature(own)  # type: ignore[attr-defined]
    cls.__module__ = forward.__module__
    cls.source = backward  # type: ignore[attr-defined]
    return cls


def _reads_mode(function: Function) -> bool:
    """Whether a function looks its mode up in its dictionary of options."""
    try:
        return re.search(r"['\"]mode['\"]", inspect.getsource(function)) is not None
    except (OSError, TypeError):
        return False


def _keyword(parameter: inspect.Parameter) -> inspect.Parameter:
    return parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)


def _named(name: str, default: object) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)


def _method(target: str, name: str) -> Function:
    def method(self: Any, *arrays: Any) -> Any:
        return getattr(self, target)(*arrays)

    method.__name__ = name
    return method


class Options:
    """What the function is given besides arrays."""

    functions: tuple[Function, Function]
    arrays: tuple[str, ...]
    dictionary: str

    def __init__(self, **options: Any) -> None:
        self._options = options

    def given(self, arrays: Sequence[Any]) -> dict[str, Any]:
        """Return arrays and options by name."""
        given: dict[str, Any] = dict(zip(self.arrays, arrays, strict=True))
        if not self.dictionary:
            return {**given, **self._options}
        # A new dictionary each time: batch normalisation keeps its running mean in there.
        chosen = {"stride": 1, "pad": 1, **_OPTION_VALUES, **self._options}
        own = {p.name for p in parameters(self.functions[0])}
        known = {k: v for k, v in self._options.items() if k in own}
        return {**given, **known, self.dictionary: chosen}

    def _chosen(self, function: Function) -> Function:
        """Return a backward function with those of the options that it takes itself."""
        taken = {p.name for p in parameters(function)} - set(self.arrays)
        return partial(function, **{k: v for k, v in self._options.items() if k in taken})


class _Pair(Options):
    """A forward function, and a backward function that takes its cache or its arrays."""

    def run(self, *arrays: Any) -> Any:
        """Return the output."""
        given = self.given(arrays)

        def bound(*values: Any) -> Any:
            return self.functions[0](**dict(zip(given, values, strict=True)))

        bound.__signature__ = inspect.signature(self.functions[0])  # type: ignore[attr-defined]
        self._both = PairedFunctions(bound, self._chosen(self.functions[1]))
        return self._both.forward(*given.values())

    def backward(self, dout: Any) -> Any:
        """Return what the backward function answers."""
        return self._both.backward(dout)


class _Derivative(Options):
    """A function and its derivative, which takes the point and no upstream gradient."""

    def run(self, *arrays: Any) -> Any:
        """Return f(x, ...)."""
        return self.functions[0](**self.given(arrays))

    def slope(self, *arrays: Any) -> Any:
        """Return the derivative, its arguments in the order of its own signature."""
        slope = self._chosen(self.functions[1])
        names = [p.name for p in parameters(slope) if p.default is p.empty]
        given = dict(zip(self.arrays, arrays, strict=False))
        if set(names) == set(given):
            return slope(*(given[name] for name in names))
        return slope(*arrays)


class _Loss(Options):
    """A function that returns the loss and its gradients in one call, in either order."""

    def run(self, *arrays: Any) -> Any:
        """Return the loss alone."""
        given = self.given(arrays)
        values = self.functions[0](**given)
        if not isinstance(values, tuple):
            raise TargetError("forward", "expected a loss and its gradient", kind="type")
        scalar = [np.ndim(v) == 0 and not isinstance(v, dict) for v in values]
        if not any(scalar) or all(scalar):
            raise TargetError("forward", "expected a loss and its gradient", kind="type")
        self._rest = [v for v, number in zip(values, scalar, strict=True) if not number]
        self._arrays = {n: a for n, a in given.items() if isinstance(a, np.ndarray)}
        return values[scalar.index(True)]

    def backward(self) -> Any:
        """Return the gradients by the argument that has their shape."""
        answer: dict[str, Any] = {}
        named = [part for part in self._rest if isinstance(part, Mapping)]
        for gradient in (part for part in self._rest if not isinstance(part, Mapping)):
            free = [n for n, a in self._arrays.items() if n not in answer]
            like = [n for n in free if np.shape(gradient) == self._arrays[n].shape]
            answer[(like or free)[0]] = gradient
        return {k: v for part in (answer, *named) for k, v in part.items()}


def takes_point(forward: Function, backward: Function) -> bool:
    """Whether the second function takes a point, and no upstream gradient nor cache."""
    taken = [word(p.name) for p in parameters(backward) if p.default is p.empty]
    given = [word(p.name) for p in parameters(forward) if p.default is p.empty]
    if len(taken) == 1 == len(given):
        return not is_upstream(taken[0])
    return len(taken) >= 2 and sorted(taken) == sorted(given)
