"""lm-evaluation-harness, unmodified, against a model on this machine: scores, and the same scores worked out
beside from other requests (texts instead of token ids, offsets instead of counted tokens)."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import requests
import yaml

from checks import KEY, MODEL, ROOT, equal, expect, run

HERE = pathlib.Path(__file__).resolve().parent / "lm_eval"
LOCAL = os.environ["IGUDAR_SCORED_MODEL"]
ITEMS = [json.loads(line) for line in (HERE / "capitals.jsonl").read_text("utf-8").splitlines()]
CHANCE = 0.25
HEADERS = {"Authorization": f"Bearer {KEY}"}


def asked(method, path, body=None):
    """What a request is answered, with its status."""
    answer = requests.request(method, ROOT + path, headers=HEADERS, json=body, timeout=60)
    return answer.status_code, answer.json()


def answered(method, path, body=None):
    """What a request is answered that is in order."""
    status, answer = asked(method, path, body)
    equal(status, 200, f"{path}: {answer}")
    return answer


def evaluated(kind, path, task, concurrent=1, batch=1, limit=len(ITEMS)):
    """Runs the `lm_eval` command; the task's results and its samples in order."""
    model_args = f"model={LOCAL},base_url={ROOT}{path},auth_token={KEY},num_concurrent={concurrent}"
    offline = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "OPENAI_API_KEY": KEY}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "lm_eval", "run", "--model", kind, "--include_path", "."]
        command += ["--model_args", model_args, "--batch_size", str(batch), "--tasks", task]
        command += ["--limit", str(limit)]
        command += ["--output_path", folder, "--log_samples"]
        if kind == "local-chat-completions":
            command.append("--apply_chat_template")
        variables = {**os.environ, **offline, "HF_HOME": folder}
        ended = subprocess.run(command, cwd=HERE, env=variables, check=False, capture_output=True, text=True)
        expect(ended.returncode == 0, f"lm_eval ended with {ended.returncode}: {ended.stderr[-3000:]}")
        results = json.loads(next(pathlib.Path(folder).rglob("results_*.json")).read_text("utf-8"))
        lines = next(pathlib.Path(folder).rglob("samples_*.jsonl")).read_text("utf-8").splitlines()
    samples = sorted((json.loads(line) for line in lines), key=lambda sample: sample["doc_id"])
    equal(len(samples), limit, "the samples")
    return results["results"][task], samples


def log_likelihood(context, continuation):
    """The log-likelihood of a continuation, from the offsets of the tokens that the text is given back in."""
    body = {"model": LOCAL, "prompt": context + continuation, "echo": True, "logprobs": 0, "max_tokens": 0}
    choice = answered("POST", "/v1/completions", body)["choices"][0]
    equal(choice["text"], context + continuation, "the text that is given back")
    told = choice["logprobs"]
    places = [place for place, offset in enumerate(told["text_offset"]) if offset >= len(context)]
    expect(places, "the continuation has tokens")
    return sum(told["token_logprobs"][place] for place in places)


def tokenizer():
    """The routes that tell of the tokenizer."""
    info = answered("GET", "/tokenizer_info")
    expect(info["eos_token"] and info["chat_template"], f"the tokenizer's marks: {info}")
    for text in ("test", " La capitale", "عاصمة", "ⵜⴰⵎⵓⵔⵜ", info["eos_token"]):
        tokens = answered("POST", "/tokenize", {"prompt": text, "add_special_tokens": False})["tokens"]
        equal(answered("POST", "/detokenize", {"tokens": tokens})["prompt"], text, "there and back")
    status = requests.get(f"{ROOT}/tokenizer_info", timeout=60).status_code
    equal(status, 401, "the status without a key")


def refused():
    """A remote model is not asked for what it may ignore, nor for what cannot be protected."""
    body = {"model": MODEL, "prompt": "a b", "echo": True, "logprobs": 1, "max_tokens": 1}
    status, answer = asked("POST", "/v1/completions", body)
    equal(status, 400, "the status of `echo` on a remote model")
    expect("at chance" in answer["error"]["message"], answer)
    status, answer = asked("POST", "/v1/completions", {"model": MODEL, "prompt": [1, 2]})
    equal((status, answer["error"]["code"]), (400, "unreadable_input"), "token ids for a remote model")


def multiple_choice():
    """`local-completions`: multiple choice by log-likelihood, one by one, and in batches at the same time."""
    task = yaml.safe_load((HERE / "capitals_choice.yaml").read_text("utf-8"))
    kind, path = "local-completions", "/v1/completions"
    results, samples = evaluated(kind, path, task["task"])
    beside = []
    for item, sample in zip(ITEMS, samples):
        context = task["doc_to_text"].replace("{{country}}", item["country"])
        own = [log_likelihood(context, " " + choice) for choice in item["choices"]]
        theirs = [float(one[0][0]) for one in sample["resps"]]
        expect(
            all(abs(one - other) < 1e-4 for one, other in zip(own, theirs)),
            f"{item['country']}: {own} beside, {theirs} by lm-eval",
        )
        beside.append(own.index(max(own)) == item["answer"])
    score = sum(beside) / len(beside)
    equal(results["acc,none"], score, "the accuracy")
    expect(score >= CHANCE + 0.2, f"the accuracy {score} is at chance")
    print(f"local-completions: accuracy {score:.2f} (chance {CHANCE})")
    _, others = evaluated(kind, path, task["task"], concurrent=3, batch=7, limit=8)
    for sample, other in zip(samples, others):
        equal(other["resps"], sample["resps"], "the log-likelihoods in batches, bit for bit")


def generated():
    """`local-chat-completions`: generated answers."""
    task = yaml.safe_load((HERE / "capitals_answer.yaml").read_text("utf-8"))
    results, samples = evaluated("local-chat-completions", "/v1/chat/completions", task["task"])
    pattern = re.compile(task["filter_list"][0]["filter"][0]["regex_pattern"])
    beside = []
    for item, sample in zip(ITEMS, samples):
        question = task["doc_to_text"].replace("{{country}}", item["country"])
        body = {"model": LOCAL, "temperature": 0, "max_tokens": 24, "stop": ["\n\n"]}
        body["messages"] = [{"role": "user", "content": question}]
        text = answered("POST", "/v1/chat/completions", body)["choices"][0]["message"]["content"]
        equal(sample["resps"][0][0], text, f"the answer about {item['country']}")
        found = pattern.search(text)
        beside.append(bool(found) and found.group(1) == item["capital"])
    score = sum(beside) / len(beside)
    equal(results["exact_match,city"], score, "the exact matches")
    expect(score >= 2 * CHANCE, f"{score} of the answers name the capital")
    print(f"local-chat-completions: exact match {score:.2f}")


if __name__ == "__main__":
    run(
        [
            ("lm-eval: the tokenizer's routes", tokenizer),
            ("lm-eval: what is refused", refused),
            ("lm-eval: local-completions", multiple_choice),
            ("lm-eval: local-chat-completions", generated),
        ]
    )
