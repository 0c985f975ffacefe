use super::*;

fn check(bytes: &[u8], expect: &str) {
    assert_eq!(String::from_utf8_lossy(bytes), expect);
}

fn head() -> AnswerHead {
    AnswerHead { id: "chatcmpl-1".to_owned(), created: 7, model: "m".to_owned() }
}

#[test]
fn events_have_the_shape_of_the_api() {
    let plain = EventWriter { head: head(), shape: Shape::Chat, include_usage: false };
    let start =
        r#"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":7,"model":"m","#;
    check(
        &plain.role(0),
        &format!(
            r#"{start}"choices":[{{"index":0,"delta":{{"role":"assistant","content":""}},"logprobs":null,"finish_reason":null}}]}}{}"#,
            "\n\n"
        ),
    );
    check(
        &plain.content(1, "é\n"),
        &format!(
            r#"{start}"choices":[{{"index":1,"delta":{{"content":"é\n"}},"logprobs":null,"finish_reason":null}}]}}{}"#,
            "\n\n"
        ),
    );
    check(&plain.end(TokenUsage::chat(1, 2)), "data: [DONE]\n\n");
    let counted = EventWriter { head: head(), shape: Shape::Chat, include_usage: true };
    check(
        &counted.finish(0, Finish::Length),
        &format!(
            r#"{start}"choices":[{{"index":0,"delta":{{}},"logprobs":null,"finish_reason":"length"}}],"usage":null}}{}"#,
            "\n\n"
        ),
    );
    check(
        &counted.end(TokenUsage::chat(3, 2)),
        &format!(
            "{start}\"choices\":[],\"usage\":{{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}}}}\n\ndata: [DONE]\n\n"
        ),
    );
}

#[test]
fn plain_text_has_the_older_shape() {
    let events = EventWriter { head: head(), shape: Shape::Text, include_usage: false };
    let start = r#""id":"chatcmpl-1","object":"text_completion","created":7,"model":"m","#;
    check(&events.role(0), "");
    check(
        &events.content(1, "é"),
        &format!(
            "data: {{{start}\"choices\":[{{\"index\":1,\"text\":\"é\",\"logprobs\":null,\"finish_reason\":null}}]}}\n\n"
        ),
    );
    check(
        &continuation(&head(), &[("a".to_owned(), None, Finish::Length)], TokenUsage::chat(3, 2)),
        &format!(
            r#"{{{start}"choices":[{{"index":0,"text":"a","logprobs":null,"finish_reason":"length"}}],"usage":{{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}}}"#
        ),
    );
}

#[test]
fn bodies_have_the_shape_of_the_api() {
    check(
        &completion(&head(), &[("a".to_owned(), Finish::Stop)], TokenUsage::chat(3, 2)),
        r#"{"id":"chatcmpl-1","object":"chat.completion","created":7,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#,
    );
    check(
        &embeddings("m", &[vec![0.5, -1.0]], false, TokenUsage::embeddings(3)),
        r#"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-1.0]}],"model":"m","usage":{"prompt_tokens":3,"total_tokens":3}}"#,
    );
    check(
        &embeddings("m", &[vec![1.0]], true, TokenUsage::embeddings(3)),
        r#"{"object":"list","data":[{"object":"embedding","index":0,"embedding":"AACAPw=="}],"model":"m","usage":{"prompt_tokens":3,"total_tokens":3}}"#,
    );
}
