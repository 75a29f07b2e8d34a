"""Optimizers: step(params, grads) changes the parameters in place; rates and clipping."""

from nn.optimizers.adaptive import AdaGrad as AdaGrad
from nn.optimizers.adaptive import Adam as Adam
from nn.optimizers.adaptive import AdamW as AdamW
from nn.optimizers.adaptive import RMSProp as RMSProp
from nn.optimizers.clipping import clip_norm as clip_norm
from nn.optimizers.clipping import global_norm as global_norm
from nn.optimizers.optimizer import Optimizer as Optimizer
from nn.optimizers.rates import Constant as Constant
from nn.optimizers.rates import CosineDecay as CosineDecay
from nn.optimizers.rates import ExponentialDecay as ExponentialDecay
from nn.optimizers.rates import Rate as Rate
from nn.optimizers.rates import StepDecay as StepDecay
from nn.optimizers.rates import WarmUp as WarmUp
from nn.optimizers.sgd import SGD as SGD
