"""The smallest case that still fails for the same reason, and a test file that shows it."""

from .attach import with_smallest as with_smallest
from .given import Given as Given
from .given import replay as replay
from .shrinking import shrink as shrink
from .source import as_test as as_test
