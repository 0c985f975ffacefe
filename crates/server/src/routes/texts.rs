//! Bare texts: what they hold, protected, restored.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::State;
use axum::{Extension, Json};
use gateway::texts::ProtectedTexts;
use language::OffsetUnit;
use projects::{Access, ProjectId};
use protection::decide::risk::Risk;
use protection::decide::topics::ShownTopic;
use protection::seal::{self, SealError, SealHeader, SealingKey};
use protection::{Counts, Place, ReplaceError, ShownFinding, TextIn, shown};
use serde::{Deserialize, Serialize};

use super::{TextBody, parse, worked};
use crate::app::{App, Shared};
use crate::errors::{Code, PublicError};

#[derive(Debug, Serialize)]
pub(crate) struct Detected {
    findings: Vec<ShownFinding>,
    topics: Vec<ShownTopic>,
    class: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    risk: Option<Risk>,
    offsets: OffsetUnit,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DetectRequest {
    text: String,
    #[serde(default)]
    offsets: OffsetUnit,
    #[serde(default)]
    why: bool,
}

pub(crate) async fn detect(
    State(app): State<Shared>,
    TextBody(body, _share): TextBody,
) -> Result<Json<Detected>, PublicError> {
    worked(&app, body.len(), move |app| {
        let DetectRequest { text, offsets, why } = parse(
            &body,
            r#"{"text": "…", "offsets": "chars" | "bytes" | "utf16", "why": true | false}"#,
        )?;
        let inputs = [TextIn { text: &text, place: Place::Text }];
        let gateway = &app.parts.gateway;
        let found = protection::find_all(&*gateway.finder(), &inputs);
        let findings = found.per_text.first().map_or(&[][..], Vec::as_slice);
        Ok(Detected {
            findings: shown(&text, findings, offsets, why),
            topics: found.topics().iter().map(|topic| topic.shown(why)).collect(),
            class: found.class().as_str(),
            risk: found.risk(),
            offsets,
        })
    })
    .await?
    .map(Json)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProtectRequest {
    text: Option<String>,
    texts: Option<Vec<String>>,
    expires_in: Option<u64>,
    #[serde(default)]
    offsets: OffsetUnit,
    #[serde(default)]
    why: bool,
}

#[derive(Debug, Serialize)]
pub(crate) struct ProtectAnswer {
    #[serde(flatten)]
    texts: TextOrTexts,
    findings: serde_json::Value,
    counts: BTreeMap<String, u32>,
    class: &'static str,
    offsets: OffsetUnit,
    /// Sealed: readable by nobody, opened by this installation for the same project.
    map: String,
    /// Seconds since the Unix epoch.
    expires_at: i64,
}

/// The answer has the form of the question: `text` for `text`, `texts` for `texts`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum TextOrTexts {
    Text(String),
    Texts(Vec<String>),
}

impl TextOrTexts {
    pub(super) fn of(
        text: Option<String>,
        texts: Option<Vec<String>>,
    ) -> Result<Self, PublicError> {
        match (text, texts) {
            (Some(text), None) => Ok(Self::Text(text)),
            (None, Some(texts)) => Ok(Self::Texts(texts)),
            _ => Err(PublicError::new(
                Code::InvalidRequest,
                "the body holds neither or both of `text` and `texts`",
            )
            .about("text")),
        }
    }

    fn into_parts(self) -> (bool, Vec<String>) {
        match self {
            Self::Text(text) => (true, vec![text]),
            Self::Texts(texts) => (false, texts),
        }
    }

