//! The edit lists of the destinations, golden bodies per dialect.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use model::dialect::{Dialect, Target, member_edits, opaque_id, output_bound};
use model::{Limits, Request, Route, read_request};

const CAP: u64 = 1000;

fn edited(route: Route, dialect: Dialect, body: &str) -> Result<String, String> {
    let request = read_request(route, body, &Limits::default()).unwrap();
    let target =
        Target { dialect, model_name: "upstream/\"name\"", output_cap: CAP, id_key: ID_KEY };
    let members = member_edits(&request, body, &target)
        .map_err(|error| format!("{}: {error}", error.param.as_deref().unwrap_or("-")))?;
    let no_edits = vec![Vec::new(); request.texts.len()];
    let edited = request.rewrite(body, &no_edits, &members).unwrap();
    // Whatever was edited is a good request still.
    read_request(route, &edited, &Limits::default()).unwrap();
    Ok(edited)
}

const NAME: &str = r#""upstream/\"name\"""#;
const MESSAGES: &str = r#""messages":[{"role":"user","content":"x"}]"#;

/// The members beside `model` and `messages`, before and after; the cap is given.
fn check(dialect: Dialect, members: &str, expect: &str) {
    let comma = |members: &str| if members.is_empty() { "" } else { "," };
    let body = format!(r#"{{"model":"m",{MESSAGES},"max_tokens":9{}{members}}}"#, comma(members));
    let expect =
        format!(r#"{{"model":{NAME},{MESSAGES},"max_tokens":9{}{expect}}}"#, comma(expect));
    assert_eq!(edited(Route::ChatCompletions, dialect, &body), Ok(expect), "for {members}");
}

fn check_body(dialect: Dialect, body: &str, expect: &str) {
    let expect = expect.replace("NAME", NAME);
    assert_eq!(edited(Route::ChatCompletions, dialect, body), Ok(expect), "for {body}");
}

fn refuse(dialect: Dialect, members: &str, expect: &str) {
    let body = format!(r#"{{"model":"m",{MESSAGES},{members}}}"#);
    let error = edited(Route::ChatCompletions, dialect, &body).unwrap_err();
    assert!(error.starts_with(expect), "for {members}: {error}");
}

#[test]
fn every_dialect_sets_the_model_and_the_cap() {
    let body = format!(r#"{{ "model" : "m" , {MESSAGES} }}"#);
    let with = |cap: &str| format!(r#"{{ "model" : NAME , {MESSAGES},{cap} }}"#);
    check_body(Dialect::OpenAi, &body, &with(r#""max_completion_tokens":1000"#));
    check_body(Dialect::Local, &body, &with(r#""max_tokens":1000"#));
    check_body(Dialect::Mistral, &body, &with(r#""max_tokens":1000"#));
    // The last member is null: the inserted cap takes its place.
    check_body(
        Dialect::OpenAi,
        r#"{"model":"m","messages":[{"role":"user","content":"x"}],"n":1,"max_tokens": null}"#,
        r#"{"model":NAME,"messages":[{"role":"user","content":"x"}],"n":1,"max_completion_tokens":1000}"#,
    );
    check_body(
        Dialect::Mistral,
        r#"{"max_tokens":null,"model":"m","messages":[{"role":"user","content":"x"}],"max_completion_tokens":null,"user":null}"#,
        r#"{"model":NAME,"messages":[{"role":"user","content":"x"}],"max_tokens":1000}"#,
    );
}

#[test]
fn a_cap_above_the_destinations_is_refused() {
    for dialect in [Dialect::OpenAi, Dialect::Local, Dialect::Mistral] {
        refuse(
            dialect,
            r#""max_tokens":1001"#,
            "max_tokens: this model may write at most 1000 tokens here",
        );
        refuse(dialect, r#""max_completion_tokens":5000"#, "max_tokens: ");
    }
    check(Dialect::OpenAi, "", "");
}

#[test]
fn openai_and_local_keep_what_they_know() {
    for dialect in [Dialect::OpenAi, Dialect::Local] {
        for members in [
            r#""seed":7"#,
            r#""temperature":1e-7,"top_p":0.10"#,
            r#""user":"u","metadata":{"a":"b"},"store":true"#,
            r#""logprobs":true,"top_logprobs":5,"logit_bias":{"1":2}"#,
            r#""x_unknown" : [ 1.0 , 12345678901234567890123456789 ]"#,
            r#""max_completion_tokens":9"#,
            r#""tool_choice":"required""#,
            r#""functions":[],"function_call":"auto""#,
        ] {
            check(dialect, members, members);
        }
        check(dialect, r#""random_seed":7"#, r#""seed":7"#);
        check(dialect, r#""random_seed":7,"seed":7"#, r#""seed":7"#);
        check(dialect, r#""random_seed":7,"seed":null"#, r#""seed":7"#);
        check(dialect, r#""random_seed":null,"seed":7"#, r#""seed":7"#);
        check(dialect, r#""tool_choice":"any""#, r#""tool_choice":"required""#);
        refuse(dialect, r#""seed":1,"random_seed":2"#, "random_seed: ");
    }
}

#[test]
fn usage_is_always_asked_for_in_streams() {
    for dialect in [Dialect::OpenAi, Dialect::Local] {
        check(dialect, r#""stream":false"#, r#""stream":false"#);
        check(
            dialect,
            r#""stream":true"#,
            r#""stream":true,"stream_options":{"include_usage":true}"#,
        );
        check(
            dialect,
            r#""stream":true,"stream_options":null"#,
            r#""stream":true,"stream_options":{"include_usage":true}"#,
        );
        check(
            dialect,
            r#""stream_options":{ },"stream":true"#,
            r#""stream_options":{"include_usage":true },"stream":true"#,
        );
        check(
            dialect,
            r#""stream":true,"stream_options":{"include_obfuscation": false}"#,
            r#""stream":true,"stream_options":{"include_obfuscation": false,"include_usage":true}"#,
        );
        check(
            dialect,
            r#""stream":true,"stream_options":{"include_usage": false}"#,
            r#""stream":true,"stream_options":{"include_usage": true}"#,
        );
        check(
            dialect,
            r#""stream":true,"stream_options":{"include_usage":true}"#,
            r#""stream":true,"stream_options":{"include_usage":true}"#,
        );
    }
    check(
        Dialect::Mistral,
        r#""stream":true,"stream_options":{"include_usage":true}"#,
        r#""stream":true"#,
    );
}

#[test]
fn openai_does_not_get_what_only_mistral_knows() {
    let dialect = Dialect::OpenAi;
    check(dialect, r#""safe_prompt":false,"guardrails":[ ],"prompt_mode":null"#, "");
    refuse(dialect, r#""safe_prompt":true"#, "safe_prompt: ");
    refuse(dialect, r#""prompt_mode":"reasoning""#, "prompt_mode: ");
    check(Dialect::Local, r#""safe_prompt":true"#, r#""safe_prompt":true"#);
    check_body(
        dialect,
        r#"{"model":"m","max_tokens":1,"messages":[{"role":"assistant","content":"x","prefix":false}]}"#,
        r#"{"model":NAME,"max_tokens":1,"messages":[{"role":"assistant","content":"x"}]}"#,
    );
}

#[test]
fn mistral_translates() {
    let dialect = Dialect::Mistral;
    check(dialect, r#""seed":7"#, r#""random_seed":7"#);
    check(dialect, r#""s\u0065ed" : 7"#, r#""random_seed" : 7"#);
    check(dialect, r#""random_seed":7"#, r#""random_seed":7"#);
    check(dialect, r#""seed":7,"random_seed":7"#, r#""random_seed":7"#);
    check(dialect, r#""max_completion_tokens":9"#, "");
    check_body(
        dialect,
        r#"{"model":"m","max_completion_tokens":9,"messages":[{"role":"developer","content":"x"}]}"#,
        r#"{"model":NAME,"max_tokens":9,"messages":[{"role":"system","content":"x"}]}"#,
    );
    refuse(dialect, r#""seed":7,"random_seed":8"#, "seed: ");
}

#[test]
fn mistral_keeps_what_it_knows() {
    for members in [
        r#""temperature":0.7,"top_p":1"#,
        r#""temperature":0"#,
        r#""temperature":1.0"#,
        r#""stop":["a"],"metadata":{"a":"b"}"#,
        r#""tool_choice":"any","parallel_tool_calls":false"#,
        r#""tool_choice":"required""#,
        r#""response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{}}}"#,
        r#""safe_prompt":true,"guardrails":[],"prompt_mode":"reasoning","reasoning_effort":"high""#,
        r#""prediction":{"type":"content","content":""},"n":2,"prompt_cache_key":"k""#,
        r#""presence_penalty":0.1,"frequency_penalty":-0.1"#,
    ] {
        check(Dialect::Mistral, members, members);
    }
}

#[test]
fn mistral_loses_only_what_says_nothing() {
    let dialect = Dialect::Mistral;
    check(dialect, r#""user":"u","safety_identifier":"s""#, "");
    check(dialect, r#""logprobs":false,"top_logprobs":null,"logit_bias":{ },"store":false"#, "");
    check(dialect, r#""service_tier":"auto","verbosity":"medium","modalities":[ "text" ]"#, "");
    check(dialect, r#""x_unknown":null,"n":1"#, r#""n":1"#);
    check(dialect, r#""user":"u","n":1,"user2":null,"store":null"#, r#""n":1"#);
    for (members, param) in [
        (r#""logprobs":true"#, "logprobs"),
        (r#""top_logprobs":3"#, "top_logprobs"),
        (r#""logit_bias":{"1":1}"#, "logit_bias"),
        (r#""service_tier":"flex""#, "service_tier"),
        (r#""store":true"#, "store"),
        (r#""functions":[{"name":"f"}]"#, "functions"),
        (r#""function_call":"auto""#, "function_call"),
        (r#""top_k":40"#, "top_k"),
        (r#""x_unknown":1"#, "{2}"),
        (r#""06 12 34 56 78":1"#, "{2}"),
        (r#""temperature":1.01"#, "temperature"),
        (r#""temperature":-0.1"#, "temperature"),
        (r#""temperature":2"#, "temperature"),
        (r#""reasoning_effort":"low""#, "reasoning_effort"),
    ] {
        refuse(dialect, members, &format!("{param}: "));
    }
    let tools = vec![r#"{"type":"function","function":{"name":"f"}}"#; 129].join(",");
    refuse(dialect, &format!(r#""tools":[{tools}]"#), "tools: ");
}

#[test]
fn mistral_messages() {
    let check = |message: &str, expect: &str| {
        check_body(
            Dialect::Mistral,
            &format!(r#"{{"model":"m","max_tokens":1,"messages":[{message}]}}"#),
            &format!(r#"{{"model":NAME,"max_tokens":1,"messages":[{expect}]}}"#),
        );
    };
    check(
        r#"{"role":"assistant","content":"x","refusal":null,"annotations":[],"audio":null,"function_call":null,"tool_calls":null}"#,
        r#"{"role":"assistant","content":"x","tool_calls":null}"#,
    );
    check(
        r#"{"role":"assistant","content":"x","prefix":true}"#,
        r#"{"role":"assistant","content":"x","prefix":true}"#,
    );
    check(r#"{"name":null,"role":"user","content":"x"}"#, r#"{"role":"user","content":"x"}"#);
    let refuse = |message: &str, param: &str| {
        let body = format!(r#"{{"model":"m","messages":[{message}]}}"#);
        let error = edited(Route::ChatCompletions, Dialect::Mistral, &body).unwrap_err();
        assert!(error.starts_with(&format!("{param}: ")), "for {message}: {error}");
    };
    refuse(r#"{"role":"user","name":"n","content":"x"}"#, "messages[0].name");
    refuse(r#"{"role":"assistant","refusal":"no"}"#, "messages[0].refusal");
    refuse(
        r#"{"role":"assistant","content":"x","reasoning_content":"r"}"#,
        "messages[0].reasoning_content",
    );
    refuse(r#"{"role":"function","name":"f","content":"x"}"#, "messages[0].role");
    refuse(r#"{"role":"user","content":"x","weight":1}"#, "messages[0].weight");
}

const ID_KEY: &[u8; 32] = &[7; 32];

fn id_of(id: &str) -> String {
    opaque_id(ID_KEY, id)
}

#[test]
fn tool_call_ids() {
    let body = |id: &str| {
        format!(
            r#"{{"model":"m","max_tokens":1,"messages":[{{"role":"assistant","tool_calls":[{{"id":"{id}","type":"function","function":{{"name":"f","arguments":"{{}}"}}}}]}},{{"role":"tool","tool_call_id":"{id}","content":"x"}}]}}"#
        )
    };
    let check = |dialect: Dialect, id: &str, expect: &str| {
        let expect = body(expect).replace("\"m\"", NAME);
        assert_eq!(edited(Route::ChatCompletions, dialect, &body(id)), Ok(expect), "for {id}");
    };
    let long = "call_abcdefghijklmnopqrstuvwx";
    check(Dialect::Mistral, "aB3dE6gH9", "aB3dE6gH9");
    check(Dialect::Mistral, long, &id_of(long));
    check(Dialect::Mistral, "aB3dE6gH_", &id_of("aB3dE6gH_"));
    check(Dialect::Mistral, "مرحبا", &id_of("مرحبا"));
    check(Dialect::OpenAi, long, long);
    check(Dialect::OpenAi, "toolu-1_2", "toolu-1_2");
    check(Dialect::OpenAi, "amina@example.ma", &id_of("amina@example.ma"));
    check(Dialect::Local, &"x".repeat(65), &id_of(&"x".repeat(65)));
    for id in ["", "a", long, "مرحبا"] {
        let new = id_of(id);
        assert!(new.len() == 9 && new.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{new}");
        assert_eq!(new, id_of(id));
    }
    assert_ne!(id_of("a"), id_of("b"));
    assert_ne!(id_of("a"), opaque_id(&[8; 32], "a"), "another installation, another id");
}

#[test]
fn embeddings() {
    let check = |dialect: Dialect, members: &str, expect: &str| {
        let body = format!(r#"{{"model":"m","input":["a","b"]{members}}}"#);
        let expect = format!(r#"{{"model":{NAME},"input":["a","b"]{expect}}}"#);
        assert_eq!(edited(Route::Embeddings, dialect, &body), Ok(expect), "for {members}");
    };
    check(Dialect::Mistral, r#","dimensions":256"#, r#","output_dimension":256"#);
    check(
        Dialect::Mistral,
        r#","user":"u","encoding_format":"float""#,
        r#","encoding_format":"float""#,
    );
    check(Dialect::Mistral, r#","output_dtype":"int8""#, r#","output_dtype":"int8""#);
    check(Dialect::OpenAi, r#","output_dimension":256"#, r#","dimensions":256"#);
    check(Dialect::OpenAi, r#","output_dtype":"float","user":"u""#, r#","user":"u""#);
    check(Dialect::Local, r#","dimensions":256,"x":1"#, r#","dimensions":256,"x":1"#);
    let refuse = |dialect: Dialect, members: &str, param: &str| {
        let body = format!(r#"{{"model":"m","input":"a",{members}}}"#);
        let error = edited(Route::Embeddings, dialect, &body).unwrap_err();
        assert!(error.starts_with(&format!("{param}: ")), "for {members}: {error}");
    };
    // A name that no API publishes is shown by its place: it could be a personal value.
    refuse(Dialect::Mistral, r#""x":1"#, "{2}");
    refuse(Dialect::Mistral, r#""dimensions":1,"output_dimension":2"#, "dimensions");
    refuse(Dialect::OpenAi, r#""output_dtype":"int8""#, "output_dtype");
}

#[test]
fn the_bound_of_the_output() {
    let check = |members: &str, expect: u64| {
        let body = format!(r#"{{"model":"m",{MESSAGES}{members}}}"#);
        let request: Request =
            read_request(Route::ChatCompletions, &body, &Limits::default()).unwrap();
        assert_eq!(output_bound(&request, CAP), expect, "for {members}");
    };
    check("", 1000);
    check(r#","max_tokens":10"#, 10);
    check(r#","max_tokens":10,"n":3"#, 30);
    check(r#","n":8"#, 8000);
    check(r#","max_completion_tokens":5000"#, 1000);
}

#[test]
fn what_changes_the_cost_is_refused() {
    for members in [
        r#""best_of":1000"#,
        r#""models":["x"]"#,
        r#""extra_body":{"n":5}"#,
        r#""maxTokens":9999"#,
        r#""service_tier":"priority""#,
    ] {
        let name = members.split('"').nth(1).unwrap();
        for dialect in [Dialect::OpenAi, Dialect::Local] {
            refuse(dialect, members, &format!("{name}: "));
        }
    }
    check(
        Dialect::OpenAi,
        r#""best_of":null,"service_tier":"flex""#,
        r#""best_of":null,"service_tier":"flex""#,
    );
}

#[test]
fn a_hundred_thousand_removed_members() {
    let nulls = r#""a":null,"#.repeat(100_000);
    let body = format!(r#"{{{nulls}"model":"m",{MESSAGES},"max_tokens":9}}"#);
    let expect = format!(r#"{{"model":{NAME},{MESSAGES},"max_tokens":9}}"#);
    assert_eq!(edited(Route::ChatCompletions, Dialect::Mistral, &body), Ok(expect));
}

#[test]
fn what_changes_the_cost_is_refused_however_it_is_spelled() {
    for (member, shown) in [
        ("Best_Of", "best_of"),
        ("bestOf", "best_of"),
        ("max-tokens", "maxTokens"),
        ("maxCompletionTokens", "maxCompletionTokens"),
        ("num_return_sequences", "num_return_sequences"),
        ("candidateCount", "candidate_count"),
        ("n_predict", "n_predict"),
        ("options", "options"),
        ("plugins", "plugins"),
    ] {
        for dialect in [Dialect::OpenAi, Dialect::Local] {
            refuse(dialect, &format!(r#""{member}":5"#), &format!("{shown}: "));
            let body = format!(r#"{{"model":"e","input":"x","{member}":5}}"#);
            let error = edited(Route::Embeddings, dialect, &body).unwrap_err();
            assert!(error.starts_with(&format!("{shown}: ")), "for {member}: {error}");
        }
    }
}

#[test]
fn a_refused_cap_is_not_repeated() {
    let body = format!(r#"{{"model":"m",{MESSAGES},"max_tokens":212612345678}}"#);
    let error = edited(Route::ChatCompletions, Dialect::Local, &body).unwrap_err();
    assert!(!error.contains("612345678"), "{error}");
}
