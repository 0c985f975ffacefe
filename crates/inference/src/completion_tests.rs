//! Continuations, probabilities and the tokenizer with the real model, see [`crate::model_tests`].

use model::{Route, Tokenizer};
use serde_json::{Value, json};

use crate::LocalModel;
use crate::model_tests::{asked, events, loaded};

async fn complete(model: &LocalModel, prompt: Value, others: Value) -> Result<Value, String> {
    let mut body = json!({"model": "m", "temperature": 0, "max_tokens": 4, "prompt": prompt});
    for (name, value) in others.as_object().unwrap() {
        body[name] = value.clone();
    }
    asked(model, Route::Completions, body).await
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().filter_map(Value::as_f64).collect()
}

/// What must hold of every choice that tells its tokens.
fn holds_together(choice: &Value) {
    let text = choice["text"].as_str().unwrap();
    let logprobs = &choice["logprobs"];
    let tokens: Vec<&str> = logprobs["tokens"]
        .as_array()
        .unwrap()
        .iter()
        .map(|token| token.as_str().unwrap())
        .collect();
    assert_eq!(tokens.concat(), text);
    for name in ["token_logprobs", "top_logprobs", "text_offset"] {
        assert_eq!(logprobs[name].as_array().unwrap().len(), tokens.len(), "{name}");
    }
    let mut offset = 0;
    for (place, token) in tokens.iter().enumerate() {
        assert_eq!(logprobs["text_offset"][place], offset);
        offset += token.chars().count();
        let Some(own) = logprobs["token_logprobs"][place].as_f64() else {
            assert_eq!((place, &logprobs["top_logprobs"][place]), (0, &Value::Null));
            continue;
        };
        assert!(own <= 0.0);
        let top = logprobs["top_logprobs"][place].as_object().unwrap();
        assert!(top.values().any(|logprob| logprob.as_f64() == Some(own)), "its own is among them");
        let sum: f64 = top.values().map(|logprob| logprob.as_f64().unwrap().exp()).sum();
        assert!(sum <= 1.0 + 1e-5, "{sum}");
    }
}

#[tokio::test]
async fn prompts_are_given_back_with_the_probability_of_each_token() {
    let Some(model) = loaded(|_| {}).await else { return };
    let told = json!({"echo": true, "logprobs": 3, "max_tokens": 1});
    let text = "The capital of France is Paris. عاصمة المغرب الرباط ⵜⴰⵎⵓⵔⵜ";
    let answer = complete(&model, json!(text), told.clone()).await.unwrap();
    let choice = &answer["choices"][0];
    holds_together(choice);
    assert!(choice["text"].as_str().unwrap().starts_with(text), "{choice}");
    assert_eq!(choice["finish_reason"], "length");
    assert_eq!(choice["logprobs"]["token_logprobs"][0], Value::Null);
    let tokens = choice["logprobs"]["tokens"].as_array().unwrap();
    assert_eq!(answer["usage"]["prompt_tokens"], tokens.len() - 1);
    assert_eq!(answer["usage"]["completion_tokens"], 1);
    let paris = tokens.iter().position(|token| token == " Paris").unwrap();
    let top = choice["logprobs"]["top_logprobs"][paris].as_object().unwrap();
    assert!(top.contains_key(" Paris"), "{top:?}");
    assert!(choice["logprobs"]["token_logprobs"][paris].as_f64().unwrap() > -2.0);

    // The same tokens by their numbers, alone and among others, give the same numbers, each time.
    let ids = model.tokenize(text.to_owned(), true).await.unwrap();
    for prompt in [json!(ids), json!([[1, 2, 3], ids])] {
        let again = complete(&model, prompt, told.clone()).await.unwrap();
        let again = again["choices"].as_array().unwrap().last().unwrap();
        assert_eq!(again["logprobs"], choice["logprobs"]);
        assert_eq!(again["text"], choice["text"]);
    }
    // Without an answer nothing else changes.
    let none = json!({"echo": true, "logprobs": 3, "max_tokens": 0});
    let none = complete(&model, json!(text), none).await.unwrap();
    assert_eq!(none["choices"][0]["text"], text);
    assert_eq!(none["usage"]["completion_tokens"], 0);
    let all = numbers(&choice["logprobs"]["token_logprobs"]);
    let prompt = numbers(&none["choices"][0]["logprobs"]["token_logprobs"]);
    assert_eq!(prompt, all[..all.len() - 1]);
}

