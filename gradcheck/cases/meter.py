"""What is spent on a target: calls into it and the time inside it, within a budget."""

import numpy as np

from gradcheck.errors import BudgetError
from gradcheck.model import Cost


class Meter:
    """Counts every call into one target, whoever makes it, and keeps to a budget.

    One meter is shared by all that looks at a target: its cases, the search for the place of an
    error, the suspicions about its cause and the search for the smallest case.

    Parameters
    ----------
    budget
        Forward calls that may be made in all; None for any number.
    """

    def __init__(self, budget: int | None = None) -> None:
        self._budget = budget
        self._forward = 0
        self._backward = 0
        self._seconds = 0.0

    @property
    def calls_left(self) -> float:
        """Forward calls that are still allowed, infinite without a budget."""
        return np.inf if self._budget is None else self._budget - self._forward

    @property
    def spent(self) -> Cost:
        """Calls so far, and the time inside them."""
        return Cost(self._forward, self._backward, target_seconds=self._seconds)

    def forward(self) -> None:
        """Count a forward call that is about to be made.

        Raises
        ------
        BudgetError
            Where no forward call is left.
        """
        if self.calls_left < 1:
            raise BudgetError(f"the budget of {self._budget} forward calls is spent")
        self._forward += 1

    def backward(self) -> None:
        """Count a backward call that is about to be made."""
        self._backward += 1

    def took(self, seconds: float) -> None:
        """Add the time that a call took."""
        self._seconds += seconds
