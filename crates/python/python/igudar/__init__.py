"""Find, replace and restore personal data; tell the languages of Morocco apart.

>>> import igudar
>>> protected = igudar.protect("Bonjour, CIN BK412097, tél. 0661 23 45 67")
>>> protected.text
'Bonjour, CIN [CIN_1], tél. [PHONE_1]'
>>> protected.restore("Nous appelons le [PHONE_1].")
'Nous appelons le 0661 23 45 67.'

The functions of this module use the built-in pack of Morocco; `Engine(pack=FOLDER)` reads another one.
Everything runs in this process: nothing is sent anywhere and nothing is written.
"""

from __future__ import annotations

import functools

from ._igudar import (
    Engine,
    Finding,
    Identification,
    LanguageSpan,
    OpenedMap,
    Protected,
    Restorer,
    identify,
    identify_batch,
    identify_spans,
    normalize,
    open_map,
)

__all__ = [
    "Engine",
    "Finding",
    "Identification",
    "LanguageSpan",
    "OpenedMap",
    "Protected",
    "Restorer",
    "detect",
    "detect_batch",
    "identify",
    "identify_batch",
    "identify_spans",
    "normalize",
    "open_map",
    "protect",
    "protect_batch",
]


@functools.lru_cache(maxsize=1)
def _engine() -> Engine:
    return Engine()


def detect(text, *, offsets="chars"):
    """The personal values of a text, found with the built-in pack.

    >>> import igudar
    >>> [(finding.type, finding.start, finding.end) for finding in igudar.detect("CIN BK412097")]
    [('cin', 4, 12)]
    """
    return _engine().detect(text, offsets=offsets)


def detect_batch(texts, *, offsets="chars", threads=0):
    """The personal values of many texts, on several threads with the interpreter lock released.

    >>> import igudar
    >>> [len(findings) for findings in igudar.detect_batch(["CIN BK412097", "bonjour"])]
    [1, 0]
    """
    return _engine().detect_batch(texts, offsets=offsets, threads=threads)


def protect(text, *, policy=None):
    """Replaces the personal values of a text, or of a list of texts that belong together.

    >>> import igudar
    >>> igudar.protect("CIN BK412097", policy='name = "p"\\ndefault = "mask"').text
    'CIN █████'
    """
    return _engine().protect(text, policy=policy)


def protect_batch(texts, *, policy=None, threads=0):
    """Replaces the personal values of many texts, each a document of its own.

    >>> import igudar
    >>> [protected.text for protected in igudar.protect_batch(["CIN BK412097", "CIN DA48213"])]
    ['CIN [CIN_1]', 'CIN [CIN_1]']
    """
    return _engine().protect_batch(texts, policy=policy, threads=threads)
