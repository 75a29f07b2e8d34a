"""Layers: forward(x) -> y, backward(dout) -> dx, with .params and .grads by name."""

from nn.layers.affine import Affine as Affine
from nn.layers.identity import Identity as Identity
from nn.layers.nodes import Add as Add
from nn.layers.nodes import Exp as Exp
from nn.layers.nodes import Multiply as Multiply
from nn.layers.nodes import Negate as Negate
from nn.layers.nodes import PlusOne as PlusOne
from nn.layers.nodes import Reciprocal as Reciprocal
from nn.layers.relu import ReLU as ReLU
from nn.layers.sigmoid import Sigmoid as Sigmoid
from nn.layers.softmax import Softmax as Softmax
from nn.layers.step import Step as Step
