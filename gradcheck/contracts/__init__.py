"""Contracts: one small function a claim, collected and not registered."""

from .collect import all_contracts as all_contracts
from .contract import Contract as Contract
from .contract import Outcome as Outcome
