"""gradcheck as a library: check an object in code and read the report."""

from .asserting import assert_gradients as assert_gradients
from .checking import check as check
from .parametrizing import parametrize as parametrize
from .replaying import replay as replay
from .report import Report as Report
from .unittesting import GradcheckMixin as GradcheckMixin
