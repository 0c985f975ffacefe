from typing import Literal, Optional, Sequence

from ._igudar import (
    Engine as Engine,
    Finding as Finding,
    Identification as Identification,
    LanguageSpan as LanguageSpan,
    OpenedMap as OpenedMap,
    Protected as Protected,
    Restorer as Restorer,
    identify as identify,
    identify_batch as identify_batch,
    identify_spans as identify_spans,
    normalize as normalize,
    open_map as open_map,
)

Offsets = Literal["chars", "bytes", "utf16"]

__all__: list[str]

def detect(text: str, *, offsets: Offsets = "chars") -> list[Finding]: ...
def detect_batch(
    texts: Sequence[str], *, offsets: Offsets = "chars", threads: int = 0
) -> list[list[Finding]]: ...
def protect(text: str | Sequence[str], *, policy: Optional[str] = None) -> Protected: ...
def protect_batch(
    texts: Sequence[str], *, policy: Optional[str] = None, threads: int = 0
) -> list[Protected]: ...
