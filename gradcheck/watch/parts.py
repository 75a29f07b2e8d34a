"""The parts of a network in one step, each set up as a step of its own."""

from collections.abc import Iterator
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from gradcheck.adapters.methods import pair_of
from gradcheck.adapters.naming import label
from gradcheck.adapters.paths import Path, placed
from gradcheck.errors import GradcheckError, TargetError

from .interception import Interception
from .recorder import Recorder
from .step import Step, performed

#: Networks of more parts than this are told of as a whole.
_MOST = 64


@dataclass(slots=True, eq=False)
class Part:
    """One object inside a network that has passes of its own."""

    name: str
    """Where it stands."""
    owner: Any
    """The object, in a copy of the network."""
    steps: list[Step] = field(default_factory=list)
    """Its passes in the step of the network."""

    @property
    def inner(self) -> set[int]:
        """The objects inside it."""
        return {id(value) for _, value in placed(self.owner)}


def parts_in(step: Step) -> list[Part]:
    """Return the parts of a network that ran once in a step, with what they were called with.

    A part that runs several times (a shared layer, a cell) is told of with what holds it.
    """
    network = deepcopy(step.opening.before)
    found = list(_parts(network))[:_MOST]
    with ExitStack() as stack:
        for part in found:
            _record(part, step.number, stack)
        try:
            performed(step, network)
        except TargetError:
            return []
    return [part for part in found if len(part.steps) == 1]


def _parts(network: Any) -> Iterator[Part]:
    seen = {id(network)}
    for path, value in placed(network):
        if id(value) in seen or isinstance(value, type) or not hasattr(value, "__dict__"):
            continue
        seen.add(id(value))
        if pair_of(value) is not None:
            yield Part(_name(path), value)


def _name(path: Path) -> str:
    """A part's own name, or the list and the position it stands at."""
    last = path[-1].name
    return last if isinstance(last, str) and len(path) > 1 else label(path)


def _record(part: Part, number: int, stack: ExitStack) -> None:
    holder: list[Interception] = []

    def copier() -> Any:
        with holder[0].away():
            return deepcopy(part.owner)

    recorder = Recorder(part.owner, copier, lambda _: True, part.steps.append, number=number)
    try:
        holder.append(Interception(part.owner, recorder.hooks()))
    except GradcheckError:  # a part that cannot be looked into is looked at from outside
        return
    stack.callback(holder[0].take_off)
