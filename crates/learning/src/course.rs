//! A course: lessons in several languages and exercises, read from the files of one folder.
//!
//! ```text
//! course.toml                    what the course is, its lessons and exercises in order
//! lessons/NAME.LANGUAGE.md       a lesson in one language
//! exercises/NAME/exercise.toml   what is asked, and the cases everyone may see
//! exercises/NAME/task.LANGUAGE.md
//! exercises/NAME/hidden.toml     the cases nobody sees
//! ```

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::exercise::Exercise;

/// The contents of a course's files by their path inside its folder, parted by `/`.
pub type Files = BTreeMap<String, String>;

/// Texts by language, BCP 47 tags.
pub type Texts = BTreeMap<String, String>;

/// A course.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// Its name in addresses and commands.
    pub id: String,
    /// Its version, as its authors count.
    pub version: u32,
    /// What it is called.
    pub title: Texts,
    /// What one can do afterwards: what the badge says it was given for.
    pub criteria: Texts,
    /// Its licence, an SPDX expression.
    pub licence: String,
    /// Its lessons, in order.
    pub lessons: Vec<Lesson>,
    /// Its exercises, in order.
    pub exercises: Vec<Exercise>,
    /// SHA-256 over all its files, hidden cases too: what exactly a graded run was graded by.
    pub digest: String,
}

/// A lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// Its name.
    pub id: String,
    /// Its text, Markdown, by language.
    pub text: Texts,
}

/// A course's files are not in order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct CourseError {
    /// Which file.
    pub file: String,
    /// What is wrong with it, and where.
    pub problem: String,
}

impl CourseError {
    pub(crate) fn new(file: &str, problem: impl Into<String>) -> Self {
        Self { file: file.to_owned(), problem: problem.into() }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CourseFile {
    id: String,
    version: u32,
    title: Texts,
    criteria: Texts,
    licence: String,
    lessons: Vec<String>,
    exercises: Vec<String>,
}

const COURSE_FILE: &str = "course.toml";

impl Course {
    /// Reads a course. Every language of the title must have every lesson and every task.
    pub fn read(files: &Files) -> Result<Self, CourseError> {
        let file: CourseFile = read_toml(files, COURSE_FILE)?;
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=64).contains(&file.id.len()) || !file.id.bytes().all(plain) {
            let problem = "key `id`: 1 to 64 lower-case letters, digits and hyphens";
            return Err(CourseError::new(COURSE_FILE, problem));
        }
        if file.title.is_empty() || file.exercises.is_empty() {
            let problem = "a course needs a title in at least one language, and an exercise";
            return Err(CourseError::new(COURSE_FILE, problem));
        }
        let languages: Vec<&str> = file.title.keys().map(String::as_str).collect();
        if let Some(missing) = languages.iter().find(|tag| !file.criteria.contains_key(**tag)) {
            let problem = format!("key `criteria`: no text in `{missing}`, which the title has");
            return Err(CourseError::new(COURSE_FILE, problem));
        }
        for (key, names) in [("lessons", &file.lessons), ("exercises", &file.exercises)] {
            let mut seen = BTreeSet::new();
            if let Some(twice) = names.iter().find(|name| !seen.insert(*name)) {
                let problem = format!("key `{key}`: `{twice}` stands twice");
                return Err(CourseError::new(COURSE_FILE, problem));
            }
        }
        let lessons = file
            .lessons
            .iter()
            .map(|id| {
                let text = texts(files, &languages, |tag| format!("lessons/{id}.{tag}.md"))?;
                Ok(Lesson { id: id.clone(), text })
            })
            .collect::<Result<_, CourseError>>()?;
        let exercises: Vec<Exercise> = file
            .exercises
            .iter()
            .map(|id| Exercise::read(files, id, &languages))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            id: file.id,
            version: file.version,
            title: file.title,
            criteria: file.criteria,
            licence: file.licence,
            lessons,
            exercises,
            digest: digest(files),
        })
    }

    /// One of its exercises.
    pub fn exercise(&self, id: &str) -> Option<&Exercise> {
        self.exercises.iter().find(|exercise| exercise.id == id)
    }
}

