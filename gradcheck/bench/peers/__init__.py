"""The checkers that are compared: one file each, imported when they are asked for."""

from .peer import Missing as Missing
from .peer import Peer as Peer
from .roster import all_peers as all_peers
