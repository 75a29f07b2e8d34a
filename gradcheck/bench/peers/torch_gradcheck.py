"""torch.autograd.gradcheck, slow and fast, on a layer wrapped into a Function."""

from typing import Any

from gradcheck.bench.layer import Layer
from gradcheck.model import Array

from .peer import fresh, package


def accepts_slowly(layer: Layer, x: Array) -> bool:
    """Return the verdict of the full Jacobian."""
    return _accepts(layer, x, fast=False)


def accepts_fast(layer: Layer, x: Array) -> bool:
    """Return the verdict of one projection."""
    return _accepts(layer, x, fast=True)


def _accepts(layer: Layer, x: Array, *, fast: bool) -> bool:
    torch = package("torch")
    point = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    apply = _wrapped(torch, layer)
    verdict = torch.autograd.gradcheck(apply, (point,), raise_exception=False, fast_mode=fast)
    return bool(verdict)


def _wrapped(torch: Any, layer: Layer) -> Any:
    def forward(ctx: Any, x: Any) -> Any:
        ctx.layer = fresh(layer)
        return torch.as_tensor(ctx.layer.forward(x.detach().numpy().copy()))

    def backward(ctx: Any, dout: Any) -> Any:
        return torch.as_tensor(ctx.layer.backward(dout.numpy()))

    members = {"forward": staticmethod(forward), "backward": staticmethod(backward)}
    wrapped: Any = type("Wrapped", (torch.autograd.Function,), members)
    return wrapped.apply
