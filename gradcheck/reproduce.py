"""Ids of findings: what is needed to see one again, in one word for the command line."""

import shlex
from dataclasses import dataclass

from gradcheck.errors import UsageError
from gradcheck.model import Finding

_SEPARATOR = "#"


@dataclass(frozen=True, slots=True)
class FindingId:
    """Target, case, contract and seed of a finding."""

    target: str
    """Name of the target."""
    case: str
    """Id of the case."""
    contract: str
    """Id of the contract."""
    seed: int
    """Seed of the run."""

    def __str__(self) -> str:
        return _SEPARATOR.join((self.target, self.case, self.contract, str(self.seed)))


def parse_id(text: str) -> FindingId:
    """Read an id as a report prints it.

    Raises
    ------
    UsageError
        Where it is none.
    """
    parts = text.rsplit(_SEPARATOR, 3)
    if len(parts) != 4 or not parts[3].isdecimal():
        raise UsageError(
            f"{text!r} is no finding's id; expected TARGET#CASE#CONTRACT#SEED as in a report"
        )
    return FindingId(parts[0], parts[1], parts[2], int(parts[3]))


def finding_command(target: str, finding: Finding, seed: int) -> str:
    """Return the command that runs one finding again."""
    one = FindingId(target, finding.case, finding.contract, seed)
    return f"python -m gradcheck repro {shlex.quote(str(one))}"
