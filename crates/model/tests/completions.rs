//! `POST /v1/completions`: what is read of requests and answers, and what the destinations' dialects edit.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt};
use model::dialect::{Dialect, Target, member_edits, output_bound};
use model::echo::Echo;
use model::{
    Answer, Ask, Limits, Model, Request, RequestError, Route, read_answer, read_chunk, read_request,
};

fn read(body: &str) -> Result<Request, RequestError> {
    read_request(Route::Completions, body, &Limits::default())
}

fn check(members: &str, texts: &[&str]) -> Request {
    let request = read(&format!(r#"{{"model":"m",{members}}}"#)).unwrap();
    let found: Vec<String> =
        request.texts.iter().map(|part| format!("{}: {}", part.path, part.text)).collect();
    assert_eq!(found, texts, "for {members}");
    request
}

#[test]
fn requests_are_read() {
    let one = check(r#""prompt":"a""#, &["prompt: a"]);
    assert_eq!((one.choices, one.max_tokens, one.echo, one.token_ids), (1, None, false, false));
    let several = check(r#""prompt":["a","b"],"n":3"#, &["prompt[0]: a", "prompt[1]: b"]);
    assert_eq!(several.choices, 6);
    let tokens = check(r#""prompt":[1,2,3],"echo":true,"max_tokens":0"#, &[]);
    assert!(tokens.token_ids && tokens.echo);
    assert_eq!((tokens.choices, tokens.max_tokens), (1, Some(0)));
    let lists = check(r#""prompt":[[1,2],[3]]"#, &[]);
    assert!(lists.token_ids);
    assert_eq!(lists.choices, 2);
    check(
        r#""prompt":"a","suffix":"b","stop":["c"],"user":"d","logprobs":1,"other":"e""#,
        &["suffix: b", "stop[0]: c", "user: d", "{6}: other", "{6}: e", "prompt: a"],
    );
    let stream = check(
        r#""prompt":"a","stream":true,"stream_options":{"include_usage":true}"#,
        &["prompt: a"],
    );
    assert!(stream.stream && stream.include_usage);
}

#[test]
fn what_is_no_request_is_refused() {
    for (members, param, expect) in [
        (r#""n":1"#, "prompt", "`prompt` is missing"),
        (r#""prompt":"""#, "prompt", "`prompt` is empty"),
        (r#""prompt":[]"#, "prompt", "`prompt` is empty"),
        (r#""prompt":null"#, "prompt", "`prompt` is missing"),
        (r#""prompt":["a",1]"#, "prompt", "mixes strings and token ids"),
        (r#""prompt":[["a"]]"#, "prompt[0]", "must be a string"),
        (r#""prompt":7"#, "prompt", "must be a string or a list"),
        (r#""prompt":"a","max_tokens":0"#, "max_tokens", "positive"),
        (r#""prompt":"a","echo":"yes""#, "echo", "true or false"),
        (r#""prompt":"a","logprobs":true"#, "logprobs", "a number"),
        (r#""prompt":"a","n":9"#, "n", "from 1 to 8"),
        (r#""prompt":"a","prompt":"b""#, "prompt", "stands twice"),
        (r#""prompt":"a","Prompt":"b""#, "prompt", "other letters"),
    ] {
        let error = read(&format!(r#"{{"model":"m",{members}}}"#)).unwrap_err();
        assert_eq!(error.param.as_deref(), Some(param), "for {members}");
        assert!(error.to_string().contains(expect), "for {members}: {error}");
    }
    let image = read(r#"{"model":"m","prompt":[{"image":"x"}]}"#).unwrap_err();
    assert!(image.is_unreadable_input());
}

fn edited(dialect: Dialect, members: &str) -> Result<String, String> {
    let body = format!(r#"{{"model":"m","prompt":"a"{members}}}"#);
    let request = read(&body).unwrap();
    let target = Target { dialect, model_name: "up", output_cap: 100, id_key: &[7; 32] };
    let members = member_edits(&request, &body, &target).map_err(|error| error.to_string())?;
    let none = vec![Vec::new(); request.texts.len()];
    let edited = request.rewrite(&body, &none, &members).unwrap();
    Ok(edited.strip_prefix(r#"{"model":"up","prompt":"a""#).unwrap().to_owned())
}

#[test]
fn dialects_cap_rename_and_refuse() {
    for dialect in [Dialect::OpenAi, Dialect::Local] {
        let check = |members: &str, expect: &str| {
            assert_eq!(edited(dialect, members).unwrap(), expect, "for {members}");
        };
        check("", r#","max_tokens":16}"#);
        check(r#","max_tokens":null"#, r#","max_tokens":16}"#);
        check(r#","max_tokens":50,"logprobs":1"#, r#","max_tokens":50,"logprobs":1}"#);
        check(r#","max_completion_tokens":5"#, r#","max_tokens":5}"#);
        check(r#","random_seed":5,"max_tokens":1"#, r#","seed":5,"max_tokens":1}"#);
        check(
            r#","max_tokens":1,"stream":true"#,
            r#","max_tokens":1,"stream":true,"stream_options":{"include_usage":true}}"#,
        );
        assert!(edited(dialect, r#","max_tokens":101"#).unwrap_err().contains("at most 100"));
        assert!(edited(dialect, r#","best_of":4"#).unwrap_err().contains("`best_of`"));
    }
    let mistral = edited(Dialect::Mistral, "").unwrap_err();
    assert!(mistral.contains("POST /v1/chat/completions"), "{mistral}");
    let bound = |members: &str, cap: u64| {
        output_bound(&read(&format!(r#"{{"model":"m",{members}}}"#)).unwrap(), cap)
    };
    assert_eq!(bound(r#""prompt":"a""#, 100), 16);
    assert_eq!(bound(r#""prompt":["a","b"],"n":2"#, 5), 20);
    assert_eq!(bound(r#""prompt":"a","echo":true,"max_tokens":0"#, 5), 0);
}

const SCORED: &str = r#"{"id":"c","object":"text_completion","choices":[{"index":0,"text":"ab é","logprobs":{"tokens":["a","b ","é"],"token_logprobs":[null,-1,-2.5],"top_logprobs":[null,{"b ":-1},{"x":-1e-3}],"text_offset":[0, 1,3]},"finish_reason":"length"}],"usage":{"prompt_tokens":2,"completion_tokens":1}}"#;

#[test]
fn answers_are_read_and_their_tokens_exchanged() {
    let answer = read_answer(Route::Completions, SCORED, &Limits::default()).unwrap();
    let texts: Vec<String> =
        answer.texts.iter().map(|part| format!("{}: {}", part.path, part.text)).collect();
    assert_eq!(texts, ["choices[0].text: ab é"]);
    assert!(answer.finished && answer.usage.is_some());
    assert_eq!(answer.token_lists[0].tokens, ["a", "b ", "é"]);
    assert_eq!(answer.rewrite(SCORED, &[Vec::new()]).unwrap(), SCORED, "byte for byte");
    let tokens = vec![vec![String::new(), "\"ⵣ".to_owned(), "é".to_owned()]];
    let exchanged = answer.rewrite_with_tokens(SCORED, &[Vec::new()], &tokens).unwrap();
    let expect =
        SCORED.replace(r#"["a","b ","é"]"#, r#"["","\"ⵣ","é"]"#).replace("[0, 1,3]", "[0, 0,2]");
    assert_eq!(exchanged, expect);
    for odd in ["null", "{}", r#"{"tokens":[1]}"#, r#"{"tokens":[]}"#, "7"] {
        let body = format!(r#"{{"choices":[{{"text":"a","logprobs":{odd}}}]}}"#);
        let answer = read_answer(Route::Completions, &body, &Limits::default()).unwrap();
        assert!(answer.token_lists.is_empty(), "for {odd}");
    }
}

#[test]
fn events_carry_running_text() {
    let data = r#"{"id":"c","object":"text_completion","created":1,"model":"m","choices":[{"index":2,"text":"ab","logprobs":null,"finish_reason":null}]}"#;
    let chunk = read_chunk(Route::Completions, data, &Limits::default()).unwrap();
    let channel = chunk.texts[0].channel.clone().unwrap();
    assert_eq!((channel.choice, channel.field.as_str()), (2, "text"));
    assert!(chunk.finished.is_empty());
    let held = chunk.with_only(data, &channel, "\"é").unwrap();
    assert_eq!(held, data.replace("\"ab\"", "\"\\\"é\""));
    let last = data.replace(r#""finish_reason":null"#, r#""finish_reason":"stop""#);
    assert_eq!(read_chunk(Route::Completions, &last, &Limits::default()).unwrap().finished, [2]);
}

fn echoed(body: &str, stream: bool) -> Result<String, String> {
    let body = Bytes::copy_from_slice(body.as_bytes());
    let ask = Ask { route: Route::Completions, body, stream };
    let answer = Echo.ask(ask).now_or_never().unwrap().map_err(|error| error.to_string())?;
    let bytes = match answer {
        Answer::Whole(bytes) => bytes.to_vec(),
        Answer::Stream(events) => {
            let pieces: Vec<_> = events.map(Result::unwrap).collect().now_or_never().unwrap();
            pieces.concat()
        }
    };
    Ok(String::from_utf8(bytes).unwrap())
}

#[test]
fn the_echo_answers_with_the_prompts() {
    let whole =
        echoed(r#"{"model":"m","prompt":["un deux","trois"],"max_tokens":1}"#, false).unwrap();
    let answer = read_answer(Route::Completions, &whole, &Limits::default()).unwrap();
    let texts: Vec<&str> = answer.texts.iter().map(|part| part.text.as_str()).collect();
    assert_eq!(texts, ["un", "trois"]);
    assert!(answer.finished);
    let usage = answer.usage.unwrap();
    assert_eq!((usage.prompt_tokens, usage.completion_tokens), (3, 2));
    let stream = echoed(r#"{"model":"m","prompt":"un deux trois"}"#, true).unwrap();
    let text: String = stream
        .lines()
        .filter_map(|line| line.strip_prefix("data: {"))
        .flat_map(|data| {
            let data = format!("{{{data}");
            let chunk = read_chunk(Route::Completions, &data, &Limits::default()).unwrap();
            chunk.texts.into_iter().map(|part| part.text)
        })
        .collect();
    assert_eq!(text, "un deux trois");
    assert!(stream.ends_with("data: [DONE]\n\n"));
    for (members, expect) in [
        (r#""prompt":"a","echo":true"#, "choose a model that runs on this machine"),
        (r#""prompt":"a","logprobs":1"#, "choose a model that runs on this machine"),
        (r#""prompt":[1,2]"#, "no tokenizer"),
    ] {
        let error = echoed(&format!(r#"{{"model":"m",{members}}}"#), false).unwrap_err();
        assert!(error.contains(expect), "{error}");
    }
}
