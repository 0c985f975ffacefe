"""Starts LiteLLM's proxy with one worker and no database and prints one JSON line with its URL.

usage: litellm_proxy.py UPSTREAM_URL PORT
"""

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

CONFIG = """
model_list:
  - model_name: bench
    litellm_params:
      model: openai/bench
      api_base: {upstream}/v1
      api_key: none
litellm_settings:
  telemetry: false
general_settings: {{}}
"""


def main() -> None:
    upstream, port = sys.argv[1].rstrip("/"), sys.argv[2]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", delete=False) as file:
        file.write(CONFIG.format(upstream=upstream))
    key = "sk-" + secrets.token_hex(32)  # it does not start without one
    program = Path(sys.executable).with_name("litellm")
    child = subprocess.Popen(
        [program, "--config", file.name, "--host", "127.0.0.1", "--port", port, "--num_workers", "1"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "LITELLM_MASTER_KEY": key},
    )
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(600):
            if child.poll() is not None:
                sys.exit(f"litellm ended with {child.returncode}")
            try:
                urllib.request.urlopen(f"{url}/health/liveliness", timeout=1).read()
                break
            except OSError:
                time.sleep(0.2)
        print(json.dumps({"url": url, "key": key}), flush=True)
        sys.stdin.read()
    finally:
        child.terminate()
        child.wait()


main()
