//! The languages of texts: which they are in, in another script, in normal form.

use axum::Json;
use axum::extract::State;
use language::OffsetUnit;
use language::service::{
    self, Identified, NormalizedText, ProfileName, TransliteratedText, UnknownLanguage,
};
use language::transliterate::{Form, Options};
use serde::{Deserialize, Serialize};

use super::texts::TextOrTexts;
use super::{TextBody, parse, worked};
use crate::app::Shared;
use crate::errors::{Code, PublicError};

/// Texts in one request; each may be as long as the body.
const MOST_TEXTS: usize = 10_000;
/// Answers for one word.
const MOST_ANSWERS: usize = 20;
/// Bytes of a body. An answer may be many times as long as its question (a place for each word), so that the
/// server's own limit would let small questions fill its memory.
const MOST_BYTES: usize = 1 << 20;
/// Bytes of a body times the answers asked for each word.
const MOST_ANSWERED_BYTES: usize = 4 << 20;

/// One answer for `text`, a list in the same order for `texts`.
#[derive(Debug, Serialize)]
pub(crate) struct Answers<A> {
    #[serde(flatten)]
    answers: OneOrMany<A>,
    offsets: OffsetUnit,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum OneOrMany<A> {
    One(A),
    Many { answers: Vec<A> },
}

/// An answer for each text of a question.
fn each<A>(
    (text, texts): (Option<String>, Option<Vec<String>>),
    offsets: OffsetUnit,
    answer: impl Fn(&str) -> Result<A, PublicError>,
) -> Result<Answers<A>, PublicError> {
    let answers = match TextOrTexts::of(text, texts)? {
        TextOrTexts::Text(text) => OneOrMany::One(answer(&text)?),
        TextOrTexts::Texts(texts) if texts.len() <= MOST_TEXTS => {
            let answers = texts.iter().map(|text| answer(text)).collect::<Result<_, _>>()?;
            OneOrMany::Many { answers }
        }
        TextOrTexts::Texts(_) => {
            let message = format!("`texts` holds more than {MOST_TEXTS} texts");
            return Err(PublicError::new(Code::BodyTooLarge, message).about("texts"));
        }
    };
    Ok(Answers { answers, offsets })
}

fn within(size: usize, most: usize) -> Result<(), PublicError> {
    if size <= most {
        return Ok(());
    }
    let message = format!("the body is longer than the {} KiB of this question", most >> 10);
    Err(PublicError::new(Code::BodyTooLarge, message))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentifyRequest {
    text: Option<String>,
    texts: Option<Vec<String>>,
    #[serde(default)]
    among: Vec<String>,
    #[serde(default)]
    offsets: OffsetUnit,
}

pub(crate) async fn identify(
    State(app): State<Shared>,
    TextBody(body, _share): TextBody,
) -> Result<Json<Answers<Identified>>, PublicError> {
    worked(&app, body.len(), move |_| {
        let shape =
            r#"{"text": "…"} or {"texts": ["…"]}, with "among" (tags) and "offsets" if wanted"#;
        within(body.len(), MOST_BYTES)?;
        let request: IdentifyRequest = parse(&body, shape)?;
        let among = service::candidates(request.among.iter().map(String::as_str));
        let among = among.map_err(|error: UnknownLanguage| {
            PublicError::new(Code::InvalidRequest, error.to_string()).about("among")
        })?;
        let unit = request.offsets;
        each((request.text, request.texts), unit, |text| {
            Ok(service::identified(text, &among, unit))
        })
    })
    .await?
    .map(Json)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TransliterateRequest {
    text: Option<String>,
    texts: Option<Vec<String>>,
    from: String,
    to: String,
    #[serde(default = "one")]
    answers: usize,
    #[serde(default)]
    rules_only: bool,
    #[serde(default)]
    mark_foreign: bool,
    #[serde(default)]
    offsets: OffsetUnit,
}

fn one() -> usize {
    1
}

pub(crate) async fn transliterate(
    State(app): State<Shared>,
    TextBody(body, _share): TextBody,
) -> Result<Json<Answers<TransliteratedText>>, PublicError> {
    worked(&app, body.len(), move |_| {
        let shape = r#"{"text": "…", "from": "ary-Latn", "to": "ary-Arab"} or with "texts": ["…"], and "answers", "rules_only", "mark_foreign", "offsets" if wanted"#;
        within(body.len(), MOST_BYTES)?;
        let request: TransliterateRequest = parse(&body, shape)?;
        let form = |name: &'static str, tag: &str| {
            tag.parse::<Form>().map_err(|error| {
                PublicError::new(Code::InvalidRequest, error.to_string()).about(name)
            })
        };
        let (from, to) = (form("from", &request.from)?, form("to", &request.to)?);
        if !(1..=MOST_ANSWERS).contains(&request.answers) {
            let message = format!("`answers` is not between 1 and {MOST_ANSWERS}");
            return Err(PublicError::new(Code::InvalidRequest, message).about("answers"));
        }
        within(body.len(), MOST_ANSWERED_BYTES / request.answers)?;
        let options = Options {
            answers: request.answers,
            rules_only: request.rules_only,
            mark_foreign: request.mark_foreign,
        };
        let unit = request.offsets;
        each((request.text, request.texts), unit, |text| {
            service::transliterated(text, from, to, &options, unit).map_err(|error| {
                PublicError::new(Code::InvalidRequest, error.to_string()).about("to")
            })
        })
    })
    .await?
    .map(Json)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NormalizeRequest {
    text: Option<String>,
    texts: Option<Vec<String>>,
    #[serde(default)]
    profile: ProfileName,
    #[serde(default)]
    map: bool,
    #[serde(default)]
    offsets: OffsetUnit,
}

pub(crate) async fn normalize(
    State(app): State<Shared>,
    TextBody(body, _share): TextBody,
) -> Result<Json<Answers<NormalizedText>>, PublicError> {
    worked(&app, body.len(), move |_| {
        let shape = r#"{"text": "…", "profile": "search" | "match" | "display"} or with "texts": ["…"], and "map", "offsets" if wanted"#;
        within(body.len(), MOST_BYTES)?;
        let request: NormalizeRequest = parse(&body, shape)?;
        let unit = request.offsets;
        let map = request.map.then_some(unit);
        each((request.text, request.texts), unit, |text| {
            Ok(service::normalized(text, request.profile, map))
        })
    })
    .await?
    .map(Json)
}
