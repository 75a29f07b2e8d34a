"""From a path, a module or a name to targets."""

from .search import Found as Found
from .search import find as find
