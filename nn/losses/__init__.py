"""Losses: forward(x, t) -> scalar, backward(dout) -> dx, from outputs before the activation."""

from nn.losses.binary_cross_entropy import BinaryCrossEntropy as BinaryCrossEntropy
from nn.losses.focal import FocalLoss as FocalLoss
from nn.losses.hinge import Hinge as Hinge
from nn.losses.hinge import MulticlassHinge as MulticlassHinge
from nn.losses.huber import Huber as Huber
from nn.losses.kl_divergence import KLDivergence as KLDivergence
from nn.losses.mean_loss import MeanLoss as MeanLoss
from nn.losses.mean_squared_error import MeanSquaredError as MeanSquaredError
from nn.losses.softmax_cross_entropy import SoftmaxCrossEntropy as SoftmaxCrossEntropy
