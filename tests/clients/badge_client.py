"""Earns a badge and checks it with joserfc, a JOSE library of another language than Igudar's.

    python3 badge_client.py IGUDAR    (IGUDAR_DATA names the data folder)
"""

import base64
import json
import pathlib
import subprocess
import sys

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

COURSE = "donnees-personnelles"
EXERCISES = pathlib.Path(__file__).resolve().parents[2] / "courses" / COURSE / "exercises"


def igudar(*words):
    """The answer of a command, which must succeed."""
    command = [sys.argv[1], "--json", *words]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def check(name, right):
    """Reports one check and stops at the first that fails."""
    print("ok" if right else "FAILED", f"badge: {name}")
    if not right:
        sys.exit(1)


def refused(token, key):
    """Whether the library rejects a token."""
    try:
        jwt.decode(token, key, algorithms=["EdDSA", "Ed25519"])
    except (JoseError, ValueError):
        return True
    return False


def main():
    """Passes the course with its reference solutions, then looks at the badge from outside."""
    learner = igudar("learn", "join", "--region", "Souss-Massa", "--language", "fr")["learner"]
    for exercise in igudar("learn", "show", COURSE)["exercises"]:
        (solution,) = (EXERCISES / exercise["id"] / "reference").iterdir()
        igudar("learn", "submit", COURSE, exercise["id"], str(solution), "--learner", learner)
    badge = igudar("badge", "issue", COURSE, "--learner", learner)["badge"]
    key = OKPKey.import_key(igudar("badge", "key"))

    token = jwt.decode(badge, key, algorithms=["EdDSA", "Ed25519"])
    claims = token.claims
    check("the library verifies the signature", token.header["alg"] == "EdDSA")
    check("claims repeat the credential", claims["jti"] == claims["id"])
    check("it is an Open Badge", claims["type"] == ["VerifiableCredential", "OpenBadgeCredential"])
    digests = {e["id"] for e in claims["evidence"] if e["id"].startswith("urn:sha256:")}
    check("every exercise is evidence", len(digests) == len(list(EXERCISES.iterdir())))
    check("no name of a learner", claims["credentialSubject"].keys() == {"id", "type", "achievement"})

    header, payload, signature = badge.split(".")
    changed = {**claims, "name": "Another badge"}
    text = base64.urlsafe_b64encode(json.dumps(changed).encode()).rstrip(b"=").decode()
    check("a changed badge is rejected", refused(f"{header}.{text}.{signature}", key))
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    check("a badge without a signature is rejected", refused(f"{none}.{payload}.", key))
    other = OKPKey.generate_key("Ed25519")
    check("another issuer's key rejects it", refused(badge, other))


if __name__ == "__main__":
    main()
