"""Optimizers: step(params, grads) changes the parameters in place."""

from nn.optimizers.sgd import SGD as SGD
