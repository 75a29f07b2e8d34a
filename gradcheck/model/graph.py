"""A computational graph at one point: values forward, gradients back, one entry followed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edge:
    """What flows between two operations, seen at the entry that is followed."""

    name: str
    """Name of an input, or of the operation that made it."""
    shape: tuple[int, ...]
    """Shape of the array; the entry stands for it."""
    index: tuple[int, ...]
    """The entry."""
    value: float
    """Its value on the way forward."""
    gradient: float
    """Its gradient on the way back, as the backward passes say."""
    numeric: float
    """The same by finite differences of what comes after."""
    error: float
    """Error bar of `numeric`."""
    agrees: bool
    """Whether both are the same but for the error bar."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One node of the graph."""

    name: str
    """Name in its chain."""
    kind: str
    """Its class."""
    said: str
    """What it computes, in its author's words."""
    inputs: tuple[Edge, ...]
    """What flows in."""
    local: float
    """Derivative of the followed output by the followed input, as backward says."""
    numeric: float
    """The same by finite differences."""
    agrees: bool
    """Whether both are the same but for the error bar."""
    inner: tuple["Operation", ...] = ()
    """The chain it consists of, where it offers ``nodes()``."""


@dataclass(frozen=True, slots=True)
class Graph:
    """A target as a chain of operations, input first."""

    target: str
    """Name of the target."""
    case: str
    """Id of the case that it is shown at."""
    operations: tuple[Operation, ...]
    """The chain; one operation where the target offers no ``nodes()``."""
    output: Edge
    """What comes out; its gradient is the upstream one."""
    notes: tuple[str, ...] = ()
    """Why it was not unfolded, where it could not be."""

    @property
    def agrees(self) -> bool:
        """Whether every gradient and every local derivative is confirmed."""
        return all(_sound(operation) for operation in self.operations)


def _sound(operation: Operation) -> bool:
    edges = all(edge.agrees for edge in operation.inputs)
    return operation.agrees and edges and all(map(_sound, operation.inner))
