"""Arrays in, arrays out, through PyTorch's tape: for its functions and its modules."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from gradcheck.errors import TargetError
from gradcheck.model import Array, Arrays, Outputs

torch: Any = import_module("torch")


class TapeSession:
    """Runs a function of tensors and pulls an upstream gradient back through the tape."""

    def __init__(self, run: Callable[[Mapping[str, Any]], Any]) -> None:
        self._run = run
        self._tensors: dict[str, Any] = {}
        self._outputs: tuple[Any, ...] = ()

    def forward(self, inputs: Arrays) -> Outputs:
        """Run on tensors that share the arrays' memory, random masks as the last time."""
        self._tensors = {name: _tensor(x) for name, x in inputs.items()}
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.manual_seed(0)
            result = self._run(self._tensors)
        self._outputs = _tensors(result)
        return tuple(np.array(y.detach().numpy()) for y in self._outputs)

    def backward(self, upstream: Outputs) -> Mapping[str, Array | None]:
        """Return the gradients that the tape gives.

        Raises
        ------
        TargetError
            Where the upstream gradient was written into: other functions of the tape need it.
        """
        leaves = {name: x for name, x in self._tensors.items() if x.requires_grad}
        handed = [torch.tensor(_forwards(v), dtype=y.dtype) for v, y in self._handed(upstream)]
        kept = [v.clone() for v in handed]
        found = self._pulled(leaves, handed)
        for before, after in zip(kept, handed, strict=True):
            if not torch.equal(before, after):
                raise TargetError(
                    "backward",
                    "backward changed grad_output in place; PyTorch hands the same tensor to "
                    "other functions, whose gradients are then wrong: work on a clone",
                    kind="shared-memory",
                )
        return {name: np.array(g.numpy()) for name, g in zip(leaves, found, strict=True)}

    def _handed(self, upstream: Outputs) -> list[tuple[Array, Any]]:
        pairs = zip(upstream, self._outputs, strict=True)
        return [(v, y) for v, y in pairs if y.requires_grad]

    def _pulled(self, leaves: Mapping[str, Any], handed: Sequence[Any]) -> Sequence[Any]:
        """An input that the outputs do not depend on has a gradient of zeros."""
        outputs = [y for y in self._outputs if y.requires_grad]
        if not outputs or not leaves:
            return [torch.zeros_like(x) for x in leaves.values()]
        found: Sequence[Any] = torch.autograd.grad(
            outputs,
            list(leaves.values()),
            handed,
            retain_graph=True,
            allow_unused=True,
            materialize_grads=True,
        )
        return found


def _tensor(x: Array) -> Any:
    """A tensor on the array's memory: what a function writes into it is seen."""
    return torch.from_numpy(_forwards(x)).requires_grad_(x.dtype.kind in "fc")


def _forwards(x: Array) -> Array:
    """Return the array, or a copy where PyTorch knows no such memory."""
    plain = x.flags.writeable and all(stride >= 0 for stride in x.strides)
    return x if plain else np.array(x, order="C")


def _tensors(result: Any) -> tuple[Any, ...]:
    parts = result if isinstance(result, tuple | list) else (result,)
    found = tuple(part for part in parts if isinstance(part, torch.Tensor))
    if not found:
        raise TargetError("forward", "forward returned no tensor", kind="type")
    return found