    fn like(one: bool, mut texts: Vec<String>) -> Self {
        if one { Self::Text(texts.pop().unwrap_or_default()) } else { Self::Texts(texts) }
    }
}

pub(crate) async fn protect(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    TextBody(body, _share): TextBody,
) -> Result<Json<ProtectAnswer>, PublicError> {
    let shape = r#"{"text": "…"} or {"texts": ["…"]}, with "expires_in" (seconds), "offsets" and "why" if wanted"#;
    let size = body.len();
    let request: ProtectRequest = worked(&app, size, move |_| parse(&body, shape)).await??;
    let life = lifetime(&app, request.expires_in)?;
    let (unit, why) = (request.offsets, request.why);
    let (one, originals) = TextOrTexts::of(request.text, request.texts)?.into_parts();
    let salt = app.parts.salts.newest(&access.project).await.map_err(|error| no_salt(&error))?;
    let expires_at = app.parts.ambient.now_ms().div_euclid(1000).saturating_add_unsigned(life);
    worked(&app, size, move |app| {
        let policy = app.parts.gateway.policy_in_force(&access, None, &app.parts.policy)?;
        let ProtectedTexts { texts, findings, counts, class, vault } =
            gateway::texts::protect(&app.parts.gateway.finder(), &policy, &originals)
                .map_err(|error| cannot_protect(&error))?;
        let mut nonce = [0; 12];
        app.parts.ambient.random(&mut nonce);
        let header = SealHeader {
            project: access.project.as_str().to_owned(),
            key_id: salt.key_id.clone(),
            expires_unix_s: expires_at,
        };
        let key = sealing_key(app, &access.project, &salt.key_id, &salt.salt);
        let map = seal::seal(&vault, &key, header, nonce);
        let mut listed: Vec<Vec<ShownFinding>> = originals
            .iter()
            .zip(&findings)
            .map(|(text, findings)| shown(text, findings, unit, why))
            .collect();
        let findings = if one {
            serde_json::to_value(listed.pop().unwrap_or_default())
        } else {
            serde_json::to_value(listed)
        };
        Ok(Json(ProtectAnswer {
            texts: TextOrTexts::like(one, texts),
            findings: findings.unwrap_or_default(),
            counts: by_name(&counts),
            class: class.as_str(),
            offsets: unit,
            map,
            expires_at,
        }))
    })
    .await?
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RestoreRequest {
    text: Option<String>,
    texts: Option<Vec<String>>,
    map: String,
}

pub(crate) async fn restore(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    TextBody(body, _share): TextBody,
) -> Result<Json<serde_json::Value>, PublicError> {
    let shape = r#"{"text": "…", "map": "igm1.…"} or {"texts": ["…"], "map": "igm1.…"}"#;
    let size = body.len();
    let request: RestoreRequest = worked(&app, size, move |_| parse(&body, shape)).await??;
    let (one, texts) = TextOrTexts::of(request.text, request.texts)?.into_parts();
    let sealed = request.map;
    let header = seal::peek(&sealed).map_err(|error| cannot_open(&error))?;
    if header.project != access.project.as_str() {
        return Err(PublicError::new(
            Code::Forbidden,
            "the map belongs to another project than the key",
        )
        .about("map"));
    }
    let salt = app
        .parts
        .salts
        .named(&access.project, &header.key_id)
        .await
        .map_err(|error| no_salt(&error))?;
    worked(&app, size, move |app| {
        let now = app.parts.ambient.now_ms().div_euclid(1000);
        let texts = gateway::texts::restore(&texts, &sealed, now, |_| {
            salt.map(|salt| sealing_key(app, &access.project, &salt.key_id, &salt.salt))
        })
        .map_err(|error| cannot_open(&error))?;
        let answer = serde_json::to_value(TextOrTexts::like(one, texts));
        answer.map(Json).map_err(|_| crate::errors::internal())
    })
    .await?
}

fn lifetime(app: &App, asked: Option<u64>) -> Result<u64, PublicError> {
    let times = app.parts.settings.seal;
    let life = asked.map_or(times.usual, Duration::from_secs);
    if life.is_zero() || life > times.longest {
        return Err(PublicError::new(
            Code::InvalidRequest,
            format!("`expires_in` is not between 1 and {} seconds", times.longest.as_secs()),
        )
        .about("expires_in"));
    }
    Ok(life.as_secs())
}

fn sealing_key(app: &App, project: &ProjectId, key_id: &str, salt: &[u8]) -> SealingKey {
    SealingKey::derive(&app.parts.master_key.0, project.as_str(), key_id, salt)
}

fn by_name(counts: &Counts) -> BTreeMap<String, u32> {
    counts.iter().map(|(kind, count)| (kind.to_string(), *count)).collect()
}

fn no_salt(error: &gateway::ports::JournalError) -> PublicError {
    tracing::error!(%error, "sealing keys cannot be read");
    PublicError::new(Code::LedgerUnavailable, "sealing keys cannot be read at the moment")
}

fn cannot_protect(error: &ReplaceError) -> PublicError {
    PublicError::new(Code::PolicyRefused, error.to_string())
}

fn cannot_open(error: &SealError) -> PublicError {
    PublicError::new(Code::InvalidRequest, error.to_string()).about("map")
}
