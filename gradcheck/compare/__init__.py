"""Whether a claim and a reference agree; the only owner of tolerance."""

from .allowance import claim_error as claim_error
from .judge import agrees as agrees
from .judge import judge as judge
from .judge import judge_look as judge_look
