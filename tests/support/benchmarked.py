"""Figures as a run of the benchmark gives them, made up: nothing is measured."""

import math

from gradcheck.bench.growth import Spent
from gradcheck.bench.memory import Footprint
from gradcheck.bench.opinion import Opinion
from gradcheck.bench.overhead import Share
from gradcheck.bench.power import Verdicts
from gradcheck.bench.results import Results, Standing
from gradcheck.bench.smallest_error import Seen

SAID = {"ours": Opinion.REMARKS, "theirs": Opinion.ACCEPTS, "absent": Opinion.MISSING}
RIGHT = {"ours": Opinion.UNDECIDED, "theirs": Opinion.REJECTS, "absent": Opinion.MISSING}


def made_up() -> Results:
    """Return one row of each kind: seen, blind, too slow, not installed, not a number."""
    return Results(
        environment={"python": "3"},
        seed=7,
        quick=False,
        peers=(
            Standing("ours", "", "its defaults"),
            Standing("theirs", "2.0", f"ours: {'a threshold ' * 9}"),
            Standing("absent", None, "its defaults"),
        ),
        verdicts=(
            Verdicts("upstream as |g|, [bold]", wrong=True, said=SAID),
            Verdicts("relu at 0", wrong=False, said=RIGHT),
        ),
        seen=(
            Seen("ours", Opinion.ACCEPTS, 1e-10, None),
            Seen("theirs", Opinion.REJECTS, None, None),
            Seen("absent", Opinion.MISSING, None, None),
        ),
        spent=(
            Spent("ours", 10, Opinion.ACCEPTS, 1234, math.inf),
            Spent("theirs", 10, None, None, None),
            Spent("absent", 10, Opinion.MISSING, None, None),
        ),
        shares=(Share("tanh", 1.5, 0.25, 43, math.nan),),
        footprints=(Footprint("tanh", 2**20, 4 * 2**20),),
    )