/// What is told for the prompt is what the model gives when it is asked for the next token after each
/// beginning of the prompt: another way to the same numbers, through other rows and other batches.
#[tokio::test]
async fn the_probability_of_a_token_depends_on_those_before_it_alone() {
    let Some(model) = loaded(|_| {}).await else { return };
    let text = "Water boils at one hundred degrees and freezes at zero.".repeat(12);
    let ids = model.tokenize(text, true).await.unwrap();
    assert!(ids.len() > 130, "more than two pieces");
    let told = json!({"echo": true, "logprobs": 20, "max_tokens": 0});
    let whole = complete(&model, json!(ids), told).await.unwrap();
    let whole = &whole["choices"][0]["logprobs"];
    for place in [1, 2, 3, 7, 63, 64, 65, 66, 127, 128, 129, ids.len() - 1] {
        let one = json!({"logprobs": 20, "max_tokens": 1});
        let next = complete(&model, json!(ids[..place]), one).await.unwrap();
        let next = next["choices"][0]["logprobs"]["top_logprobs"][0].as_object().unwrap();
        let told = whole["top_logprobs"][place].as_object().unwrap();
        // The token of the text stands there too, when it is none of the likeliest.
        assert!(next.len() >= 20 && next.iter().all(|(token, own)| told[token] == *own), "{place}");
    }
    // So texts that begin alike, of which the beginning is read once, give what each gives alone.
    let prompts =
        [&ids[..100], &ids[..100], &ids[..70], &ids[..71], &ids, &[ids[0], 5, 6], &ids[..1]];
    let mut prompts: Vec<Vec<u32>> = prompts.iter().map(|ids| ids.to_vec()).collect();
    prompts[1].extend([5, 6]);
    let told = json!({"echo": true, "logprobs": 2, "max_tokens": 1});
    let together = complete(&model, json!(prompts), told.clone()).await.unwrap();
    for (place, prompt) in prompts.iter().enumerate() {
        let alone = complete(&model, json!(prompt), told.clone()).await.unwrap();
        let together = &together["choices"][place];
        assert_eq!(together["logprobs"], alone["choices"][0]["logprobs"], "{place}");
        assert_eq!(together["text"], alone["choices"][0]["text"], "{place}");
    }
    // Tokens that are chosen one at a time have the probability that they have when they are read.
    let several = json!({"logprobs": 5, "max_tokens": 6});
    let chosen = complete(&model, json!(ids[..20]), several).await.unwrap();
    let chosen = &chosen["choices"][0];
    let mut read = ids[..20].to_vec();
    read.extend(model.tokenize(chosen["text"].as_str().unwrap().to_owned(), false).await.unwrap());
    let told = json!({"echo": true, "logprobs": 5, "max_tokens": 0});
    let told = complete(&model, json!(read), told).await.unwrap();
    let told = numbers(&told["choices"][0]["logprobs"]["token_logprobs"]);
    assert_eq!(numbers(&chosen["logprobs"]["token_logprobs"]), told[19..]);
}

