"""Gather the evidence on one case: what to compare, how closely to look, what to spend."""

from .along import compare_along as compare_along
from .along import compare_together as compare_together
from .entry import compare_entry as compare_entry
from .epsilon import explained_by_epsilon as explained_by_epsilon
from .exam import Exam as Exam
from .exam import comparable as comparable
from .examined import Examined as Examined
from .settling import Claimed as Claimed
from .settling import settle as settle
from .strategy import compare_leaf as compare_leaf
from .strategy import round_off as round_off
from .words import coverage as coverage
from .words import kinks_told as kinks_told
from .words import mismatch as mismatch
