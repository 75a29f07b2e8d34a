"""From a path, a module or a name to targets."""

from .found import Found as Found
from .found import find as find
from .found import targets_of as targets_of
from .member import Member as Member
from .members import Search as Search
from .members import Sighting as Sighting
from .members import folders as folders
from .members import places as places
from .members import search as search
from .source import python_files as python_files
