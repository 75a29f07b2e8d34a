"""The names people give to a forward and a backward pass, and how the latter is called."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

FORWARD = (
    "forward",
    "forward_pass",
    "forward_propagate",
    "forward_propagation",
    "forward_prop",
    "forwardprop",
    "fprop",
    "feedforward",
    "feed_forward",
    "fwd",
    "propagate",
    "activate",
    "__call__",
    "call",
)
BACKWARD = (
    "backward",
    "backward_pass",
    "backward_propagate",
    "backward_propagation",
    "backward_prop",
    "back_propagate",
    "back_propagation",
    "back_prop",
    "backpropagate",
    "backpropagation",
    "backprop",
    "bprop",
    "bwd",
    "back",
    "grad_input",
)
LOSS = (
    "loss",
    "forward",
    "calculate",
    "compute",
    "cost",
    "value",
    "fn",
    "calc",
    "f",
    "__call__",
    "call",
)
GRADIENT = (
    "gradient",
    "grad",
    "derivative",
    "prime",
    "backward",
    "loss_grad",
    "loss_gradient",
    "loss_prime",
    "loss_derivative",
    "gradients",
    "delta",
    "df",
    "deriv",
    "d_loss",
    "dloss",
    "compute_gradient",
    "calculate_gradient",
    "backward_pass",
)


class Argument(StrEnum):
    """What a backward pass wants in one place of its call."""

    UPSTREAM = "upstream"
    LABELS = "labels"
    RATE = "rate"
    INPUTS = "inputs"
    INPUT = "one input"
    OUTPUT = "output"
    KEPT = "predictions kept"
    """The output that a fused loss keeps besides its own value."""
    LOGITS = "logits"
    BUFFER = "buffer"
    """An array of the caller's that the input gradient is written into."""


RATE_NAMES = frozenset(
    ["lr", "learning_rate", "eta", "alpha", "rate", "step_size", "learningrate"]
)
LABEL_NAMES = frozenset(
    [
        "y_true",
        "t",
        "target",
        "targets",
        "labels",
        "label",
        "y",
        "ytrue",
        "true",
        "y_t",
        "truth",
        "ground_truth",
    ]
)
BUFFER_NAMES = frozenset(
    [
        "dx",
        "din",
        "dinput",
        "dinputs",
        "grad_in",
        "grad_input",
        "d_input",
        "dx_out",
        "bottom_diff",
    ]
)
LOGIT_NAMES = frozenset(["z", "logits", "logit", "zs", "scores"])
OUTPUT_NAMES = frozenset(
    ["out", "output", "outputs", "y", "y_pred", "yhat", "y_hat", "a", "result", "activation"]
)
CACHE_NAMES = frozenset(["cache", "caches", "ctx", "saved", "tape"])
MODE_NAMES = frozenset(
    ["training", "train", "is_training", "train_flg", "train_flag", "is_train", "train_mode"]
)
_UPSTREAM = re.compile(
    r"(d|g|delta|up|err)\w*|v|\w*(grad|grads|gradient|error|upstream|delta|dout|cotangent)"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Names of a forward and a backward method."""

    forward: str
    """Runs the function."""
    backward: str
    """Answers for its last call, or for its arguments."""


def pair_of(owner: object) -> Pair | None:
    """Return the forward and backward methods of a class or object, None where it has none."""
    backward = _first(owner, BACKWARD)
    forward = _first(owner, FORWARD)
    if backward and forward:
        return Pair(forward, backward)
    gradient = _first(owner, GRADIENT)
    if not gradient:
        return None
    candidates = tuple(n for n in (*LOSS, *FORWARD) if n != gradient)
    loss = _first(owner, candidates) or _lone_method(owner, gradient)
    return Pair(loss, gradient) if loss else None


def _first(owner: object, names: tuple[str, ...]) -> str | None:
    for name in names:
        if callable(_own(owner, name)):
            return name
    return None


def _own(owner: object, name: str) -> Any:
    """Return a member that the class itself defines; every class has some of object's."""
    cls = owner if isinstance(owner, type) else type(owner)
    for base in cls.__mro__:
        if base is not object and name in base.__dict__:
            return getattr(owner, name, None)
    return (
        None
        if isinstance(owner, type)
        else owner.__dict__.get(name)
        if hasattr(owner, "__dict__")
        else None
    )


def _lone_method(owner: object, gradient: str) -> str | None:
    """Return the only other public method, as in a class with ``relu`` and ``derivative``."""
    cls = owner if isinstance(owner, type) else type(owner)
    public = [
        n
        for base in cls.__mro__
        if base is not object
        for n, v in base.__dict__.items()
        if callable(getattr(v, "__func__", v)) and not n.startswith("_") and n != gradient
    ]
    return public[0] if len(public) == 1 else None


def required(function: Callable[..., Any]) -> list[str]:
    """Return the names of positional parameters without a default."""
    return [p.name for p in parameters(function) if p.default is p.empty]


def asked(cls: type, name: str) -> list[inspect.Parameter]:
    """Return what a method takes when it is called on an object: everything but ``self``."""
    found = parameters(getattr(cls, name))
    bound = isinstance(inspect.getattr_static(cls, name, None), staticmethod | classmethod)
    return found if bound else found[1:]


def parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """Return the named positional parameters, empty where the signature cannot be read."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [p for p in found if p.kind in kinds]


def is_upstream(name: str) -> bool:
    """Return whether a parameter of a backward pass is called like an upstream gradient."""
    return bool(_UPSTREAM.fullmatch(word(name)))


def word(name: str) -> str:
    """Return a parameter's name without case and outer underscores."""
    return name.lower().strip("_")
