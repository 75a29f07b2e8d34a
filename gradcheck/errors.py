"""Errors of the package, in a leaf that every room may import."""


class GradcheckError(Exception):
    """Base of every error that the package raises on purpose."""


class UsageError(GradcheckError):
    """The request cannot be understood: a target, an option or a configuration key is off.

    The command line answers with exit code 4.
    """


class NothingToCheckError(GradcheckError):
    """The request was understood and names nothing that can be checked (exit code 5)."""


class EndedError(GradcheckError):
    """A target tried to end the process or took all of its memory: no further trial is made.

    Parameters
    ----------
    message
        What was done, what was raised, and where.
    kind
        Key of the severity table.
    """

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind


class BudgetError(GradcheckError):
    """The forward calls that were granted are spent; what is not decided stays undecided."""


class GradientWarning(UserWarning):
    """A training that is watched has a wrong gradient, or cannot be watched."""


class TargetError(GradcheckError):
    """A target raised, hung or answered with something that is no array of numbers.

    It is a result about the target and never our own failure: contracts turn it into a finding.

    Parameters
    ----------
    stage
        What was being done: ``"build"``, ``"forward"`` or ``"backward"``.
    message
        What was expected, what came and where.
    kind
        Key of the severity table, ``"raised"`` where the target's own code raised.
    """

    def __init__(self, stage: str, message: str, *, kind: str = "raised") -> None:
        super().__init__(message)
        self.stage = stage
        self.kind = kind
        self.message = message


#: Characters of a foreign message that are passed on.
_LONGEST = 2_000


def said(error: BaseException) -> str:
    """Return kind and message of a foreign exception, whose own code may raise once more."""
    try:
        text = str(error).strip() or "no message"
    except (Exception, SystemExit) as second:
        text = f"(its message raised {type(second).__name__})"
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."
    return f"{type(error).__name__}: {cut}"
