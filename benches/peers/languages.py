"""py3langid on the same texts as benches/languages-peers, one thread: one JSON line.

usage: languages.py SENTENCES [TABLE]
"""

import json
import sys
import time

CLAIMED = ("ar", "fr", "en", "es")
NAMES = {"arb": "ar", "fra": "fr", "eng": "en", "spa": "es"}


def main(sentences, table=None):
    start = time.perf_counter()
    import py3langid

    py3langid.classify("un")
    load = (time.perf_counter() - start) * 1e3
    lines = open(sentences, encoding="utf-8").read().splitlines()
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < 2:
        for line in lines:
            py3langid.classify(line)
        done += len(lines)
    rate = done / (time.perf_counter() - start)
    quality = None
    if table:
        rows = [line.rstrip("\n").split("\t", 2) for line in open(table, encoding="utf-8")][1:]
        gold = [NAMES.get(label.split("_")[0], label) for label, _, _ in rows]
        found = [py3langid.classify(text)[0] for _, _, text in rows]
        f1 = {}
        for language in CLAIMED:
            pairs = [(own, said) for own, said in zip(gold, found) if own in CLAIMED]
            hit = sum(own == said == language for own, said in pairs)
            both = sum(own == language for own, _ in pairs) + sum(said == language for _, said in pairs)
            f1[language] = 2 * hit / max(both, 1)
        quality = {"f1": f1, "right": sum(own == said for own, said in zip(gold, found)) / len(rows)}
    print(json.dumps({"tool": "py3langid", "load_ms": load, "sentences_per_second": rate, "quality": quality}))


main(*sys.argv[1:])
