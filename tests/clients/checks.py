"""What both client scripts share: where the server is, what is said to it, how a check is reported."""

import json
import os
import sys

ROOT = os.environ.get("IGUDAR_URL", "http://127.0.0.1:8080").rstrip("/").removesuffix("/v1")
KEY = os.environ.get("IGUDAR_KEY", "none")
MODEL = os.environ.get("IGUDAR_MODEL", "mock")
# A model of a destination that speaks Mistral's dialect; the same one when there is only one.
MISTRAL_MODEL = os.environ.get("IGUDAR_MISTRAL_MODEL", MODEL)
EMBED_MODEL = os.environ.get("IGUDAR_EMBED_MODEL", MODEL)
# A key whose project has a very low rate limit; without it the check of status 429 is left out.
LIMITED_KEY = os.environ.get("IGUDAR_LIMITED_KEY")
# Set when the script runs against a bare model server: the checks of Igudar's own headers are left out.
DIRECT = os.environ.get("IGUDAR_DIRECT") == "1"

# Invented values, in four ways of writing.
MESSAGES = {
    "french": "Bonjour, je m'appelle Karim Bennani, CIN AB123456, tél. 06 61 23 45 67, "
    "e-mail karim.bennani@example.ma. RIB 007 780 0001234567890123 36 ?",
    "arabic": "السيد محمد العلوي، رقم البطاقة الوطنية BE654321، الهاتف ٠٦٦١٢٣٤٥٦٧ من فضلك؟",
    "arabizi": "salam, smiti Youssef Alaoui w ra9m dyali 0612345678, 3afak jawbni",
    "markup": 'CIN: "AB123456" <b>a@b.example</b>\n| tel | 0661234567 |\t\\ \u2028 😀',
}
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": name,
            "description": "Looks a person up",
            "parameters": {
                "type": "object",
                "properties": {
                    "question": {"type": "string"},
                    "limit": {"type": "integer"},
                    "names": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["question"],
            },
        },
    }
    for name in ("find_person", "find_file")
]


class Failed(Exception):
    """A check that did not hold."""


def expect(condition, message):
    """Fails the running check unless the condition holds."""
    if not condition:
        raise Failed(message)


def equal(found, expected, what):
    """Fails the running check unless both are equal."""
    expect(found == expected, f"{what}: expected {expected!r}, found {found!r}")


def arguments_are_real(arguments, said, what):
    """The arguments of a tool call are JSON and hold what the user said, real values included."""
    if isinstance(arguments, str):
        arguments = json.loads(arguments)
    equal(arguments.get("question"), said, f"{what}: the string argument")
    equal(arguments.get("names"), [said], f"{what}: the string inside an array")
    equal(arguments.get("limit"), 7, f"{what}: the number")


def run(checks):
    """Runs the checks in order; the first that fails ends the script with status 1."""
    for name, check in checks:
        try:
            check()
        except Exception as error:  # pylint: disable=broad-except
            print(f"FAILED {name}: {type(error).__name__}: {error}", file=sys.stderr)
            sys.exit(1)
        print(f"ok {name}", flush=True)
    print(f"{len(checks)} checks passed")
