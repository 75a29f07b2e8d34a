"""Which array is whose gradient: names as people spell them, reduced to a stem.

``dW``, ``grad_w``, ``dweights``, ``W_gradient``, ``grads["W"]`` and ``w.grad`` all say that
they belong to ``W``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .paths import Attr, Item, Path

_SAME = {
    "weight": "w",
    "weights": "w",
    "kernel": "w",
    "kernels": "w",
    "filters": "w",
    "bias": "b",
    "biases": "b",
}
_VALUE_WORDS = frozenset(
    [
        "data",
        "value",
        "val",
        "values",
        "array",
        "tensor",
        "param",
        "params",
        "parameters",
        "parameter",
        "learnable",
    ]
)
_GRADIENT_WORDS = frozenset(
    [
        "grad",
        "grads",
        "gradient",
        "gradients",
        "dparams",
        "dparameters",
        "deltas",
        "diff",
        "param_grads",
        "g",
    ]
)
_PREFIX = re.compile(
    r"^(?:dl_?d_?|dloss_?d?_?|d_|grad_|gradient_|gradients_|grads_|g_|delta_|nabla_|del_|d|g)(?=.)"
)
_SUFFIX = re.compile(
    r"(?:_|^)(?:grad|grads|gradient|gradients|delta|g)$|(?<=[a-z0-9])(?:grad|gradient)$"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A path read as the name of a value or of a gradient."""

    gradient: bool
    """It names a gradient."""
    stem: tuple[str, ...]
    """Whose: words without what says "value" or "gradient"."""


def readings(path: Path) -> list[Name]:
    """Return how a path can be read: ``dense`` may be a value or the gradient of ``ense``."""
    words = [_word(step) for step in path]
    plain = [w for w in words if w not in _VALUE_WORDS and w not in _GRADIENT_WORDS]
    contained = any(w in _GRADIENT_WORDS for w in words)
    stem = tuple(_common(w) for w in plain)
    found = [Name(gradient=contained, stem=stem)]
    if plain:
        *parents, last = plain
        bare = _SUFFIX.sub("", _PREFIX.sub("", last)) or last
        if bare != last:
            found.append(
                Name(gradient=True, stem=(*(_common(w) for w in parents), _common(bare)))
            )
        suffixed = _SUFFIX.sub("", last)
        if suffixed not in (last, bare, ""):
            found.append(
                Name(gradient=True, stem=(*(_common(w) for w in parents), _common(suffixed)))
            )
    return found


def label(path: Path) -> str:
    """Return the name of a parameter for reports, as its author would say it."""
    words = [str(step.name) for step in path]
    kept = [w for w in words if w.lower().strip("_") not in _VALUE_WORDS]
    return ".".join(kept or words)


def _word(step: Attr | Item) -> str:
    return str(step.name).lower().strip("_")


def _common(word: str) -> str:
    return _SAME.get(word, word)


def matches(value: Iterable[Name], gradient: Iterable[Name]) -> int:
    """Return how well a gradient's name fits a value's: 2 all words, 1 the last one, 0 not."""
    best = 0
    for v in value:
        for g in gradient:
            if v.gradient or not g.gradient:
                continue
            if v.stem == g.stem:
                best = 2
            elif v.stem and g.stem and v.stem[-1] == g.stem[-1]:
                best = max(best, 1)
    return best
