"""Gradient checks for unittest's test cases."""

from typing import Any

import numpy.typing as npt

from .asserting import assert_gradients
from .report import Report

__unittest = True  # unittest leaves frames of such modules out of its tracebacks


class GradcheckMixin:
    """Mix into a ``unittest.TestCase`` for `assertGradients`."""

    failureException: type[BaseException] = AssertionError

    def assertGradients(self, target: object, *arrays: npt.ArrayLike, **options: Any) -> Report:
        """Fail with the whole story where a backward pass is wrong.

        Takes what `gradcheck.assert_gradients` takes and returns the report.
        """
        __tracebackhide__ = True
        try:
            return assert_gradients(target, *arrays, **options)
        except AssertionError as error:
            raise self.failureException(str(error)) from None
