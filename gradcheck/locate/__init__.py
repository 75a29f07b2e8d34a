"""From "this tensor is wrong" to the entries, and to a name for their pattern."""

from .bisection import corner as corner
from .outputs import output_of as output_of
from .pattern import describe as describe
from .wrong import Wrong as Wrong
from .wrong import from_entries as from_entries
