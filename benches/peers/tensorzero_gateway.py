"""Starts the Rust gateway that the tensorzero wheel carries and prints one JSON line with its URL.

usage: tensorzero_gateway.py UPSTREAM_URL   (ends when standard input closes)
"""

import json
import sys
import tempfile

from tensorzero.tensorzero import _start_http_gateway

CONFIG = """
[gateway]
observability.enabled = false

[models.bench]
routing = ["mock"]

[models.bench.providers.mock]
type = "openai"
model_name = "bench"
api_base = "{upstream}/v1/"
api_key_location = "none"
"""


def main() -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".toml", delete=False) as file:
        file.write(CONFIG.format(upstream=sys.argv[1].rstrip("/")))
    gateway = _start_http_gateway(
        config_file=file.name, clickhouse_url=None, postgres_url=None, valkey_url=None, async_setup=False
    )
    base = gateway.base_url.rstrip("/")
    print(json.dumps({"url": base.removesuffix("/openai/v1"), "base": base}), flush=True)
    sys.stdin.read()


main()
