"""Watch a forward pass: which operations led from its inputs to its outputs, and their slopes."""

from .derive import Broken as Broken
from .derive import Edge as Edge
from .derive import Tape as Tape
from .node import Node as Node
from .trace import trace as trace
