//! `igudar badge`

use anyhow::Context as _;
use gateway::ports::Ambient as _;
use learning::{Achievement, BadgeFacts, BadgeKey, RevocationList, issue, verify};
use serde_json::json;
use store::{BadgeRecord, SystemAmbient};

use super::learn::{known, named, passed};
use super::{Session, read_input};
use crate::arguments::{Badge, VerifyBadge};
use crate::exit::Exit;
use crate::output;
use crate::wiring::{Installation, badge_issuer, badge_signer, random_id, rfc_3339};

pub(crate) async fn run(session: &Session, badge: Badge) -> anyhow::Result<Exit> {
    match badge {
        Badge::Issue { course, learner } => give(session, &course, &learner).await,
        Badge::Verify(asked) => check(session, &asked).await,
        Badge::Revoke { id, reason } => {
            let installation = Installation::open_existing(&session.folder).await?;
            installation.store.revoke_badge(&id, SystemAmbient.now_ms(), &reason).await?;
            let value = json!({ "revoked": id });
            output::result(session.json, &value, || format!("{id} is revoked"))?;
            Ok(Exit::Done)
        }
        Badge::Revocations => {
            let installation = Installation::open_existing(&session.folder).await?;
            output::line(&serde_json::to_string(&revocations(&installation).await?)?)?;
            Ok(Exit::Done)
        }
        Badge::Key => {
            let installation = Installation::open_existing(&session.folder).await?;
            let key = badge_signer(&installation.secrets).public_key();
            output::line(&serde_json::to_string(&key)?)?;
            Ok(Exit::Done)
        }
    }
}

async fn give(session: &Session, course: &str, learner: &str) -> anyhow::Result<Exit> {
    let folder = named(course)?;
    let course = &folder.course;
    let installation = known(session, learner).await?;
    let passed = passed(&installation.store.attempts().await?, course, learner);
    let open: Vec<&str> = course
        .exercises
        .iter()
        .map(|exercise| exercise.id.as_str())
        .filter(|id| !passed.iter().any(|(done, _)| done == id))
        .collect();
    if !open.is_empty() {
        output::remark(&format!("the course is not passed yet; open: {}", open.join(", ")));
        return Ok(Exit::NotVerified);
    }
    let signer = badge_signer(&installation.secrets);
    let now_ms = SystemAmbient.now_ms();
    let id = format!("urn:uuid:{}", random_id());
    let facts = BadgeFacts {
        id: id.clone(),
        issuer: badge_issuer(&signer),
        learner: format!("urn:uuid:{learner}"),
        achievement: Achievement {
            id: format!("urn:igudar:course:{}:{}", course.id, course.version),
            name: course.title.clone(),
            criteria: course.criteria.clone(),
        },
        valid_from: now_ms / 1000,
        valid_from_text: rfc_3339(now_ms / 1000)?,
        evidence: passed.into_iter().map(|(_, digest)| digest).collect(),
    };
    let made = BadgeRecord {
        id,
        learner: learner.to_owned(),
        course: course.id.clone(),
        course_version: course.version,
        token: issue(&facts, &signer),
        issued_ms: now_ms,
    };
    let kept = installation.store.keep_badge(&made).await?;
    if let Some(reason) = revocations(&installation).await?.reason(&kept.id) {
        output::remark(&format!("the badge of this learner was revoked: {reason}"));
        return Ok(Exit::NotVerified);
    }
    let value = json!({ "id": kept.id, "badge": kept.token });
    output::result(session.json, &value, || kept.token.clone())?;
    Ok(Exit::Done)
}

async fn check(session: &Session, asked: &VerifyBadge) -> anyhow::Result<Exit> {
    let text = read_input(Some(&asked.file))?;
    let (key, own_list) = if let Some(path) = &asked.key {
        let content = read_input(Some(path))?;
        let key: BadgeKey = serde_json::from_str(&content)
            .with_context(|| format!("{} is no JSON Web Key", path.display()))?;
        (key, None)
    } else {
        let installation = Installation::open_existing(&session.folder).await?;
        let key = badge_signer(&installation.secrets).public_key();
        (key, Some(revocations(&installation).await?))
    };
    let list = match &asked.revocations {
        Some(path) => Some(
            serde_json::from_str::<RevocationList>(&read_input(Some(path))?)
                .with_context(|| format!("{} is no revocation list", path.display()))?,
        ),
        None => own_list,
    };
    match verify(&text, &key, SystemAmbient.now_ms() / 1000, list.as_ref()) {
        Ok(badge) => {
            let value =
                json!({ "valid": true, "badge": badge, "revocations_checked": list.is_some() });
            output::result(session.json, &value, || {
                let note = if list.is_some() {
                    ""
                } else {
                    "\nrevocations were not checked: --revocations"
                };
                format!(
                    "valid: {}\nlearner {}\nissuer  {}\nsince   {}\nevidence: {} graded runs{note}",
                    badge.achievement,
                    badge.learner,
                    badge.issuer,
                    badge.valid_from,
                    badge.evidence.len()
                )
            })?;
            Ok(Exit::Done)
        }
        Err(error) => {
            let value = json!({ "valid": false, "problem": error.to_string() });
            output::result(session.json, &value, || format!("not valid: {error}"))?;
            Ok(Exit::NotVerified)
        }
    }
}

async fn revocations(installation: &Installation) -> anyhow::Result<RevocationList> {
    let (issuer, _) = badge_issuer(&badge_signer(&installation.secrets));
    let mut list = RevocationList::new(&issuer);
    for (badge, reason) in installation.store.revocations().await? {
        list.revoke(&badge, &reason);
    }
    Ok(list)
}
