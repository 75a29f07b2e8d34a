"""Judge many members: here, in processes of their own, on several cores or machines."""

from .collecting import Request as Request
from .collecting import collected as collected
from .collecting import drained as drained
from .hosted import Host as Host
from .hosted import hosted as hosted
from .inside import inside as inside
from .listing import Listing as Listing
from .listing import listed as listed
from .listing import listed_here as listed_here
from .obituary import Fate as Fate
from .parallel import Engine as Engine
from .parallel import parallel as parallel
from .work import Limits as Limits
from .work import Work as Work
from .work import can_isolate as can_isolate
