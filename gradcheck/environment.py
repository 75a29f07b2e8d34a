"""What the numbers of a run depend on besides the code that was checked."""

import platform
import sys
from collections.abc import Mapping

import numpy as np

from gradcheck._version import __version__


def environment() -> Mapping[str, str]:
    """Return versions and platform by name."""
    return {
        "gradcheck": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "platform": f"{sys.platform}-{platform.machine()}",
    }
