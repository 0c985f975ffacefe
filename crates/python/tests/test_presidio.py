"""Presidio's own analyzer with Igudar's recognizer in it. Needs presidio-analyzer, no model."""

import unittest

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine

from igudar.presidio import IgudarRecognizer


class BlankFrench(SpacyNlpEngine):
    """A tokenizer without a model, so that all that is found is Igudar's."""

    def __init__(self):
        super().__init__(models=[{"lang_code": "fr", "model_name": "blank"}])
        self.nlp = {"fr": spacy.blank("fr")}


class Plugged(unittest.TestCase):
    def setUp(self):
        registry = RecognizerRegistry(supported_languages=["fr"])
        registry.recognizers = [IgudarRecognizer(supported_language="fr")]
        self.analyzer = AnalyzerEngine(
            registry=registry, nlp_engine=BlankFrench(), supported_languages=["fr"]
        )

    def test_findings_are_presidios_results(self):
        text = "Madame Zineb Oukacha, CIN BK412097, 😀 0661 23 45 67"
        found = {
            text[one.start : one.end]: one.entity_type
            for one in self.analyzer.analyze(text, language="fr")
        }
        self.assertEqual(
            found,
            {"Zineb Oukacha": "PERSON", "BK412097": "CIN", "0661 23 45 67": "PHONE_NUMBER"},
        )

    def test_only_the_entities_that_were_asked_for(self):
        found = self.analyzer.analyze("CIN BK412097, 0661 23 45 67", language="fr", entities=["CIN"])
        self.assertEqual([one.entity_type for one in found], ["CIN"])
        self.assertGreater(found[0].score, 0.5)

    def test_why_is_the_explanation(self):
        found = self.analyzer.analyze(
            "CIN BK412097", language="fr", return_decision_process=True
        )
        self.assertTrue(found[0].analysis_explanation.textual_explanation)


if __name__ == "__main__":
    unittest.main()
