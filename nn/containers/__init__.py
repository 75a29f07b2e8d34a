"""Containers: layers made of layers."""

from nn.containers.graph import Graph as Graph
from nn.containers.parallel import Parallel as Parallel
from nn.containers.residual import Residual as Residual
from nn.containers.sequential import Sequential as Sequential
