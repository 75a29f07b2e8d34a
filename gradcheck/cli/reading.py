"""Read a run back from its JSON report."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck.errors import UsageError

if TYPE_CHECKING:
    from gradcheck.model import Run


def read_run(path: Path) -> "Run":
    """Return the run that a JSON report holds.

    Raises
    ------
    UsageError
        Where the file cannot be read or is no report that this release understands.
    """
    from gradcheck.cli.streams import stderr
    from gradcheck.reporters import json_report

    try:
        run, missing = json_report.load(path)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error
    except json.JSONDecodeError as error:
        raise UsageError(f"{path} is no JSON report: {error}") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(f"{path} cannot be read as a report: {error}") from error
    if missing:
        stderr().write(f"gradcheck: {missing}; plots lack the entries of large tensors\n")
    return run
