"""Whether a claim and a reference agree; the only owner of tolerance."""

from .allowance import EPS as EPS
from .allowance import claim_error as claim_error
from .allowance import zero_of as zero_of
from .judge import FAIL as FAIL
from .judge import INCONCLUSIVE as INCONCLUSIVE
from .judge import PASS as PASS
from .judge import Scale as Scale
from .judge import agrees as agrees
from .judge import closed as closed
from .judge import judge as judge
