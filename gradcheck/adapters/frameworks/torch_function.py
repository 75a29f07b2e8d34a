"""A ``torch.autograd.Function`` with its own backward pass."""

from collections.abc import Sequence
from typing import Any

from gradcheck.adapters.methods import parameters
from gradcheck.model import Session, Source

from .building import source_of
from .kind import Kind
from .torch_tape import TapeSession, torch


def _arguments(function: Any) -> Sequence[str]:
    """Return what forward takes; the context goes first where nothing sets it up apart."""
    needed = [p.name for p in parameters(function.forward) if p.default is p.empty]
    apart = function.setup_context is not torch.autograd.Function.setup_context
    return needed if apart else needed[1:]


def _session(function: Any, names: Sequence[str]) -> Session:
    # The view is a node of the tape before the function, as any layer before it would be.
    return TapeSession(
        lambda tensors: function.apply(*(tensors[n].view_as(tensors[n]) for n in names))
    )


def _source(function: Any) -> Source | None:
    return source_of(function.backward)


KIND = Kind("torch.autograd.Function", _arguments, _session, _source)
