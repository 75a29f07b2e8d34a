"""Contracts: one small function a claim, collected and not registered."""

from .collect import all_contracts as all_contracts
from .record import Contract as Contract
from .record import Outcome as Outcome
