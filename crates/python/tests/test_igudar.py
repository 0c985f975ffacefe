"""The package from outside: what a notebook or a worker of a data job would do. Invented values only."""

import doctest
import os
import pathlib
import pickle
import threading
import time
import unittest

import igudar
from igudar import _igudar

TEXT = "Dossier de la patiente : CIN BK412097, tél. 0661 23 45 67 😀 zineb.oukacha@gmail.com"


class Detecting(unittest.TestCase):
    def test_offsets_index_a_str(self):
        values = [TEXT[found.start : found.end] for found in igudar.detect(TEXT)]
        self.assertEqual(values, ["BK412097", "0661 23 45 67", "zineb.oukacha@gmail.com"])

    def test_offsets_in_bytes_and_utf16(self):
        for unit, encoding, size in (("bytes", "utf-8", 1), ("utf16", "utf-16-le", 2)):
            encoded = TEXT.encode(encoding)
            found = igudar.detect(TEXT, offsets=unit)[-1]
            value = encoded[found.start * size : found.end * size].decode(encoding)
            self.assertEqual(value, "zineb.oukacha@gmail.com")

    def test_a_wrong_unit_says_which_are_right(self):
        with self.assertRaisesRegex(ValueError, "utf16"):
            igudar.detect(TEXT, offsets="words")

    def test_why_never_holds_the_value(self):
        for found in igudar.detect(TEXT):
            self.assertTrue(found.why)
            self.assertNotIn(TEXT[found.start : found.end], found.why)
            self.assertNotIn(TEXT[found.start : found.end], repr(found))

    def test_a_batch_is_each_text_alone_in_order(self):
        texts = [TEXT, "rien", "", "CIN DA48213"] * 25
        alone = [igudar.detect(text) for text in texts]
        for threads in (0, 1, 3, 1000):
            self.assertEqual(igudar.detect_batch(texts, threads=threads), alone)

    def test_a_batch_releases_the_interpreter_lock(self):
        beats = []
        done = threading.Event()

        def beat():
            while not done.is_set():
                beats.append(time.perf_counter())

        thread = threading.Thread(target=beat)
        thread.start()
        started = time.perf_counter()
        igudar.detect_batch([TEXT * 50] * 100)
        ended = time.perf_counter()
        done.set()
        thread.join()
        during = [beat for beat in beats if started < beat < ended]
        self.assertGreater(len(during), 100, "the other thread stood still during the batch")

    def test_an_engine_travels_to_a_worker(self):
        engine = pickle.loads(pickle.dumps(igudar.Engine()))
        self.assertEqual(engine.detect(TEXT), igudar.detect(TEXT))

    def test_a_folder_that_is_no_pack_is_refused(self):
        with self.assertRaises(OSError):
            igudar.Engine(pack=pathlib.Path(__file__).parent)


class Protecting(unittest.TestCase):
    def test_there_and_back(self):
        protected = igudar.protect(TEXT)
        for found in igudar.detect(TEXT):
            self.assertNotIn(TEXT[found.start : found.end], protected.text)
        self.assertEqual(protected.restore(protected.text), TEXT)

    def test_texts_that_belong_together_share_labels(self):
        protected = igudar.protect(["CIN BK412097", "la carte BK412097"])
        self.assertEqual(protected.texts, ["CIN [CIN_1]", "la carte [CIN_1]"])
        with self.assertRaisesRegex(ValueError, "texts"):
            protected.text

    def test_a_stream_at_every_split_is_the_whole(self):
        protected = igudar.protect(TEXT)
        answer = f"Réponse : {protected.text} fin"
        whole = protected.restore(answer)
        for cut in range(len(answer) + 1):
            restorer = protected.restorer()
            pieces = restorer.push(answer[:cut]) + restorer.push(answer[cut:]) + restorer.finish()
            self.assertEqual(pieces, whole)

    def test_json_escaping(self):
        protected = igudar.protect('CIN "BK412097"')
        self.assertIn("[CIN_1]", protected.text)
        self.assertEqual(protected.restore('{"a":"[CIN_1]"}', escape="json"), '{"a":"BK412097"}')

    def test_a_policy_blocks_and_a_wrong_one_is_explained(self):
        with self.assertRaises(ValueError) as refused:
            igudar.protect("CIN BK412097", policy='name = "p"\ndefault = "block"')
        self.assertNotIn("BK412097", str(refused.exception))
        with self.assertRaisesRegex(ValueError, "default"):
            igudar.protect("CIN BK412097", policy='name = "p"\ndefalt = "label"')

    def test_a_sealed_map_opens_with_its_key_and_in_time(self):
        key, protected = os.urandom(32), igudar.protect(TEXT)
        sealed = protected.seal(key, expires=1_000)
        self.assertNotIn("BK412097", sealed)
        self.assertEqual(igudar.open_map(sealed, key, now=999).restore(protected.text), TEXT)
        for wrong, now in ((os.urandom(32), 999), (key, 1_001)):
            with self.assertRaises(ValueError):
                igudar.open_map(sealed, wrong, now=now)
        with self.assertRaisesRegex(ValueError, "32"):
            protected.seal(b"short", expires=1_000)

    def test_a_batch_is_documents_of_their_own(self):
        batch = igudar.protect_batch([TEXT, "CIN DA48213"])
        self.assertEqual(batch[1].text, "CIN [CIN_1]")
        self.assertEqual(batch[0].restore(batch[0].text), TEXT)


class Languages(unittest.TestCase):
    def test_identification(self):
        texts = {
            "wach kayn chi wa7ed f lmaktab daba?": "ary-Latn",
            "واش كاين شي حد فالمكتب دابا؟": "ary-Arab",
            "Où puis-je déposer mon dossier ?": "fr",
            "12345 !!!": "und",
        }
        for text, language in texts.items():
            self.assertEqual(igudar.identify(text).language, language)
        found = igudar.identify_batch(list(texts))
        self.assertEqual([one.language for one in found], list(texts.values()))

    def test_candidates(self):
        self.assertEqual(igudar.identify("bonjour", among=["fr", "en"]).language, "fr")
        with self.assertRaisesRegex(ValueError, "xx"):
            igudar.identify("bonjour", among=["xx"])

    def test_normalisation(self):
        self.assertEqual(igudar.normalize("كـــتاب"), "كتاب")
        with self.assertRaisesRegex(ValueError, "search"):
            igudar.normalize("a", "nfc")


def load_tests(loader, tests, pattern):
    """The examples of the documentation are tests too."""
    readme = pathlib.Path(__file__).parent.parent / "README.md"
    tests.addTests(doctest.DocTestSuite(igudar))
    tests.addTests(doctest.DocFileSuite(str(readme), module_relative=False))
    for name in ("identify", "identify_spans", "normalize"):
        tests.addTest(documented(getattr(_igudar, name), name))
    for kind, names in ((igudar.Engine, ("", "detect", "protect")), (igudar.Protected, ("restorer",))):
        for name in names:
            tests.addTest(documented(getattr(kind, name) if name else kind, kind.__name__ + name))
    return tests


def documented(thing, name):
    examples = doctest.DocTestParser().get_doctest(thing.__doc__, {}, name, None, None)
    assert examples.examples, f"{name} has no example"
    return doctest.DocTestCase(examples)


if __name__ == "__main__":
    unittest.main()
