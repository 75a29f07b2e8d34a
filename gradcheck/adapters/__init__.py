"""Adapters: one file a calling convention, turning foreign code into targets."""

from .given import given_cases as given_cases
from .recognise import from_object as from_object
from .recognise import recognised as recognised
from .recognise import targets_of as targets_of
