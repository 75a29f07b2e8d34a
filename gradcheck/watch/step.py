"""One step of a training, as it was seen."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from gradcheck.adapters.calls import call
from gradcheck.adapters.live import Call, Fed
from gradcheck.adapters.methods import Pair

from .copying import value_copied
from .isolation import Surroundings


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """A step before its forward pass."""

    pair: Pair
    """The methods that make the step."""
    before: Any
    """Copy of the network."""
    called: Call
    """What forward was called with, copied."""
    given: Call
    """The same arrays as they are: somebody may write into them."""
    around: Surroundings
    """What it found outside of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A step that is over."""

    number: int
    """How many backward passes there were, this one included."""
    opening: Opening
    """How it began."""
    between: Any
    """Copy of the network before its backward pass."""
    overwritten: bool
    """What forward was called with has other values before the backward pass."""
    after: Any
    """Copy of the network after its backward pass."""
    called: Call
    """What backward was called with, copied."""
    result: Any
    """What backward returned, copied."""
    alone: bool
    """Backward takes what forward takes, and needs none before it."""
    seen: bool = True
    """The calls were seen, and not told of by hand."""

    @classmethod
    def told(cls, number: int, opening: Opening, called: Call, *, alone: bool) -> "Step":
        """Return a step that was not seen: what is known is how it began and its calls."""
        owner = opening.before
        return cls(
            number,
            opening,
            between=owner,
            overwritten=False,
            after=owner,
            called=called,
            result=None,
            alone=alone,
            seen=False,
        )

    @property
    def pair(self) -> Pair:
        """The methods that make the step."""
        return self.opening.pair

    @property
    def fed(self) -> Fed:
        """The call of forward, taken apart."""
        return Fed.by(self.method(self.pair.forward), self.opening.called)

    def method(self, name: str) -> Callable[..., Any]:
        """Return a method of the copy, for its signature."""
        found: Callable[..., Any] = getattr(self.opening.before, name)
        return found


def performed(step: Step, owner: Any) -> tuple[Any, Any]:
    """Run the calls of a step on a copy of the network; return it with what backward returned.

    Raises
    ------
    TargetError
        Where it raises.
    """
    passes = [("backward", step.pair.backward, step.called)]
    if not step.alone:  # otherwise its forward pass is a part of backward
        passes.insert(0, ("forward", step.pair.forward, step.opening.called))
    step.opening.around.restore()
    result = None
    for stage, name, called in passes:
        args, keywords = value_copied(called.args), value_copied(called.keywords)
        result = call(stage, partial(getattr(owner, name), *args, **keywords))
    return owner, result
