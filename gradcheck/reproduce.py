"""Ids of findings: what is needed to see one again, in one word for the command line."""

import re
import shlex
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from gradcheck.config import LARGEST_SEED
from gradcheck.errors import UsageError
from gradcheck.model import Finding

_SEPARATOR = "#"
#: A seed as it is printed; other digits than these are numbers to Python too.
_SEED = re.compile(r"[0-9]{1,39}")


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
        parts = map(_spelled, (self.target, self.case, self.contract))
        return _SEPARATOR.join((*parts, str(self.seed)))


def parse_id(text: str) -> FindingId:
    """Read an id as a report prints it.

    Raises
    ------
    UsageError
        Where it is none.
    """
    try:
        *named, seed = text.rsplit(_SEPARATOR, 3)
        target, case, contract = map(_read, named)
        if _SEED.fullmatch(seed) and int(seed) <= LARGEST_SEED:
            return FindingId(target, case, contract, int(seed))
    except ValueError:  # too few parts, or bytes that are no text
        pass
    raise UsageError(
        f"{text!r:.300} is no finding's id; expected TARGET#CASE#CONTRACT#SEED as in a report"
    )


def _spelled(part: str) -> str:
    """Return a part of an id on one line: what cannot be seen is spelled as in addresses.

    >>> _spelled("layers.py::Two\\nLines")
    'layers.py::Two%0ALines'
    """
    legal = (char.isprintable() and char not in "%#" for char in part)
    text = "".join(c if ok else _escaped(c) for c, ok in zip(part, legal, strict=True))
    return f"%2D{text[1:]}" if text.startswith("-") else text  # no option of a command


def _escaped(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))


def _read(part: str) -> str:
    return unquote_to_bytes(part.encode("utf-8", "surrogatepass")).decode(
        "utf-8", "surrogatepass"
    )


def finding_command(target: str, finding: Finding, seed: int) -> str:
    """Return the command that runs one finding again."""
    one = FindingId(target, finding.case, finding.contract, seed)
    return f"python -m gradcheck repro {shlex.quote(str(one))}"