#[tokio::test]
async fn texts_are_continued_one_by_one_and_as_a_stream() {
    let Some(model) = loaded(|settings| settings.parallel = 2).await else { return };
    let prompts = json!(["The capital of France is", "One, two, three,", "Once upon a"]);
    let several = complete(&model, prompts, json!({"n": 2})).await.unwrap();
    let choices = several["choices"].as_array().unwrap();
    assert_eq!((choices.len(), &several["object"]), (6, &json!("text_completion")));
    assert_eq!(several["usage"]["completion_tokens"], 24);
    assert_eq!(choices[0]["text"], choices[1]["text"]);
    assert!(choices[0]["text"].as_str().unwrap().contains("Paris"), "{choices:?}");
    assert!(choices[2]["text"].as_str().unwrap().contains("four"), "{choices:?}");
    for choice in choices {
        assert_eq!(
            (&choice["finish_reason"], &choice["logprobs"]),
            (&json!("length"), &Value::Null)
        );
    }
    let alone = complete(&model, json!("Once upon a"), json!({})).await.unwrap();
    assert_eq!(alone["choices"][0]["text"], choices[4]["text"]);
    let scored = complete(&model, json!("Once upon a"), json!({"logprobs": 0})).await.unwrap();
    assert_eq!(scored["choices"][0]["text"], choices[4]["text"]);
    holds_together(&scored["choices"][0]);
    let echoed = complete(&model, json!("Once upon a"), json!({"echo": true})).await.unwrap();
    let expect = format!("Once upon a{}", choices[4]["text"].as_str().unwrap());
    assert_eq!(echoed["choices"][0]["text"], expect);

    let options = json!({"stream": true, "stream_options": {"include_usage": true}});
    let stream = events(&complete(&model, json!("Once upon a"), options).await.unwrap());
    let pieces = stream.iter().filter_map(|event| event["choices"][0]["text"].as_str());
    assert_eq!(pieces.collect::<String>(), choices[4]["text"].as_str().unwrap());
    assert_eq!(stream.last().unwrap()["usage"]["completion_tokens"], 4);

    // A stop string ends an answer; the tokens it takes away stay, without text.
    let stop = json!({"logprobs": 1, "max_tokens": 20, "stop": [" Paris"]});
    let stopped = complete(&model, json!("The capital of France is"), stop).await.unwrap();
    let choice = &stopped["choices"][0];
    holds_together(choice);
    assert_eq!(choice["finish_reason"], "stop");
    assert!(!choice["text"].as_str().unwrap().contains("Paris"));
}

#[tokio::test]
async fn what_cannot_be_continued_is_refused() {
    let Some(model) = loaded(|settings| settings.context_tokens = 128).await else { return };
    let long = complete(&model, json!("word ".repeat(200)), json!({})).await.unwrap_err();
    assert!(long.contains("tokens; this model's context holds 128"), "{long}");
    let full: Vec<u32> = vec![5; 128];
    let one_more = complete(&model, json!([[1], full]), json!({"echo": true, "max_tokens": 1}));
    let one_more = one_more.await.unwrap_err();
    assert!(one_more.starts_with("prompt[1]: the prompt has 128 tokens"), "{one_more}");
    let exactly = json!({"echo": true, "logprobs": 1, "max_tokens": 0});
    let exactly = complete(&model, json!(full), exactly).await.unwrap();
    holds_together(&exactly["choices"][0]);
    let unknown = complete(&model, json!([49_152]), json!({})).await.unwrap_err();
    assert!(unknown.contains("prompt[0] holds a token number outside"), "{unknown}");
    let stream = json!({"stream": true, "logprobs": 1});
    let stream = complete(&model, json!("a"), stream).await.unwrap_err();
    assert!(stream.contains("leave stream out"), "{stream}");
}

#[tokio::test]
async fn tokens_and_texts_are_two_sides_of_one() {
    let Some(model) = loaded(|_| {}).await else { return };
    let facts = model.describe().await.unwrap();
    assert_eq!(facts.eos_token.as_deref(), Some("<|im_end|>"));
    assert_eq!((facts.vocabulary, facts.context_tokens), (49_152, 512));
    assert!(facts.chat_template.unwrap().contains("<|im_start|>"));
    let end = model.tokenize("<|im_end|>".to_owned(), false).await.unwrap();
    assert_eq!(end.len(), 1, "a mark of the model is one token");
    for text in ["", "a", " a  b\n", "Où est l'été ?", "السلام عليكم", "ⴰⵣⵓⵍ", "😀<|im_end|>x"]
    {
        let tokens = model.tokenize(text.to_owned(), false).await.unwrap();
        assert_eq!(model.detokenize(tokens.clone()).await.unwrap(), text);
        assert_eq!(model.pieces(tokens.clone()).await.unwrap().len(), tokens.len());
    }
    assert_eq!(model.pieces(vec![end[0], 28]).await.unwrap(), ["<|im_end|>", ","]);
    let unknown = model.detokenize(vec![49_152]).await.unwrap_err().to_string();
    assert!(unknown.contains("outside this model's 0 to 49151"), "{unknown}");
    let long = model.tokenize("a".repeat((1 << 20) + 1), false).await.unwrap_err().to_string();
    assert!(long.contains("send it in parts"), "{long}");
}
