"""What a checker says of a layer."""

from enum import StrEnum


class Opinion(StrEnum):
    """One of five answers; most checkers know the first two."""

    ACCEPTS = "accepts"
    REJECTS = "rejects"
    REMARKS = "remarks"
    """The values are right and a bad habit was seen: neither mistake."""
    UNDECIDED = "undecided"
    """Said so loudly: neither mistake."""
    MISSING = "not installed"
