"""Losses: forward(x, t) -> scalar, backward(dout) -> dx, from outputs before the activation."""

from nn.losses.binary_cross_entropy import BinaryCrossEntropy as BinaryCrossEntropy
from nn.losses.mean_loss import MeanLoss as MeanLoss
from nn.losses.mean_squared_error import MeanSquaredError as MeanSquaredError
from nn.losses.softmax_cross_entropy import SoftmaxCrossEntropy as SoftmaxCrossEntropy
