"""What layers made of layers have in common: names, parameters, and the mode."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from nn.arrays import Array
from nn.flat import FlatDict
from nn.layers.layer import AnyLayer, Gradients, Node, UnaryLayer


class Composite(Node):
    """Layers by name; parameters are named after their layer: "affine1.W".

    A layer is a member once, under the name of its first use, however often it is used.

    Raises
    ------
    ValueError
        Where two members have a layer inside in common: its second forward pass would overwrite
        what the backward pass needs of the first.
    """

    training = True

    def __init__(self, layers: Mapping[str, AnyLayer]) -> None:
        self._members = dict(layers)
        owners: dict[int, str] = {}
        for name, layer in layers.items():
            for part in _parts(layer):
                if owners.setdefault(id(part), name) != name:
                    raise ValueError(
                        f"{type(self).__name__}: {owners[id(part)]} and {name} share a "
                        f"{type(part).__name__}; a Graph can share it as a node of its own"
                    )

    @property
    def params(self) -> FlatDict:
        """The live parameter arrays of all layers."""
        return FlatDict({name: layer.params for name, layer in self._members.items()})

    @property
    def grads(self) -> FlatDict:
        """The gradients of the latest backward pass; empty before it."""
        return FlatDict({name: layer.grads for name, layer in self._members.items()})

    @property
    def buffers(self) -> dict[str, Array]:
        """The live arrays that are part of the state and not learnt: running statistics."""
        return {
            f"{name}.{key}": value
            for name, layer in self._members.items()
            for key, value in getattr(layer, "buffers", {}).items()
        }

    def train(self) -> None:
        """Let every layer compute as in training."""
        self._switch("train")

    def eval(self) -> None:
        """Let every layer compute as after training."""
        self._switch("eval")

    def _switch(self, mode: str) -> None:
        self.training = mode == "train"
        for layer in self._members.values():
            # Most layers have no mode.
            getattr(layer, mode, lambda: None)()


def _parts(layer: AnyLayer) -> Iterator[AnyLayer]:
    """The layer, and all that it is made of."""
    yield layer
    if isinstance(layer, Composite):
        for member in layer._members.values():
            yield from _parts(member)


def named(layers: Iterable[UnaryLayer]) -> dict[str, UnaryLayer]:
    """Layers by class and position among their kind: "affine1", "relu1", "affine2".

    Raises
    ------
    ValueError
        Without layers, and for a layer that occurs twice: its second forward pass would
        overwrite what the backward pass needs of the first (`Graph` keeps both).
    """
    members: dict[str, UnaryLayer] = {}
    seen: Counter[str] = Counter()
    for layer in layers:
        if any(layer is other for other in members.values()):
            raise ValueError(
                f"each layer may occur once only, but a {type(layer).__name__} occurs twice; "
                "a Graph can share it"
            )
        kind = type(layer).__name__.lower()
        seen[kind] += 1
        members[f"{kind}{seen[kind]}"] = layer
    if not members:
        raise ValueError("at least one layer is needed")
    return members


def require_gradient(gradient: Gradients, name: str) -> Array:
    """`gradient`, once it has been found to be one array."""
    if gradient is None or isinstance(gradient, tuple):
        raise TypeError(f"{name} must pass one gradient back, but passed {type(gradient)}")
    return gradient
