"""Arrays as words, to stand in the files of single runs."""

import base64
import zlib

import numpy as np


def packed(array: np.ndarray) -> str:
    """An array as a word: its type, and its bytes compressed."""
    return f"{array.dtype.str} {base64.b85encode(zlib.compress(array.tobytes(), 6)).decode()}"


def unpacked(word: str) -> np.ndarray:
    """The array of a word; read-only."""
    kind, _, content = word.partition(" ")
    return np.frombuffer(zlib.decompress(base64.b85decode(content)), kind)
