"""The mistralai client from PyPI, unmodified, against a running server. Environment: see checks.py."""

from mistralai.client import Mistral
from mistralai.client.errors import MistralError

from checks import (
    DIRECT,
    EMBED_MODEL,
    KEY,
    LIMITED_KEY,
    MESSAGES,
    MISTRAL_MODEL as MODEL,
    ROOT,
    TOOLS,
    arguments_are_real,
    equal,
    expect,
    run,
)

client = Mistral(api_key=KEY, server_url=ROOT, timeout_ms=60_000)


def user(text):
    """A conversation of one message."""
    return [{"role": "user", "content": text}]


def text_of(content):
    """The text of a content: a string, or an array of chunks of which the text counts."""
    if content is None or isinstance(content, str):
        return content or ""
    return "".join(chunk.text for chunk in content if getattr(chunk, "type", "") == "text")


def chat():
    """A whole answer holds the real values."""
    for name, text in MESSAGES.items():
        answer = client.chat.complete(model=MODEL, messages=user(text))
        equal(text_of(answer.choices[0].message.content), text, name)
        equal(answer.choices[0].finish_reason, "stop", f"{name}: finish reason")
        expect(answer.usage.prompt_tokens > 0, f"{name}: no usage")


def options():
    """The options that are Mistral's own are accepted."""
    answer = client.chat.complete(
        model=MODEL,
        messages=[
            {"role": "system", "content": "Réponds en français."},
            {"role": "user", "content": [{"type": "text", "text": MESSAGES["french"]}]},
        ],
        max_tokens=200,
        random_seed=7,
        temperature=0.3,
        stop=["\n\n\n"],
    )
    equal(text_of(answer.choices[0].message.content), MESSAGES["french"], "content")


def stream():
    """A stream is the same answer; usage comes in the last chunk without being asked."""
    for name, text in MESSAGES.items():
        pieces = []
        last = None
        for event in client.chat.stream(model=MODEL, messages=user(text)):
            last = event.data
            for choice in last.choices:
                pieces.append(text_of(choice.delta.content))
        equal("".join(pieces), text, name)
        expect(len([piece for piece in pieces if piece]) > 1, f"{name}: one piece")
        equal(last.choices[0].finish_reason, "stop", f"{name}: finish reason")


def tools():
    """A call's arguments come back real; the round trip with the tool's message works."""
    text = MESSAGES["markup"]
    messages = user(text)
    answer = client.chat.complete(model=MODEL, messages=messages, tools=TOOLS)
    equal(answer.choices[0].finish_reason, "tool_calls", "finish reason")
    calls = answer.choices[0].message.tool_calls
    equal([call.function.name for call in calls], ["find_person", "find_file"], "names")
    messages.append(answer.choices[0].message)
    for call in calls:
        arguments_are_real(call.function.arguments, text, call.function.name)
        result = f"Dossier de {MESSAGES['french']}"
        name = call.function.name
        messages.append(
            {"role": "tool", "tool_call_id": call.id, "name": name, "content": result}
        )
    answer = client.chat.complete(model=MODEL, messages=messages, tools=TOOLS)
    equal(text_of(answer.choices[0].message.content), result, "the answer after the tools")


def stream_tools():
    """Streamed calls add up to real arguments."""
    text = MESSAGES["markup"]
    calls = {}
    for event in client.chat.stream(model=MODEL, messages=user(text), tools=TOOLS):
        for choice in event.data.choices:
            for call in choice.delta.tool_calls or []:
                held = calls.setdefault(call.index, {"name": "", "arguments": ""})
                held["name"] += call.function.name or ""
                held["arguments"] += call.function.arguments or ""
    equal([calls[index]["name"] for index in (0, 1)], ["find_person", "find_file"], "names")
    for call in calls.values():
        arguments_are_real(call["arguments"], text, call["name"])


def embeddings():
    """One vector an input."""
    answer = client.embeddings.create(model=EMBED_MODEL, inputs=["Un", "واحد"])
    equal(len(answer.data), 2, "vectors")
    expect(len(answer.data[0].embedding) > 0, "an empty vector")


def models():
    """The list holds the model, and it can be retrieved."""
    names = [getattr(card, "id", None) for card in client.models.list().data]
    expect(MODEL in names, f"{MODEL} is not in {names}")
    equal(client.models.retrieve(model_id=MODEL).id, MODEL, "retrieved")


def refused(status, call, what):
    """The call raises the client's error with this status."""
    try:
        call()
    except MistralError as error:
        equal(error.status_code, status, f"{what}: status ({error.body})")
        return error
    return expect(False, f"{what}: expected status {status}, nothing was raised")


def errors():
    """Each refusal has its status."""
    wrong = Mistral(api_key="igd_wrong", server_url=ROOT)
    complete = client.chat.complete
    refused(401, lambda: wrong.chat.complete(model=MODEL, messages=user("Salam")), "a wrong key")
    unknown = "no-such-model-anywhere"
    refused(404, lambda: complete(model=unknown, messages=user("Salam")), "an unknown model")
    refused(404, lambda: client.models.retrieve(model_id=unknown), "an unknown card")
    refused(400, lambda: complete(model=MODEL, messages=[]), "no message")


def rate_limit():
    """Over the limit: status 429, and when to come back."""
    if LIMITED_KEY is None:
        return
    limited = Mistral(api_key=LIMITED_KEY, server_url=ROOT)
    for _ in range(20):
        try:
            limited.chat.complete(model=MODEL, messages=user("Salam"))
        except MistralError as error:
            equal(error.status_code, 429, "status")
            expect(int(error.headers["retry-after"]) >= 1, "no Retry-After")
            return
    expect(False, "20 requests passed the limited key")


def headers():
    """A streamed answer names its receipt too."""
    if DIRECT:
        return
    with client.chat.stream(model=MODEL, messages=user(MESSAGES["french"])) as events:
        receipt = events.response.headers.get("x-igudar-receipt", "")
        expect(receipt.startswith("rcp_"), f"x-igudar-receipt is {receipt!r}")
        for _ in events:
            pass


if __name__ == "__main__":
    run(
        [
            ("mistral chat", chat),
            ("mistral options", options),
            ("mistral stream", stream),
            ("mistral tools", tools),
            ("mistral stream tools", stream_tools),
            ("mistral embeddings", embeddings),
            ("mistral models", models),
            ("mistral errors", errors),
            ("mistral rate limit", rate_limit),
            ("mistral headers", headers),
        ]
    )
