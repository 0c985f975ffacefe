//! `igudar badge`

use anyhow::Context as _;
use gateway::ports::Ambient as _;
use learning::{BadgeKey, RevocationList, verify};
use serde_json::json;
use store::SystemAmbient;

use super::learn::{known, named};
use super::{Session, read_input};
use crate::arguments::{Badge, VerifyBadge};
use crate::exit::Exit;
use crate::output;
use crate::wiring::{Installation, Issued, badge_signer, issue_badge, revocation_list};

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
    let installation = known(session, learner).await?;
    let signer = badge_signer(&installation.secrets);
    match issue_badge(&installation.store, &signer, &folder.course, learner).await? {
        Issued::Badge(badge) => {
            let value = json!({ "id": badge.id, "badge": badge.token });
            output::result(session.json, &value, || badge.token.clone())?;
            Ok(Exit::Done)
        }
        Issued::Open(open) => {
            output::remark(&format!("the course is not passed yet; open: {}", open.join(", ")));
            Ok(Exit::NotVerified)
        }
        Issued::Revoked(reason) => {
            output::remark(&format!("the badge of this learner was revoked: {reason}"));
            Ok(Exit::NotVerified)
        }
    }
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
    let signer = badge_signer(&installation.secrets);
    Ok(revocation_list(&installation.store, &signer).await?)
}
