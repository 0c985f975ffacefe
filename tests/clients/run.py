"""Runs the client scripts: two against a fresh `igudar serve` before two mock upstreams, one on a badge, one
on the register, and lm-evaluation-harness on a model of this machine.

    python3 tests/clients/run.py --igudar target/debug/igudar --mock target/debug/igudar-mock-upstream \\
        --model smollm2-135m-instruct-q4_1.gguf

Makes virtual environments with the packages of requirements.txt and requirements-lm-eval.txt in --work (a
temporary folder when left out; give one to keep them for the next run). Exits with the status of the first script that fails.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import venv

HERE = pathlib.Path(__file__).resolve().parent
LOCAL_NAME = "local-model"
UPSTREAM_KEY = "upstream-key-of-the-client-scripts"
DESTINATION = """
[[destinations]]
name = "{name}"
kind = "{name}"
url = "{url}"
key_variable = "MOCK_KEY"
place = "FR"
models = [
  {{ name = "{model}", upstream_name = "mock", max_output_tokens = 500 }},
  {{ name = "{model}-embed", upstream_name = "mock-embed" }},
]
"""

# Texts go to it as they are: with labels in them their scores would be those of other texts.
LOCAL = """
[[destinations]]
name = "here"
kind = "local"
file = {file}
policy = {{ default = "keep" }}
models = [{{ name = "{name}" }}]
"""


def environment(work, name, listed):
    """The Python of a virtual environment that holds the listed packages."""
    folder = work / name
    python = folder / "bin" / "python"
    requirements = HERE / listed
    installed = folder / "requirements.txt"
    wanted = requirements.read_text(encoding="utf-8")
    if not installed.exists() or installed.read_text(encoding="utf-8") != wanted:
        venv.create(folder, with_pip=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(requirements)], check=True)
        installed.write_text(wanted, encoding="utf-8")
    return python


def started(command, variables):
    """Starts a program and returns it with the first line it prints."""
    process = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().strip()


def main():
    """Joins everything and runs the scripts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--igudar", required=True, help="the igudar binary")
    parser.add_argument("--mock", required=True, help="the igudar-mock-upstream binary")
    parser.add_argument("--model", help="a model file for lm-evaluation-harness; left out, it is skipped")
    parser.add_argument("--work", help="a folder to keep the virtual environment in")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        temporary = pathlib.Path(temporary)
        work = pathlib.Path(arguments.work) if arguments.work else temporary
        python = environment(work, "clients", "requirements.txt")
        evaluator = environment(work, "lm-eval", "requirements-lm-eval.txt") if arguments.model else None
        return run(arguments, python, evaluator, temporary / "data")


def run(arguments, python, evaluator, data):
    """Starts mocks and server, runs the scripts, ends what was started."""
    proxies = {"http_proxy", "https_proxy", "all_proxy"}
    variables = {name: value for name, value in os.environ.items() if name.lower() not in proxies}
    variables.update(IGUDAR_DATA=str(data), IGUDAR_LOG="off", MOCK_KEY=UPSTREAM_KEY)
    processes = []
    try:
        configuration = ""
        for name, behaviour in (("openai", "echo+cut:7"), ("mistral", "mistral+cut:7+crlf")):
            mock = [arguments.mock, "--behaviour", behaviour, "--key", UPSTREAM_KEY]
            process, url = started(mock, variables)
            processes.append(process)
            configuration += DESTINATION.format(name=name, url=url, model=f"{name}-model")
        if arguments.model:
            file = pathlib.Path(arguments.model).resolve()
            configuration += LOCAL.format(name=LOCAL_NAME, file=json.dumps(str(file)))
        data.mkdir()
        (data / "igudar.toml").write_text(configuration, encoding="utf-8")
        serve = [arguments.igudar, "--json", "serve", "--listen", "127.0.0.1:0"]
        process, ready = started(serve, variables)
        processes.append(process)

        def command(*words):
            output = subprocess.run(
                [arguments.igudar, "--json", *words], env=variables, check=True, stdout=subprocess.PIPE
            )
            return json.loads(output.stdout)

        command("project", "create", "clients")
        command("project", "create", "limited", "--requests-per-minute", "2")
        variables.update(
            IGUDAR_URL=json.loads(ready)["url"],
            IGUDAR_KEY=command("key", "create", "--project", "clients")["key"],
            IGUDAR_LIMITED_KEY=command("key", "create", "--project", "limited")["key"],
            IGUDAR_MODEL="openai-model",
            IGUDAR_MISTRAL_MODEL="mistral-model",
            IGUDAR_SCORED_MODEL=LOCAL_NAME,
        )
        for script, embed in (("openai_client.py", "openai"), ("mistral_client.py", "mistral")):
            variables["IGUDAR_EMBED_MODEL"] = f"{embed}-model-embed"
            status = subprocess.run([python, HERE / script], env=variables, check=False).returncode
            if status != 0:
                return status
        for script in ("badge_client.py", "register_client.py"):
            command_line = [python, HERE / script, arguments.igudar]
            status = subprocess.run(command_line, env=variables, check=False).returncode
            if status != 0:
                return status
        if evaluator is None:
            print("skipped: no --model is given, so lm-evaluation-harness did not run")
            return 0
        # A benchmark asks more often than an application, and the tokenizer for each of its texts.
        command("project", "create", "benchmarks", "--requests-per-minute", "0")
        variables["IGUDAR_KEY"] = command("key", "create", "--project", "benchmarks")["key"]
        evaluation = [evaluator, HERE / "lm_eval_client.py"]
        return subprocess.run(evaluation, env=variables, check=False).returncode
    finally:
        for process in processes:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
