"""What is asked of a framework: how its functions are named, fed and pulled back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gradcheck.adapters.sizes import Sizes
from gradcheck.model import Leaf, Session, Source

#: Makes what is checked at any sizes.
Maker = Callable[[Sizes], Any]


def _no_parameters(value: Any) -> tuple[Leaf, ...]:
    return ()


def _as_it_is(value: Any) -> Iterator[Maker]:
    yield lambda sizes: value


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of function of one framework."""

    convention: str
    """In words, for reports."""
    arguments: Callable[[Any], Sequence[str]]
    """Names of the arrays that it takes."""
    session: Callable[[Any, Sequence[str]], Session]
    """Open it, to be called with the arrays of these names."""
    source: Callable[[Any], Source | None]
    """Where its backward pass stands."""
    parameters: Callable[[Any], tuple[Leaf, ...]] = _no_parameters
    """The parameters that it owns."""
    makers: Callable[[Any], Iterator[Maker]] = _as_it_is
    """Ways to make one of a member of a module."""
