"""From a path, a module or a name to targets."""

from .found import Found as Found
from .found import find as find
from .found import take as take
from .found import tried as tried
from .member import Member as Member
from .members import Search as Search
from .members import Sighting as Sighting
from .members import places as places
from .members import search as search