/// Reads one TOML file of a course. The error names line and column, and quotes the line: no file of a
/// course that an author can break holds a secret, save the hidden cases, whose errors only authors see.
pub(crate) fn read_toml<T: serde::de::DeserializeOwned>(
    files: &Files,
    path: &str,
) -> Result<T, CourseError> {
    let content = files.get(path).ok_or_else(|| CourseError::new(path, "there is no such file"))?;
    toml::from_str(content).map_err(|error| CourseError::new(path, error.to_string()))
}

/// One text for each language.
pub(crate) fn texts(
    files: &Files,
    languages: &[&str],
    path: impl Fn(&str) -> String,
) -> Result<Texts, CourseError> {
    languages
        .iter()
        .map(|tag| {
            let path = path(tag);
            let text = files.get(&path).filter(|text| !text.trim().is_empty());
            let text = text.ok_or_else(|| {
                CourseError::new(
                    &path,
                    format!("the course is in `{tag}`, and this file has no text"),
                )
            })?;
            Ok(((*tag).to_owned(), text.clone()))
        })
        .collect()
}

/// Lengths stand before names and contents, so that no two sets of files give the same bytes.
fn digest(files: &Files) -> String {
    let mut hasher = Sha256::new();
    for (path, content) in files {
        for piece in [path, content] {
            hasher.update((piece.len() as u64).to_be_bytes());
            hasher.update(piece.as_bytes());
        }
    }
    hex::encode(hasher.finalize())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn files() -> Files {
        [
            (
                "course.toml",
                "id = 'donnees'\nversion = 1\nlicence = 'CC-BY-4.0'\nlessons = ['un']\nexercises = ['masquer']\n\
                 [title]\nfr = 'Données'\nar = 'المعطيات'\n[criteria]\nfr = 'Sait masquer.'\nar = 'يعرف الحجب'\n",
            ),
            ("lessons/un.fr.md", "# Un"),
            ("lessons/un.ar.md", "# واحد"),
            ("exercises/masquer/task.fr.md", "Écrivez un dictionnaire."),
            ("exercises/masquer/task.ar.md", "اكتب قاموسا."),
            (
                "exercises/masquer/exercise.toml",
                "kind = 'dictionary'\n[title]\nfr = 'Masquer'\nar = 'حجب'\n\
                 [[case]]\ninput = 'dossier TX-1'\nfinds = [{ kind = 'case_number', text = 'TX-1' }]\n",
            ),
            (
                "exercises/masquer/hidden.toml",
                "[[case]]\ninput = 'dossier TX-77'\nfinds = [{ kind = 'case_number', text = 'TX-77' }]\n",
            ),
        ]
        .into_iter()
        .map(|(path, content)| (path.to_owned(), content.to_owned()))
        .collect()
    }

    #[test]
    fn a_course_is_read_whole() {
        let course = Course::read(&files()).unwrap();
        assert_eq!((course.lessons.len(), course.exercises.len()), (1, 1));
        assert_eq!(course.exercise("masquer").unwrap().hidden.len(), 1);
        assert_eq!(course.digest.len(), 64);
        let mut other = files();
        other.insert("exercises/masquer/hidden.toml".to_owned(), String::new());
        assert_ne!(Course::read(&other).unwrap().digest, course.digest);
    }

    #[test]
    fn errors_name_the_file() {
        let check = |path: &str, content: Option<&str>, expect: &str| {
            let mut files = files();
            match content {
                Some(content) => files.insert(path.to_owned(), content.to_owned()),
                None => files.remove(path),
            };
            let error = Course::read(&files).unwrap_err().to_string();
            assert!(error.starts_with(path) && error.contains(expect), "{error}");
        };
        check("course.toml", None, "no such file");
        check("course.toml", Some("id = 'a'\n"), "missing field");
        let doubled = files()["course.toml"].replace("['un']", "['un', 'un']");
        check("course.toml", Some(&doubled), "`un` stands twice");
        check("lessons/un.ar.md", None, "the course is in `ar`");
        check("lessons/un.ar.md", Some(" \n"), "has no text");
        check("exercises/masquer/exercise.toml", Some("kind = 'magic'"), "unknown variant");
        check("exercises/masquer/exercise.toml", Some("knid = 'policy'"), "unknown field");
    }
}
