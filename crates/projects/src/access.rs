//! What a key may do.

use std::sync::Arc;

use crate::budget::Budget;
use crate::key::{KeyId, KeyRecord, Stage};
use crate::project::{Project, ProjectId};

/// The right to send requests for a project. Only `access` makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Access {
    /// Who pays.
    pub project: ProjectId,
    /// With which key.
    pub key: KeyId,
    /// How many requests the key may start in a minute; 0 for as many as it likes.
    pub requests_per_minute: u32,
    /// Whether requests stay on this machine.
    pub local_only: bool,
    /// The project's own policy, as TOML.
    pub policy: Option<Arc<str>>,
    /// What the project may spend.
    pub budget: Option<Budget>,
}

/// Why a key is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Somebody withdrew it.
    #[error("this key was revoked")]
    Revoked,
    /// Its time is over.
    #[error("this key has expired")]
    Expired,
    /// It is for production, and the public register has no published entry of its project.
    #[error("this key is for production, and its project has no published entry in the register")]
    Unregistered,
}

/// Decides what the key may do at `now_ms`. A key that was withdrawn is refused whatever the clock says.
pub fn access(record: &KeyRecord, project: &Project, now_ms: i64) -> Result<Access, Denied> {
    if record.revoked_ms.is_some() || record.project != project.id {
        return Err(Denied::Revoked);
    }
    if record.expires_ms.is_some_and(|expires_ms| now_ms >= expires_ms) {
        return Err(Denied::Expired);
    }
    if record.stage == (Stage::Production { registered: false }) {
        return Err(Denied::Unregistered);
    }
    Ok(Access {
        project: project.id.clone(),
        key: record.id.clone(),
        requests_per_minute: project.requests_per_minute,
        local_only: project.local_only,
        policy: project.policy.clone(),
        budget: project.budget,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::KeyHash;

    fn check(revoked_ms: Option<i64>, expires_ms: Option<i64>, expect: Result<(), Denied>) {
        check_at(Stage::Test, revoked_ms, expires_ms, expect);
        check_at(Stage::Production { registered: true }, revoked_ms, expires_ms, expect);
        let expect = expect.and(Err(Denied::Unregistered));
        check_at(Stage::Production { registered: false }, revoked_ms, expires_ms, expect);
    }

    fn check_at(
        stage: Stage,
        revoked_ms: Option<i64>,
        expires_ms: Option<i64>,
        expect: Result<(), Denied>,
    ) {
        let project = Project {
            id: ProjectId::new("demo"),
            name: "Demo".to_owned(),
            created_ms: 1,
            budget: None,
            requests_per_minute: 60,
            local_only: true,
            policy: None,
        };
        let record = KeyRecord {
            id: KeyId::new("key_1"),
            project: project.id.clone(),
            name: "first".to_owned(),
            hash: KeyHash([1; 32]),
            created_ms: 1,
            revoked_ms,
            expires_ms,
            stage,
        };
        let given = access(&record, &project, 1000);
        assert_eq!(given.as_ref().map(|_| ()).map_err(|denied| *denied), expect);
        if let Ok(access) = given {
            assert_eq!((access.requests_per_minute, access.local_only), (60, true));
        }
        let foreign = Project { id: ProjectId::new("other"), ..project };
        assert!(access(&record, &foreign, 1000).is_err());
    }

    #[test]
    fn keys() {
        check(None, None, Ok(()));
        check(None, Some(1001), Ok(()));
        check(None, Some(1000), Err(Denied::Expired));
        check(Some(2000), None, Err(Denied::Revoked));
        check(Some(1), Some(1), Err(Denied::Revoked));
    }
}
