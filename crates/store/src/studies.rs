//! Studies on disk: what was answered, by the digest of what was asked, and the results of runs. For the owner's eyes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::files::{self, Readers};

/// The folder in the data folder.
const FOLDER: &str = "studies";
const ANSWERS: &str = "answers";
const RUNS: &str = "runs";

/// The folder of studies of one data folder.
#[derive(Debug, Clone)]
pub struct StudyFiles(PathBuf);

impl StudyFiles {
    /// The folder below a data folder; made when something is written.
    pub fn in_data(data: &Path) -> Self {
        Self(data.join(FOLDER))
    }

    /// What was answered to a question; a damaged or missing file is none.
    pub fn answer(&self, digest: &str) -> Option<Vec<u8>> {
        fs::read(self.answer_path(digest)?).ok()
    }

    /// Keeps an answer; on disk when this returns.
    pub fn keep_answer(&self, digest: &str, answer: &[u8]) -> io::Result<()> {
        let path = self.answer_path(digest).ok_or(io::ErrorKind::InvalidInput)?;
        if let Some(folder) = path.parent() {
            files::create_folder(folder)?;
        }
        files::replace(&path, answer, Readers::Owner)
    }

    /// The folder of a run.
    pub fn run(&self, id: &str) -> PathBuf {
        self.0.join(RUNS).join(id)
    }

    /// The ids of all runs, sorted.
    pub fn runs(&self) -> io::Result<Vec<String>> {
        let mut ids = Vec::new();
        match fs::read_dir(self.0.join(RUNS)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
            Ok(entries) => {
                for entry in entries {
                    ids.extend(entry?.file_name().into_string().ok());
                }
            }
        }
        ids.sort();
        Ok(ids)
    }

    /// Removes a run's folder.
    pub fn forget_run(&self, id: &str) -> io::Result<()> {
        fs::remove_dir_all(self.run(id))
    }

    /// Removes every answer that was kept, of all runs, and tells whether there was one.
    pub fn forget_answers(&self) -> io::Result<bool> {
        match fs::remove_dir_all(self.0.join(ANSWERS)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Two digits make a folder, so that none grows too large.
    fn answer_path(&self, digest: &str) -> Option<PathBuf> {
        let plain = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        let (first, rest) = digest.split_at_checked(2).filter(|_| plain)?;
        Some(self.0.join(ANSWERS).join(first).join(rest))
    }
}

/// Writes the files of a run into its folder, each whole or not at all, in the order of the list.
pub fn write_run(folder: &Path, contents: &[(&str, &[u8])]) -> io::Result<()> {
    files::create_folder(folder)?;
    for (name, content) in contents {
        files::replace(&folder.join(name), content, Readers::Owner)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_runs_come_and_go() {
        let data = tempfile::tempdir().unwrap();
        let studies = StudyFiles::in_data(data.path());
        let digest = "0f".repeat(32);
        assert_eq!(studies.answer(&digest), None);
        assert_eq!(studies.runs().unwrap(), Vec::<String>::new());
        studies.keep_answer(&digest, b"one").unwrap();
        studies.keep_answer(&digest, b"two").unwrap();
        assert_eq!(studies.answer(&digest).as_deref(), Some(&b"two"[..]));
        assert!(studies.keep_answer("../../x", b"no").is_err());
        assert_eq!(studies.answer("../../x"), None);
        write_run(&studies.run("a-1"), &[("manifest.json", b"{}")]).unwrap();
        assert_eq!(studies.runs().unwrap(), ["a-1"]);
        studies.forget_run("a-1").unwrap();
        assert_eq!(studies.runs().unwrap(), Vec::<String>::new());
        assert!(studies.forget_answers().unwrap());
        assert!(!studies.forget_answers().unwrap());
        assert_eq!(studies.answer(&digest), None);
    }
}
