"""Why a gradient is wrong: named causes with their evidence, ranked."""

from .clues import Clues as Clues
from .clues import Standing as Standing
from .collect import all_suspicions as all_suspicions
from .ranking import diagnose as diagnose
from .ranking import explains as explains
from .record import Hit as Hit
from .record import Suspicion as Suspicion
