"""Names for the array types that every room passes on."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]  # any dtype: labels, masks and floats of every width
Floats = npt.NDArray[np.float64]
Arrays = Mapping[str, Array]
Outputs = tuple[Array, ...]
Index = Any  # whatever NumPy accepts between brackets
