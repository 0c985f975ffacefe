//! The tokenizer of a model on this machine, in the shapes that evaluation programs ask for: `/tokenize`,
//! `/detokenize`, `/tokenizer_info`. Nothing leaves and nothing is generated, so nothing is recorded.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use gateway::{Destination, GatewayError};
use model::{AskError, Tokenizer};
use serde::{Deserialize, Serialize};

use super::{TextBody, parse};
use crate::app::Shared;
use crate::errors::{Code, PublicError};

const TOKENIZE: &str =
    r#"{"model"?, "prompt": "a text", "add_special_tokens"?: true, "return_token_strs"?: false}"#;
const DETOKENIZE: &str = r#"{"model"?, "tokens": [1, 2, 3]}"#;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenizeBody {
    #[serde(default)]
    model: Option<String>,
    prompt: String,
    #[serde(default)]
    add_special_tokens: Option<bool>,
    #[serde(default)]
    return_token_strs: Option<bool>,
}

#[derive(Serialize)]
pub(crate) struct Tokenized {
    model: String,
    count: usize,
    max_model_len: u32,
    tokens: Vec<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_strs: Option<Vec<String>>,
}

pub(crate) async fn tokenize(
    State(app): State<Shared>,
    TextBody(body, _share): TextBody,
) -> Result<Json<Tokenized>, PublicError> {
    let asked: TokenizeBody = parse(&body, TOKENIZE)?;
    let (destination, model) = chosen(&app, asked.model.as_deref())?;
    let tokenizer = tokenizer(&destination)?;
    let facts = tokenizer.describe().await.map_err(GatewayError::from)?;
    let special = asked.add_special_tokens.unwrap_or(true);
    let tokens = tokenizer.tokenize(asked.prompt, special).await.map_err(GatewayError::from)?;
    let token_strs = if asked.return_token_strs == Some(true) {
        Some(tokenizer.pieces(tokens.clone()).await.map_err(GatewayError::from)?)
    } else {
        None
    };
    Ok(Json(Tokenized {
        model,
        count: tokens.len(),
        max_model_len: facts.context_tokens,
        tokens,
        token_strs,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DetokenizeBody {
    #[serde(default)]
    model: Option<String>,
    tokens: Vec<u32>,
}

#[derive(Serialize)]
pub(crate) struct Detokenized {
    prompt: String,
}

pub(crate) async fn detokenize(
    State(app): State<Shared>,
    TextBody(body, _share): TextBody,
) -> Result<Json<Detokenized>, PublicError> {
    let asked: DetokenizeBody = parse(&body, DETOKENIZE)?;
    let (destination, _) = chosen(&app, asked.model.as_deref())?;
    let prompt =
        tokenizer(&destination)?.detokenize(asked.tokens).await.map_err(GatewayError::from)?;
    Ok(Json(Detokenized { prompt }))
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct InfoQuery {
    #[serde(default)]
    model: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct Info {
    model: String,
    eos_token: Option<String>,
    bos_token: Option<String>,
    pad_token: Option<String>,
    add_bos_token: bool,
    vocab_size: u32,
    model_max_length: u32,
    chat_template: Option<String>,
}

pub(crate) async fn describe(
    State(app): State<Shared>,
    query: Result<Query<InfoQuery>, QueryRejection>,
) -> Result<Json<Info>, PublicError> {
    let Ok(Query(query)) = query else {
        let text = "the query is none of this route; it takes `model` alone";
        return Err(PublicError::new(Code::InvalidRequest, text));
    };
    let (destination, model) = chosen(&app, query.model.as_deref())?;
    let facts = tokenizer(&destination)?.describe().await.map_err(GatewayError::from)?;
    Ok(Json(Info {
        model,
        eos_token: facts.eos_token,
        bos_token: facts.bos_token,
        pad_token: facts.pad_token,
        add_bos_token: facts.add_bos_token,
        vocab_size: facts.vocabulary,
        model_max_length: facts.context_tokens,
        chat_template: facts.chat_template,
    }))
}

/// The model that is asked, and its name.
fn chosen(app: &Shared, name: Option<&str>) -> Result<(Arc<Destination>, String), PublicError> {
    let (destination, served) = app.parts.gateway.tokenizing(name)?;
    Ok((destination, served.name))
}

fn tokenizer(destination: &Destination) -> Result<&dyn Tokenizer, GatewayError> {
    let gone = AskError::NotReady("it has no tokenizer any more".to_owned());
    destination.model.tokenizer().ok_or(GatewayError::Ask(gone))
}
