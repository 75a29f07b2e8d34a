"""The type of an example."""

from typing import TypeAlias

from nn.arrays import Array
from nn.layers.layer import Node

Example: TypeAlias = tuple[Node, tuple[Array, ...]]
