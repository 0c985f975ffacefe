"""The openai client from PyPI, unmodified, against a running server. Environment: see checks.py."""

import openai

from checks import (
    DIRECT,
    EMBED_MODEL,
    KEY,
    LIMITED_KEY,
    MESSAGES,
    MODEL,
    ROOT,
    TOOLS,
    arguments_are_real,
    equal,
    expect,
    run,
)

client = openai.OpenAI(base_url=f"{ROOT}/v1", api_key=KEY, max_retries=0, timeout=60)


def user(text):
    """A conversation of one message."""
    return [{"role": "user", "content": text}]


def chat():
    """A whole answer holds the real values."""
    for name, text in MESSAGES.items():
        answer = client.chat.completions.create(model=MODEL, messages=user(text))
        equal(answer.choices[0].message.content, text, name)
        equal(answer.choices[0].finish_reason, "stop", f"{name}: finish reason")
        expect(answer.usage and answer.usage.prompt_tokens > 0, f"{name}: no usage")


def content_parts():
    """Content in parts is read like a string."""
    parts = [{"type": "text", "text": MESSAGES["french"]}]
    answer = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": parts}]
    )
    equal(answer.choices[0].message.content, MESSAGES["french"], "content")


def conversation():
    """A conversation with a system message and history."""
    messages = [
        {"role": "system", "content": "Le dossier est celui de Karim Bennani."},
        {"role": "user", "content": MESSAGES["arabic"]},
        {"role": "assistant", "content": "Bien reçu, Karim Bennani."},
        {"role": "user", "content": MESSAGES["french"]},
    ]
    answer = client.chat.completions.create(model=MODEL, messages=messages, temperature=0.2)
    equal(answer.choices[0].message.content, MESSAGES["french"], "content")


def stream():
    """A stream is the same answer, in more than one piece, without usage nobody asked for."""
    for name, text in MESSAGES.items():
        pieces = []
        finish = None
        for chunk in client.chat.completions.create(
            model=MODEL, messages=user(text), stream=True
        ):
            expect(chunk.choices, f"{name}: a chunk without choices though no usage was asked for")
            expect(chunk.usage is None, f"{name}: usage that was not asked for")
            if chunk.choices[0].delta.content:
                pieces.append(chunk.choices[0].delta.content)
            finish = chunk.choices[0].finish_reason or finish
        equal("".join(pieces), text, name)
        expect(len(pieces) > 1, f"{name}: the stream came in one piece")
        equal(finish, "stop", f"{name}: finish reason")


def stream_usage():
    """Usage comes in a last chunk of its own when asked for."""
    chunks = list(
        client.chat.completions.create(
            model=MODEL,
            messages=user(MESSAGES["french"]),
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    equal(chunks[-1].choices, [], "the last chunk's choices")
    usage = chunks[-1].usage
    expect(usage and usage.prompt_tokens > 0 and usage.completion_tokens > 0, "no usage")


def several_choices():
    """Two choices, streamed side by side."""
    texts = {0: "", 1: ""}
    for chunk in client.chat.completions.create(
        model=MODEL, messages=user(MESSAGES["arabic"]), n=2, stream=True
    ):
        for choice in chunk.choices:
            texts[choice.index] += choice.delta.content or ""
    equal(texts, {0: MESSAGES["arabic"], 1: MESSAGES["arabic"]}, "choices")


def tools():
    """A call's arguments come back real; the round trip with the tool's message works."""
    text = MESSAGES["markup"]
    messages = user(text)
    answer = client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)
    equal(answer.choices[0].finish_reason, "tool_calls", "finish reason")
    calls = answer.choices[0].message.tool_calls
    equal([call.function.name for call in calls], ["find_person", "find_file"], "names")
    messages.append(answer.choices[0].message.model_dump(exclude_none=True))
    for call in calls:
        arguments_are_real(call.function.arguments, text, call.function.name)
        result = f"Dossier de {MESSAGES['french']}"
        messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
    answer = client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)
    equal(answer.choices[0].message.content, result, "the answer after the tools")


def named_tool():
    """A named tool choice arrives."""
    answer = client.chat.completions.create(
        model=MODEL,
        messages=user(MESSAGES["french"]),
        tools=TOOLS,
        tool_choice={"type": "function", "function": {"name": "find_file"}},
    )
    calls = answer.choices[0].message.tool_calls
    equal([call.function.name for call in calls], ["find_file"], "names")


def stream_tools():
    """Streamed calls keep their index; their fragments add up to real arguments."""
    text = MESSAGES["markup"]
    calls = {}
    finish = None
    for chunk in client.chat.completions.create(
        model=MODEL, messages=user(text), tools=TOOLS, stream=True
    ):
        for call in chunk.choices[0].delta.tool_calls or []:
            held = calls.setdefault(call.index, {"id": None, "name": "", "arguments": ""})
            held["id"] = call.id or held["id"]
            held["name"] += call.function.name or ""
            held["arguments"] += call.function.arguments or ""
        finish = chunk.choices[0].finish_reason or finish
    equal(finish, "tool_calls", "finish reason")
    equal([calls[index]["name"] for index in (0, 1)], ["find_person", "find_file"], "names")
    expect(calls[0]["id"] and calls[0]["id"] != calls[1]["id"], "ids are missing or equal")
    for call in calls.values():
        arguments_are_real(call["arguments"], text, call["name"])


