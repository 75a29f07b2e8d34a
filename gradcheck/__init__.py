"""Is this backward pass right, where is it wrong, and why? Verdicts with an error bar."""

from ._version import __version__ as __version__
