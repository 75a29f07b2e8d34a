"""The benchmark: this package beside others, on the same layers, in one process."""

from .command import main as main
