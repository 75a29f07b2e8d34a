"""Computational graphs: a layer at one point, unfolded where it offers ``nodes()``."""

from .build import graph_of as graph_of
from .build import unfolded_graph as unfolded_graph
