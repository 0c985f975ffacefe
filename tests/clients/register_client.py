"""Publishes an entry of the register and validates its exports with jsonschema, a library of another language.

    python3 register_client.py IGUDAR    (IGUDAR_DATA names the data folder)
"""

import csv
import hashlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile

from jsonschema import Draft202012Validator

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENTRY = ROOT / "crates" / "register" / "tests" / "data" / "entry.toml"


def igudar(*words):
    """What a command prints; it must succeed."""
    command = [sys.argv[1], *words]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode()


def check(name, right):
    """Reports one check and stops at the first that fails."""
    print("ok" if right else "FAILED", f"register: {name}")
    if not right:
        sys.exit(1)


def main():
    """Publishes the whole entry of the tests, then looks at it from outside."""
    with tempfile.TemporaryDirectory() as folder:
        entry = pathlib.Path(folder) / "entry.toml"
        text = ENTRY.read_text(encoding="utf-8").replace('project = "first"', 'project = "clients"')
        entry.write_text(text, encoding="utf-8")
        published = json.loads(igudar("--json", "register", "publish", str(entry)))
    schemas = {}
    for of in ("entry", "nl-1.0"):
        schemas[of] = json.loads(igudar("register", "schema", of))
        Draft202012Validator.check_schema(schemas[of])

    document = igudar("register", "export", "--format", "documents").rstrip("\n")
    digest = hashlib.sha256(document.encode()).hexdigest()
    check("the digest is that of the published bytes", digest == published["digest"])
    of_entry = Draft202012Validator(schemas["entry"])
    whole = json.loads(document)["entry"]
    check("the entry validates", of_entry.is_valid(whole))
    check("one without a name does not", not of_entry.is_valid({**whole, "name": {}}))
    check("one with a foreign key does not", not of_entry.is_valid({**whole, "mood": "good"}))

    of_record = Draft202012Validator(schemas["nl-1.0"])
    records = json.loads(igudar("register", "export", "--format", "nl-1.0"))
    check("there is a record for each language", [r["lang"] for r in records] == ["fra", "ara"])
    for record in records:
        check(f"the record in {record['lang']} validates", of_record.is_valid(record))
    wrong = {**records[0], "status": "in_use"}
    check("one with our own word for the status does not", not of_record.is_valid(wrong))

    rows = list(csv.DictReader(io.StringIO(igudar("register", "export", "--format", "nl-1.0-csv"))))
    check("the table has the same rows", [r["name"] for r in rows] == [r["name"] for r in records])


if __name__ == "__main__":
    main()
