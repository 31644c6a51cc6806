"""The kinds of columns, and the marks of cells that hold no value or were left to slower readers."""

import numpy as np

IGNORE, TEXTE, DIMENSION, NOMBRE, DATE = 0, 1, 2, 3, 4
# No value; a value to be read by the slow readers.
VIDE = np.int64(-(2**63))
LENT = np.int64(-(2**63) + 1)
VIDE_JOUR = np.int32(-(2**31))
LENT_JOUR = np.int32(-(2**31) + 1)
