"""Names for the array types that every room passes on."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]
Floats = npt.NDArray[np.floating]
Arrays = Mapping[str, Array]
Outputs = tuple[Array, ...]
