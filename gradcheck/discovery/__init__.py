"""From a path, a module or a name to targets."""

from .find import Found as Found
from .find import find as find
