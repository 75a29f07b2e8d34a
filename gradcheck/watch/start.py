"""Begin to watch a training."""

from collections.abc import Callable

from gradcheck.errors import UsageError
from gradcheck.model import TargetResult
from gradcheck.policy import Policy

from .copying import demand_copies
from .handle import Terms, Watch
from .isolation import isolated
from .recorder import pairs_of

#: Forward calls that a check needs at least: the step once more, the claim twice, the point
#: itself, and one look at all parameters.
_LEAST = 12


def watch_training(
    network: object,
    every: int = 100,
    *,
    budget: int = 60,
    on_finding: Callable[[TargetResult], None] | None = None,
    seed: int = 0,
    by_hand: bool = False,
) -> Watch:
    """Check a running training at its real weights and batches, and warn with the cause.

    Use it around the training, or keep the handle and call its ``close``::

        with gradcheck.watch_training(network, every=100) as watch:
            train(network)

    Backward passes are counted. The first and each `every`-th one are checked on copies of the
    network: the gradients that the training received are those that the same calls give a copy,
    and these agree with finite differences along random directions, on the batch and for the
    upstream gradient of that step. The training itself is changed in no bit; it waits while it
    is checked. Each distinct fault is told of once.

    Parameters
    ----------
    network
        The object whose forward and backward passes the training calls: a network, a layer, or
        a model with ``loss(x, t)`` and ``gradient(x, t)``. Loss functions are checked where
        they are part of it.
    every
        Backward passes from one check to the next.
    budget
        Forward calls that a check may make, on copies; the live network gets none. Once, at the
        first check, copies are called twice for each parameter tensor to learn how the network
        is called. What is wrong is explained with some thousand calls more, which are spent at
        the 1st, 2nd, 4th, 8th ... check that finds it wrong.
    on_finding
        Called with the result of a check with a new fault, instead of a warning.
    seed
        Seed of the random directions.
    by_hand
        Intercept nothing; the training says each backward pass with ``watch.step(x, ...)``.

    Returns
    -------
    watch
        The handle, with ``results``, ``verdict``, ``steps``, ``save`` and ``close``.

    Warns
    -----
    GradientWarning
        Where a gradient is wrong, with step, tensor, place, error bar and cause; and where it
        could not be found out how the network is called.

    Raises
    ------
    UsageError
        Where the network has no forward and backward pass, cannot be copied, or its calls
        cannot be seen.
    """
    if every < 1 or budget < _LEAST:
        raise UsageError(
            f"every must be 1 or more and budget {_LEAST} or more, got {every} and {budget}"
        )
    pairs = () if isinstance(network, type) else pairs_of(network)
    if not pairs:
        raise UsageError(
            f"{network!r} cannot be watched: it has no forward and backward method, and no "
            "loss(x, t) with gradient(x, t)"
        )
    with isolated(network):
        demand_copies(network)
    terms = Terms(every, budget, on_finding, Policy(seed=seed))
    return Watch(network, pairs, terms, by_hand=by_hand)
