"""Data: real digits that come with the package, and a reader for the full MNIST."""

from nn.data.digits import Digits as Digits
from nn.data.digits import load_digits as load_digits
from nn.data.idx import load_idx as load_idx
