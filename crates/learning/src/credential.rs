//! Badges: Open Badges 3.0 credentials, signed as JSON Web Tokens.
//!
//! 1EdTech Open Badges 3.0, section "JSON Web Token Proof Format": the payload is the credential itself with
//! the registered claims `iss`, `jti`, `nbf`, `sub` and, where it ends, `exp` beside it. A badge names its
//! learner by an id alone; the evidence is the digest of the graded run.

use serde_json::{Value, json};

use crate::course::Texts;
use crate::jws::{BadgeKey, BadgeSigner, JwsError};
use crate::revocation::RevocationList;

/// The contexts, in the order that the specification asks for.
const CONTEXTS: [&str; 2] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
];
/// Begins an issuer's id that is the thumbprint of its key: RFC 9278.
const THUMBPRINT: &str = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:";
/// Clocks may differ by so many seconds.
const SKEW_SECONDS: i64 = 60;

/// The id of an issuer: the thumbprint of its key, so that it says itself which key checks.
pub fn issuer_id(key: &BadgeKey) -> String {
    format!("{THUMBPRINT}{}", key.thumbprint())
}

/// What a badge is given for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Achievement {
    /// Its id, a URI.
    pub id: String,
    /// What it is called, by language.
    pub name: Texts,
    /// What one had to do, by language.
    pub criteria: Texts,
}

/// Everything a badge says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadgeFacts {
    /// The badge's own id, a URI.
    pub id: String,
    /// The issuer's id, a URI, and its name.
    pub issuer: (String, String),
    /// Who earned it: an id, a URI that says nothing about the person.
    pub learner: String,
    /// What for.
    pub achievement: Achievement,
    /// Since when, in seconds since the Unix epoch.
    pub valid_from: i64,
    /// The same moment as RFC 3339 text.
    pub valid_from_text: String,
    /// The digests of the graded runs that it rests on.
    pub evidence: Vec<String>,
}

/// A badge that holds.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Badge {
    /// Its id.
    pub id: String,
    /// The issuer's id.
    pub issuer: String,
    /// The learner's id.
    pub learner: String,
    /// What it was given for.
    pub achievement: String,
    /// Since when, RFC 3339.
    pub valid_from: String,
    /// The digests of the graded runs.
    pub evidence: Vec<String>,
}

/// Why a badge is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadgeError {
    /// The signature proves nothing.
    #[error("the badge does not hold: {0}")]
    Signature(#[from] JwsError),
    /// A member is missing or says something else than its claim.
    #[error("the badge is not an Open Badges 3.0 credential: `{0}` is missing or wrong")]
    Member(&'static str),
    /// Its time has not come, or is over.
    #[error("the badge is not valid at this time")]
    Time,
    /// The list that was to tell what was taken back is another issuer's.
    #[error("the revocation list is another issuer's, so it tells nothing about this badge")]
    OtherList,
    /// The issuer took it back.
    #[error("the issuer has revoked this badge: {0}")]
    Revoked(String),
}

/// Signs a badge: a compact JSON Web Token.
pub fn issue(facts: &BadgeFacts, signer: &BadgeSigner) -> String {
    let (issuer, issuer_name) = &facts.issuer;
    let evidence: Vec<Value> = facts
        .evidence
        .iter()
        .map(|digest| {
            json!({
                "id": format!("urn:sha256:{digest}"),
                "type": ["Evidence"],
                "name": "Graded run",
                "narrative": format!("SHA-256 of the graded run: {digest}"),
            })
        })
        .collect();
    signer.sign(&json!({
        "@context": CONTEXTS,
        "id": facts.id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": one_line(&facts.achievement.name),
        "issuer": { "id": issuer, "type": ["Profile"], "name": issuer_name },
        "validFrom": facts.valid_from_text,
        "credentialSubject": {
            "id": facts.learner,
            "type": ["AchievementSubject"],
            "achievement": {
                "id": facts.achievement.id,
                "type": ["Achievement"],
                "name": one_line(&facts.achievement.name),
                "description": one_line(&facts.achievement.criteria),
                "criteria": { "narrative": one_line(&facts.achievement.criteria) },
            },
        },
        "evidence": evidence,
        "iss": issuer,
        "jti": facts.id,
        "nbf": facts.valid_from,
        "sub": facts.learner,
    }))
}

/// Checks a badge against the issuer's key, without any network: signature, members, time, revocations.
pub fn verify(
    text: &str,
    key: &BadgeKey,
    now: i64,
    revoked: Option<&RevocationList>,
) -> Result<Badge, BadgeError> {
    let credential = key.verify(text)?;
    let text = |pointer: &str| credential.pointer(pointer).and_then(Value::as_str);
    let need = |pointer: &str, name: &'static str| text(pointer).ok_or(BadgeError::Member(name));

    if !begins_with(&credential, "@context", &CONTEXTS) {
        return Err(BadgeError::Member("@context"));
    }
    if !begins_with(&credential, "type", &["VerifiableCredential", "OpenBadgeCredential"]) {
        return Err(BadgeError::Member("type"));
    }
    let badge = Badge {
        id: need("/id", "id")?.to_owned(),
        issuer: need("/issuer/id", "issuer")?.to_owned(),
        learner: need("/credentialSubject/id", "credentialSubject")?.to_owned(),
        achievement: need("/credentialSubject/achievement/name", "achievement")?.to_owned(),
        valid_from: need("/validFrom", "validFrom")?.to_owned(),
        evidence: evidence(&credential),
    };
    need("/credentialSubject/achievement/criteria/narrative", "criteria")?;
    for (claim, name, value) in [
        ("/iss", "iss", &badge.issuer),
        ("/jti", "jti", &badge.id),
        ("/sub", "sub", &badge.learner),
    ] {
        if text(claim) != Some(value) {
            return Err(BadgeError::Member(name));
        }
    }
    let from = credential.get("nbf").and_then(Value::as_i64).ok_or(BadgeError::Member("nbf"))?;
    let until = match credential.get("exp") {
        Some(until) => until.as_i64().ok_or(BadgeError::Member("exp"))?,
        None => i64::MAX,
    };
    if from > now.saturating_add(SKEW_SECONDS) || until <= now {
        return Err(BadgeError::Time);
    }
    // An issuer whose id is the thumbprint of a key signs with that key.
    if let Some(thumbprint) = badge.issuer.strip_prefix(THUMBPRINT)
        && thumbprint != key.thumbprint()
    {
        return Err(BadgeError::Member("issuer"));
    }
    if revoked.is_some_and(|list| list.issuer != badge.issuer) {
        return Err(BadgeError::OtherList);
    }
    match revoked.and_then(|list| list.reason(&badge.id)) {
        Some(reason) => Err(BadgeError::Revoked(reason.to_owned())),
        None => Ok(badge),
    }
}

fn evidence(credential: &Value) -> Vec<String> {
    let list = credential.get("evidence").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|item| item.get("id")?.as_str()?.strip_prefix("urn:sha256:"))
        .map(str::to_owned)
        .collect()
}

