"""Whether a claim and a reference agree; the only owner of tolerance."""

from .allowance import ALONE as ALONE
from .allowance import EPS as EPS
from .allowance import NEARLY as NEARLY
from .allowance import PROOF as PROOF
from .allowance import RESOLUTION as RESOLUTION
from .allowance import claim_error as claim_error
from .allowance import typical as typical
from .allowance import zero_of as zero_of
from .judging import CLOSED as CLOSED
from .judging import FAIL as FAIL
from .judging import INCONCLUSIVE as INCONCLUSIVE
from .judging import PASS as PASS
from .judging import Scale as Scale
from .judging import agrees as agrees
from .judging import closed as closed
from .judging import judge as judge
