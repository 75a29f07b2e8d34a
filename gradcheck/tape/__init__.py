"""Watch a forward pass: the operations between inputs and outputs, and their slopes."""

from .derive import Edge as Edge
from .derive import Tape as Tape
from .derive import slope_of as slope_of
from .derive import spread as spread
from .node import Broken as Broken
from .node import Node as Node
from .trace import trace as trace