fn begins_with(credential: &Value, member: &str, expect: &[&str]) -> bool {
    let Some(list) = credential.get(member).and_then(Value::as_array) else { return false };
    list.len() >= expect.len()
        && list.iter().zip(expect).all(|(have, want)| have.as_str() == Some(*want))
}

/// A badge has one text, so all languages stand in it.
fn one_line(texts: &Texts) -> String {
    texts.values().map(String::as_str).collect::<Vec<_>>().join(" / ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> BadgeFacts {
        BadgeFacts {
            id: "urn:uuid:6f7c1c5e-0000-4000-8000-000000000001".to_owned(),
            issuer: ("urn:igudar:tamlalt".to_owned(), "Tamlalt".to_owned()),
            learner: "urn:igudar:learner:7".to_owned(),
            achievement: Achievement {
                id: "urn:igudar:course:donnees:1".to_owned(),
                name: Texts::from([("fr".to_owned(), "Données".to_owned())]),
                criteria: Texts::from([("fr".to_owned(), "Sait masquer.".to_owned())]),
            },
            valid_from: 1_764_000_000,
            valid_from_text: "2025-11-24T16:00:00Z".to_owned(),
            evidence: vec!["ab".repeat(32)],
        }
    }

    const NOW: i64 = 1_764_100_000;

    fn signer() -> BadgeSigner {
        BadgeSigner::new(&[3; 32])
    }

    #[test]
    fn a_badge_holds_and_says_what_it_was_given_for() {
        let badge = verify(&issue(&facts(), &signer()), &signer().public_key(), NOW, None).unwrap();
        assert_eq!((badge.achievement.as_str(), badge.evidence.len()), ("Données", 1));
        assert_eq!(badge.learner, "urn:igudar:learner:7");
    }

    #[test]
    fn a_badge_out_of_time_revoked_or_of_another_issuer_does_not_hold() {
        let text = issue(&facts(), &signer());
        let key = signer().public_key();
        let early = facts().valid_from - SKEW_SECONDS - 1;
        assert_eq!(verify(&text, &key, early, None), Err(BadgeError::Time));
        let mut list = RevocationList::new("urn:igudar:tamlalt");
        assert!(verify(&text, &key, NOW, Some(&list)).is_ok());
        list.revoke(&facts().id, "issued by mistake");
        let expect = BadgeError::Revoked("issued by mistake".to_owned());
        assert_eq!(verify(&text, &key, NOW, Some(&list)), Err(expect));
        let foreign = RevocationList::new("urn:igudar:elsewhere");
        assert_eq!(verify(&text, &key, NOW, Some(&foreign)), Err(BadgeError::OtherList));
        let other = BadgeSigner::new(&[4; 32]).public_key();
        let expect = BadgeError::Signature(JwsError::Signature);
        assert_eq!(verify(&text, &other, NOW, None), Err(expect));
    }

    #[test]
    fn an_issuer_named_by_a_key_signs_with_it() {
        let named = |by: &BadgeSigner| BadgeFacts {
            issuer: (issuer_id(&by.public_key()), "Tamlalt".to_owned()),
            ..facts()
        };
        let own = issue(&named(&signer()), &signer());
        assert!(verify(&own, &signer().public_key(), NOW, None).is_ok());
        let borrowed = issue(&named(&BadgeSigner::new(&[4; 32])), &signer());
        let expect = Err(BadgeError::Member("issuer"));
        assert_eq!(verify(&borrowed, &signer().public_key(), NOW, None), expect);
    }

    #[test]
    fn every_member_that_the_specification_asks_for_is_needed() {
        let key = signer().public_key();
        let check = |pointer: &str, value: Value, expect: &'static str| {
            let mut credential = key.verify(&issue(&facts(), &signer())).unwrap();
            *credential.pointer_mut(pointer).unwrap() = value;
            let text = signer().sign(&credential);
            assert_eq!(verify(&text, &key, NOW, None), Err(BadgeError::Member(expect)));
        };
        check("/@context", json!([CONTEXTS[1], CONTEXTS[0]]), "@context");
        check("/type", json!(["VerifiableCredential"]), "type");
        check("/issuer/id", Value::Null, "issuer");
        check("/iss", json!("urn:other"), "iss");
        check("/jti", json!("urn:other"), "jti");
        check("/sub", json!("urn:other"), "sub");
        check("/nbf", json!("soon"), "nbf");
        check("/credentialSubject/achievement/criteria", json!({}), "criteria");
    }
}
