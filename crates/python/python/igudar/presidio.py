"""A recognizer for Presidio (``pip install igudar[presidio]``): Presidio's users keep their pipeline and
get Igudar's findings in it.

    from presidio_analyzer import AnalyzerEngine
    from igudar.presidio import IgudarRecognizer

    analyzer = AnalyzerEngine(supported_languages=["fr"], nlp_engine=...)
    analyzer.registry.add_recognizer(IgudarRecognizer(supported_language="fr"))
    analyzer.analyze("CIN BK412097", language="fr")
"""

from __future__ import annotations

from typing import Mapping, Optional

from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult

from ._igudar import Engine

#: Igudar's types under the names that Presidio's own recognizers use; the others are upper-cased.
PRESIDIO_NAMES: Mapping[str, str] = {
    "person": "PERSON",
    "email": "EMAIL_ADDRESS",
    "phone": "PHONE_NUMBER",
    "iban": "IBAN_CODE",
    "card": "CREDIT_CARD",
    "ip_address": "IP_ADDRESS",
    "mac_address": "MAC_ADDRESS",
    "date_of_birth": "DATE_OF_BIRTH",
}


class IgudarRecognizer(EntityRecognizer):
    """Finds what Igudar finds, one entity for each type. Texts may mix languages, so that the language
    given here only tells Presidio for which of its calls to ask.

    `names` overrides how types are called in Presidio's results.
    """

    def __init__(
        self,
        supported_language: str = "fr",
        engine: Optional[Engine] = None,
        names: Optional[Mapping[str, str]] = None,
    ) -> None:
        self.engine = engine if engine is not None else Engine()
        renamed = {**PRESIDIO_NAMES, **(names or {})}
        self.entity_of = {kind: renamed.get(kind, kind.upper()) for kind in self.engine.types}
        super().__init__(
            supported_entities=sorted(set(self.entity_of.values())),
            name="IgudarRecognizer",
            supported_language=supported_language,
        )

    def load(self) -> None:
        """Nothing is left to load: the engine is made with the recognizer."""

    def analyze(self, text, entities, nlp_artifacts=None):
        """What Igudar finds in a text, as Presidio's results. Offsets are code points, as Presidio's."""
        results = []
        for finding in self.engine.detect(text):
            entity = self.entity_of.get(finding.type, finding.type.upper())
            if entities and entity not in entities:
                continue
            results.append(
                RecognizerResult(
                    entity_type=entity,
                    start=finding.start,
                    end=finding.end,
                    score=finding.score / 100,
                    analysis_explanation=AnalysisExplanation(
                        recognizer=self.name,
                        original_score=finding.score / 100,
                        textual_explanation=finding.why,
                    ),
                    recognition_metadata={
                        RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                        RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                    },
                )
            )
        return results
