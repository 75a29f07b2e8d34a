"""A neural network in plain NumPy, with its backward pass written out by hand."""

from nn.initializers import he as he
from nn.initializers import xavier as xavier
from nn.layers import Add as Add
from nn.layers import Affine as Affine
from nn.layers import Exp as Exp
from nn.layers import Identity as Identity
from nn.layers import Multiply as Multiply
from nn.layers import Negate as Negate
from nn.layers import PlusOne as PlusOne
from nn.layers import Reciprocal as Reciprocal
from nn.layers import ReLU as ReLU
from nn.layers import Sigmoid as Sigmoid
from nn.layers import Softmax as Softmax
from nn.layers import Step as Step
from nn.losses import BinaryCrossEntropy as BinaryCrossEntropy
from nn.losses import MeanSquaredError as MeanSquaredError
from nn.losses import SoftmaxCrossEntropy as SoftmaxCrossEntropy
from nn.models import mlp as mlp
from nn.network import Network as Network
from nn.objective import Objective as Objective
from nn.optimizers import SGD as SGD
from nn.weights import load_weights as load_weights
from nn.weights import save_weights as save_weights
