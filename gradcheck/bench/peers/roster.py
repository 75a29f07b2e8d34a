"""Every checker, ours first. To add one, add its file and a row here."""

from . import autograd_grads, central, check_grad, jax_vjp, numdiff, ours, torch_gradcheck
from .peer import Peer


def all_peers() -> tuple[Peer, ...]:
    """Return the checkers in the order of the table; nothing is imported yet."""
    return (
        Peer("gradcheck", ours.accepts),
        Peer("torch slow", torch_gradcheck.accepts_slowly),
        Peer("torch fast", torch_gradcheck.accepts_fast),
        Peer("jax check_vjp", jax_vjp.accepts),
        Peer("autograd", autograd_grads.accepts),
        Peer("scipy check_grad", check_grad.accepts),
        Peer("numdifftools", numdiff.accepts),
        Peer("textbook", central.accepts),
    )
