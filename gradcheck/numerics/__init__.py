"""Reference derivatives with an error bar."""

from .calculus import derivative as derivative
from .calculus import gradient as gradient
from .calculus import jacobian as jacobian
from .complex_step import sharpened as sharpened
from .line import Direction as Direction
from .line import Line as Line
from .reference import Look as Look
from .reference import Probe as Probe
from .reference import Reference as Reference
from .steps import LOOKS as LOOKS
from .steps import STAGES as STAGES
from .structure import Colouring as Colouring
from .structure import colour as colour
from .structure import dense as dense
from .weights import Weights as Weights
from .weights import difference as difference
