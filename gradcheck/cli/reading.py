"""Read a run back from its JSON report."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck.errors import UsageError

from .streams import cannot, complain, plain

if TYPE_CHECKING:
    from gradcheck.model import Run


def read_run(path: Path) -> "Run":
    """Return the run that a JSON report holds.

    Raises
    ------
    UsageError
        Where the file cannot be read or is no report that this release understands.
    """
    from gradcheck.reporters import json_report

    shown = plain(str(path))
    try:
        run, missing = json_report.load(path)
    except OSError as error:
        raise UsageError(cannot("read", path, error)) from error
    except json.JSONDecodeError as error:
        raise UsageError(f"{shown} is no JSON report: {error}") from error
    except ValueError as error:
        raise UsageError(f"{shown} cannot be read as a report: {error}") from error
    if missing:
        complain(f"{missing}; plots lack the entries of large tensors")
    return run
