#!/usr/bin/env python3
"""Score the topics of `igudar detect --jsonl` against the field `sensitive` of an annotated corpus.

usage: score.py GOLD.jsonl FOUND.jsonl [--least 0.9]

Prints recall and precision for each topic; fails when the recall of health, judicial or minor is below --least.
"""
import argparse, json, sys
from collections import defaultdict

p = argparse.ArgumentParser(); p.add_argument("gold"); p.add_argument("found"); p.add_argument("--least", type=float, default=0.0)
a = p.parse_args()
lines = lambda path: [json.loads(line) for line in open(path, encoding="utf-8") if line.strip()]
found = {str(d["id"]): {t["topic"] for t in d.get("topics", [])} for d in lines(a.found)}
rows = defaultdict(lambda: [0, 0, 0])
for document in lines(a.gold):
    gold, seen = set(document.get("sensitive", [])), found.get(str(document["id"]), set())
    for topic in gold | seen:
        rows[topic][0 if topic in gold and topic in seen else 1 if topic in gold else 2] += 1
ratio = lambda part, whole: part / whole if whole else float("nan")
low = []
print(f"{'topic':18}{'gold':>6}{'recall':>8}{'precision':>11}{'false':>7}")
for topic, (hit, missed, wrong) in sorted(rows.items()):
    recall = ratio(hit, hit + missed)
    print(f"{topic:18}{hit + missed:6}{recall:8.3f}{ratio(hit, hit + wrong):11.3f}{wrong:7}")
    if topic in ("health", "judicial", "minor") and recall < a.least: low.append(topic)
if low: sys.exit(f"recall below {a.least}: {', '.join(low)}")