def stream_helper():
    """The client's own stream helper, which checks the events harder, sees the same answer."""
    with client.chat.completions.stream(
        model=MODEL, messages=user(MESSAGES["french"]), stream_options={"include_usage": True}
    ) as events:
        for _ in events:
            pass
        final = events.get_final_completion()
    equal(final.choices[0].message.content, MESSAGES["french"], "content")
    expect(final.usage is not None, "no usage")


def embeddings():
    """Embeddings as floats and in the client's default encoding agree."""
    inputs = ["Une demande de passeport", "طلب جواز السفر"]
    floats = client.embeddings.create(model=EMBED_MODEL, input=inputs, encoding_format="float")
    default = client.embeddings.create(model=EMBED_MODEL, input=inputs)
    equal([item.index for item in floats.data], [0, 1], "indexes")
    for one, other in zip(floats.data, default.data):
        expect(len(one.embedding) > 0, "an empty vector")
        distance = max(abs(a - b) for a, b in zip(one.embedding, other.embedding))
        expect(distance < 1e-6, f"the encodings differ by {distance}")
    single = client.embeddings.create(model=EMBED_MODEL, input=inputs[0])
    equal(len(single.data), 1, "one input")


def models():
    """The list holds the model, and each can be retrieved."""
    names = [model.id for model in client.models.list()]
    expect(MODEL in names, f"{MODEL} is not in {names}")
    equal(client.models.retrieve(MODEL).id, MODEL, "retrieved")


def refused(kind, call, what):
    """The call raises this error of the client, with a message."""
    try:
        call()
    except kind as error:
        expect(error.message, f"{what}: no message")
        expect(error.code or DIRECT, f"{what}: no code")
        return error
    except openai.OpenAIError as error:
        expect(False, f"{what}: expected {kind.__name__}, found {type(error).__name__}: {error}")
    return expect(False, f"{what}: expected {kind.__name__}, nothing was raised")


def errors():
    """Each refusal is the client's own error for it."""
    wrong = openai.OpenAI(base_url=f"{ROOT}/v1", api_key="igd_wrong", max_retries=0)
    create = client.chat.completions.create
    refused(
        openai.AuthenticationError,
        lambda: wrong.chat.completions.create(model=MODEL, messages=user("Salam")),
        "a wrong key",
    )
    refused(openai.AuthenticationError, wrong.models.list, "a wrong key, models")
    unknown = "no-such-model-anywhere"
    refused(
        openai.NotFoundError,
        lambda: create(model=unknown, messages=user("Salam")),
        "an unknown model",
    )
    refused(openai.NotFoundError, lambda: client.models.retrieve(unknown), "an unknown card")
    refused(openai.BadRequestError, lambda: create(model=MODEL, messages=[]), "no message")
    if not DIRECT:
        refused(
            openai.BadRequestError,
            lambda: create(model=MODEL, messages=user("Salam"), max_tokens="many"),
            "a wrong type",
        )


def rate_limit():
    """Over the limit: the client's own error, and when to come back."""
    if LIMITED_KEY is None:
        return
    limited = openai.OpenAI(base_url=f"{ROOT}/v1", api_key=LIMITED_KEY, max_retries=0)
    for _ in range(20):
        try:
            limited.chat.completions.create(model=MODEL, messages=user("Salam"))
        except openai.RateLimitError as error:
            expect(int(error.response.headers["retry-after"]) >= 1, "no Retry-After")
            return
    expect(False, "20 requests passed the limited key")


def headers():
    """Every answer names its receipt; the receipt can be fetched with the same key."""
    if DIRECT:
        return
    raw = client.chat.completions.with_raw_response.create(
        model=MODEL, messages=user(MESSAGES["french"])
    )
    receipt = raw.headers.get("x-igudar-receipt", "")
    expect(receipt.startswith("rcp_"), f"x-igudar-receipt is {receipt!r}")
    findings = raw.headers.get("x-igudar-findings", "")
    expect("cin=1" in findings, f"x-igudar-findings is {findings!r}")
    expect(raw.headers.get("x-igudar-destination"), "x-igudar-destination is missing")
    expect(raw.headers.get("x-ratelimit-limit-requests"), "x-ratelimit-limit-requests is missing")
    equal(raw.parse().choices[0].message.content, MESSAGES["french"], "content")
    fetched = client.get(f"/receipts/{receipt}", cast_to=object)
    expect(isinstance(fetched, dict) and fetched, f"the receipt is {fetched!r}")


if __name__ == "__main__":
    run(
        [
            ("openai chat", chat),
            ("openai content parts", content_parts),
            ("openai conversation", conversation),
            ("openai stream", stream),
            ("openai stream usage", stream_usage),
            ("openai several choices", several_choices),
            ("openai tools", tools),
            ("openai named tool", named_tool),
            ("openai stream tools", stream_tools),
            ("openai stream helper", stream_helper),
            ("openai embeddings", embeddings),
            ("openai models", models),
            ("openai errors", errors),
            ("openai rate limit", rate_limit),
            ("openai headers", headers),
        ]
    )
