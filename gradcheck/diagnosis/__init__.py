"""Why a gradient is wrong: named causes with their evidence, ranked."""

from .clues import Clues as Clues
from .clues import Standing as Standing
from .collect import all_suspicions as all_suspicions
from .diagnose import diagnose as diagnose
from .suspicion import Hit as Hit
from .suspicion import Suspicion as Suspicion
