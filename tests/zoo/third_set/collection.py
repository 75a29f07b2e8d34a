"""A third set of wrong layers: new kinds, other styles, and bugs as they are reported.

Every layer says what must be answered to it before it is checked for the first time, from
knowledge of the bug alone. Where a bug has two honest names, both are given. A suspicion that
is tuned on what follows makes the set worthless: then it joins the layers to develop on, and
another one must be written.
"""

from tests.zoo.third_set.declared.edges import EDGES
from tests.zoo.third_set.declared.elementwise import LOGITS, LOSSES, POINTWISE
from tests.zoo.third_set.declared.products import ALGEBRA, DENSE
from tests.zoo.third_set.declared.shapes import NORMALISING, SHAPES
from tests.zoo.third_set.declared.states import KEEPING, SEQUENCES, SPECIAL
from tests.zoo.third_set.declared.windows import CONVOLUTIONS, POOLS

THIRD_SET = (
    *POINTWISE,
    *LOSSES,
    *LOGITS,
    *DENSE,
    *ALGEBRA,
    *CONVOLUTIONS,
    *POOLS,
    *SHAPES,
    *NORMALISING,
    *SEQUENCES,
    *KEEPING,
    *SPECIAL,
    *EDGES,
)
