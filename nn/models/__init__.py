"""Ready-made networks for rows of pixels; the output is logits."""

from nn.models.cnn import cnn as cnn
from nn.models.lstm import lstm as lstm
from nn.models.mlp import ACTIVATIONS as ACTIVATIONS
from nn.models.mlp import mlp as mlp
from nn.models.transformer import transformer as transformer
