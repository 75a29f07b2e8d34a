"""gradcheck as a library: check an object in code and read the report."""

from .asserting import assert_gradients as assert_gradients
from .checking import check as check
from .report import Report as Report
