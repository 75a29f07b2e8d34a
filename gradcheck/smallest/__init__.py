"""The smallest case that still fails for the same reason, and a test file that shows it."""

from .attach import with_smallest as with_smallest
from .replay import Given as Given
from .replay import replay as replay
from .shrink import shrink as shrink
from .source import as_test as as_test
