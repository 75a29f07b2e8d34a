"""The command line. Imports neither NumPy nor rich until a command runs."""

from .app import main as main
