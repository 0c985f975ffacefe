#!/usr/bin/env python3
"""Score findings against an annotated corpus (GUIDELINES.md).

usage: score.py GOLD.jsonl FOUND.jsonl [--errors N]

FOUND.jsonl: one line a document, {"id", "findings": [{"type", "start", "end"}]}, offsets in Unicode code points.

covered   a gold span whose every character (spaces and marks at its ends aside) is inside some finding, whatever its type
typed     covered by findings of the right type alone
leaked    gold characters outside every finding, per thousand gold characters
precision findings that touch a gold or an allowed span, over all findings
spill     characters marked outside gold and allowed spans, per thousand characters of text
"""
import argparse, json, unicodedata
from collections import defaultdict

def core(text, start, end):
    soft = lambda c: c.isspace() or unicodedata.category(c) in ("Cf", "Zs")
    while start < end and soft(text[start]): start += 1
    while end > start and soft(text[end - 1]): end -= 1
    return start, end

def ratio(n, d): return n / d if d else float("nan")

def main():
    p = argparse.ArgumentParser(); p.add_argument("gold"); p.add_argument("found"); p.add_argument("--errors", type=int, default=0)
    a = p.parse_args()
    found = {}
    for line in open(a.found, encoding="utf-8"):
        if line.strip():
            d = json.loads(line); found[str(d["id"])] = d["findings"]
    by_type, by_lang, errors = defaultdict(lambda: [0, 0, 0]), defaultdict(lambda: [0, 0]), []
    total = covered = typed = tp = fp = leaked = gold_chars = spill = chars = missing = 0
    fp_by_type = defaultdict(int)
    for line in open(a.gold, encoding="utf-8"):
        doc = json.loads(line); text = doc["text"]; chars += len(text)
        if str(doc["id"]) not in found: missing += 1
        got = found.get(str(doc["id"]), [])
        marked, of_type = bytearray(len(text)), defaultdict(lambda: bytearray(len(text)))
        for f in got:
            for i in range(f["start"], min(f["end"], len(text))): marked[i] = 1; of_type[f["type"]][i] = 1
        fair = bytearray(len(text))
        for s in doc["spans"] + doc["allowed"]:
            for i in range(s["start"], s["end"]): fair[i] = 1
        for s in doc["spans"]:
            b, e = core(text, s["start"], s["end"]); total += 1; gold_chars += e - b
            whole, right = all(marked[b:e]), all(of_type[s["type"]][b:e])
            leaked += sum(1 for i in range(b, e) if not marked[i])
            covered += whole; typed += right
            row = by_type[s["type"]]; row[0] += 1; row[1] += whole; row[2] += right
            row = by_lang[doc["lang"]]; row[0] += 1; row[1] += whole
            if not whole: errors.append(("missed", doc["id"], s["type"], s["text"]))
        for f in got:
            if any(fair[f["start"]:f["end"]]): tp += 1
            else: fp += 1; fp_by_type[f["type"]] += 1; errors.append(("false", doc["id"], f["type"], text[f["start"]:f["end"]]))
        spill += sum(1 for i in range(len(text)) if marked[i] and not fair[i])
    for e in errors[: a.errors]: print(*e, sep="\t")
    print(f"{'type':18}{'gold':>6}{'covered':>9}{'typed':>8}{'false':>7}")
    for t in sorted(set(by_type) | set(fp_by_type)):
        n, c, r = by_type[t]; print(f"{t:18}{n:6}{ratio(c, n):9.3f}{ratio(r, n):8.3f}{fp_by_type[t]:7}")
    print("language  " + "  ".join(f"{l} {ratio(c, n):.3f} ({n})" for l, (n, c) in sorted(by_lang.items())))
    if missing: print(f"documents without an answer: {missing}")
    print(f"covered {ratio(covered, total):.3f}  typed {ratio(typed, total):.3f}  leaked {1000 * ratio(leaked, gold_chars):.1f}/1000  "
          f"precision {ratio(tp, tp + fp):.3f}  spill {1000 * ratio(spill, chars):.2f}/1000  spans {total}  findings {tp + fp}")
main()
