"""The benchmark: this package beside others, on the same layers, in one process."""

from .results import Results as Results
from .results import dumps as dumps
from .results import loads as loads
from .results import measure as measure
from .tables import tables as tables
