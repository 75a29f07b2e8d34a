"""A fourth set of wrong layers: kinds and bugs that no suspicion has been tried on.

What must be answered is declared from knowledge of the bug alone, before a layer is checked for
the first time. A suspicion that is tuned on what follows makes the set worthless.
"""

from tests.zoo.fourth_set.declared.moving import MOVING
from tests.zoo.fourth_set.declared.products import PRODUCTS
from tests.zoo.fourth_set.declared.sequences import SEQUENCES
from tests.zoo.fourth_set.declared.single import ACTIVATIONS, CRITERIA

FOURTH_SET = (
    *ACTIVATIONS,
    *CRITERIA,
    *PRODUCTS,
    *MOVING,
    *SEQUENCES,
)
