"""Adapters: one file a calling convention, turning foreign code into targets."""

from .frameworks import framework_of as framework_of
from .function_target import function_targets as function_targets
from .function_target import functions_of as functions_of
from .given import given_cases as given_cases
from .randomness import kept_generators as kept_generators
from .recognise import from_object as from_object
from .recognise import recognised as recognised
from .recognise import targets_of as targets_of
