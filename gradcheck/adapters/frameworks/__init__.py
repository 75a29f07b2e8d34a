"""Other frameworks' functions, one file each, imported where a target is of that framework."""

from .recognise import framework_of as framework_of
from .recognise import given_target as given_target
from .recognise import tried_target as tried_target
