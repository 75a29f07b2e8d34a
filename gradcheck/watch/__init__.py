"""Watch a running training: its gradients are checked on copies while it goes on."""

from .handle import Watch as Watch
from .saving import replay_step as replay_step
from .start import watch_training as watch_training
