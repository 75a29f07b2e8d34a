"""Every checker, ours first. To add one, add its file and a row here."""

from gradcheck.policy import Policy

from . import autograd_grads, central, check_grad, jax_vjp, numdiff, ours, torch_gradcheck
from .peer import Peer, two_valued

_TORCH = "its defaults: eps 1e-6, atol 1e-5, rtol 1e-3"


def all_peers() -> tuple[Peer, ...]:
    """Return the checkers in the order of the table; nothing is imported yet."""
    return (
        Peer("gradcheck", "", f"its defaults, seed {Policy().seed}, all contracts", ours.judge),
        Peer("torch slow", "torch", _TORCH, two_valued(torch_gradcheck.accepts_slowly)),
        Peer(
            "torch fast",
            "torch",
            f"{_TORCH}, fast_mode",
            two_valued(torch_gradcheck.accepts_fast),
        ),
        Peer("jax check_vjp", "jax", jax_vjp.RULE, two_valued(jax_vjp.accepts)),
        Peer("autograd", "autograd", autograd_grads.RULE, two_valued(autograd_grads.accepts)),
        Peer("scipy check_grad", "scipy", check_grad.RULE, two_valued(check_grad.accepts)),
        Peer("numdifftools", "numdifftools", numdiff.RULE, two_valued(numdiff.accepts)),
        Peer("textbook", "", central.RULE, two_valued(central.accepts)),
    )
