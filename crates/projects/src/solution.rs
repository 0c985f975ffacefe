//! A solution of the catalogue: a folder that others start from. It says what it is for, who may use it how,
//! what is in it and how good it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::application::line;
use crate::programme::Texts;

/// The contents of a folder's files by their path inside it, parted by `/`.
pub type Files = BTreeMap<String, String>;

/// The file that says what a folder is.
pub const SOLUTION_FILE: &str = "solution.toml";

/// The languages in which a need must be told, so that it is found by whoever has it.
const NEEDED: [&str; 3] = ["fr", "ar", "en"];
/// So many languages at most.
const MOST_LANGUAGES: usize = 16;
/// So many example questions at most.
const MOST_EXAMPLES: usize = 20;
/// Bytes of each file that is shown with a solution.
const LONGEST_SHOWN: usize = 64 << 10;
const MOST_FILES: usize = 200;
const MOST_BYTES: usize = 8 << 20;

/// What a solution says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Solution {
    /// Its name in addresses and commands.
    pub name: String,
    /// Its version, as its authors count.
    pub version: u32,
    /// What it is called, by language.
    pub title: Texts,
    /// The need that it answers, by language: fr, ar and en at least.
    pub need: Texts,
    /// Its licence, an SPDX expression.
    pub licence: String,
    /// Whom to name.
    pub attribution: String,
    /// The file that tells what is in it, where that comes from and what it must not be used for.
    pub data_sheet: String,
    /// The file of questions by which it is measured, JSON Lines.
    pub evaluation: String,
    /// The lesson that teaches it, a file for each language.
    pub lesson: Texts,
    /// How `igudar solution run` runs it; none where it is only copied.
    #[serde(default)]
    pub desk: Option<Desk>,
}

/// A desk that answers from the documents of the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Desk {
    /// The folder of its documents.
    pub documents: String,
    /// Questions to show what it does, one in each language.
    pub examples: Vec<String>,
    /// What it says when the documents do not answer, and whom to ask, by language.
    pub refusal: Texts,
}

/// One question of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskQuestion {
    /// Its name.
    pub id: String,
    /// Its language, a BCP 47 tag.
    pub language: String,
    /// What is asked.
    pub question: String,
    /// The documents of which one must be cited; empty where the desk must refuse.
    pub documents: Vec<String>,
}

/// Why a folder is no solution.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct SolutionError {
    /// Which file.
    pub file: String,
    /// What is wrong, with which line or key.
    pub problem: String,
}

fn wrong(file: &str, problem: impl Into<String>) -> SolutionError {
    SolutionError { file: file.to_owned(), problem: problem.into() }
}

impl Desk {
    /// What it says in a language when it does not know: in that language, else in the one it is written as, else
    /// in the first there is.
    pub fn refusal(&self, tag: &str) -> &str {
        let base = tag.split('-').next().unwrap_or(tag);
        let text = self.refusal.get(tag).or_else(|| self.refusal.get(base));
        text.or_else(|| self.refusal.values().next()).map_or("", String::as_str)
    }
}

impl Solution {
    /// Reads and checks a folder.
    pub fn read(files: &Files) -> Result<Self, SolutionError> {
        let content = files.get(SOLUTION_FILE);
        let content = content.ok_or_else(|| wrong(SOLUTION_FILE, "there is no such file"))?;
        let solution = Self::parse(content)?;
        solution.check(files)?;
        Ok(solution)
    }

    /// Reads what a solution says of itself, without its folder.
    pub fn parse(content: &str) -> Result<Self, SolutionError> {
        toml::from_str(content).map_err(|error| wrong(SOLUTION_FILE, error.to_string()))
    }

    fn check(&self, files: &Files) -> Result<(), SolutionError> {
        let key =
            |key: &str, problem: &str| Err(wrong(SOLUTION_FILE, format!("key `{key}`: {problem}")));
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=64).contains(&self.name.len()) || !self.name.bytes().all(plain) {
            return key("name", "1 to 64 lower-case letters, digits and hyphens");
        }
        for (member, texts) in
            [("title", &self.title), ("need", &self.need), ("lesson", &self.lesson)]
        {
            if texts.len() > MOST_LANGUAGES {
                return key(member, "texts in at most 16 languages");
            }
        }
        if self.title.is_empty() || self.title.values().any(|text| !line(text, 1, 200)) {
            return key("title", "a line of 1 to 200 characters in at least one language");
        }
        let told = |tag: &&str| self.need.get(*tag).is_some_and(|text| line(text, 10, 1000));
        if let Some(missing) = NEEDED.iter().find(|tag| !told(tag)) {
            let problem = format!("no line of 10 to 1000 characters in `{missing}`");
            return key("need", &problem);
        }
        if self.need.values().any(|text| !line(text, 10, 1000)) {
            return key("need", "each text is a line of 10 to 1000 characters");
        }
        let licence = |sign: char| sign.is_ascii_alphanumeric() || "-.+() ".contains(sign);
        if !line(&self.licence, 2, 100) || !self.licence.chars().all(licence) {
            return key("licence", "an SPDX expression, such as CC-BY-4.0 or Apache-2.0");
        }
        if !line(&self.attribution, 1, 200) {
            return key("attribution", "whom to name, a line");
        }
        if self.lesson.is_empty() {
            return key("lesson", "a file in at least one language");
        }
        let named = [&self.data_sheet, &self.evaluation].into_iter().chain(self.lesson.values());
        for file in named {
            if files.get(file).is_none_or(|text| text.trim().is_empty()) {
                return Err(wrong(file, "solution.toml names it, and it is missing or empty"));
            }
        }
        let shown = [SOLUTION_FILE, &self.data_sheet].into_iter();
        for file in shown.chain(self.lesson.values().map(String::as_str)) {
            if files.get(file).is_some_and(|text| text.len() > LONGEST_SHOWN) {
                return Err(wrong(file, "it is shown to whoever asks, and has more than 64 KiB"));
            }
        }
        self.questions(files)?;
        if let Some(desk) = &self.desk {
            let start = format!("{}/", desk.documents);
            if !files.keys().any(|path| path.starts_with(&start)) {
                return key("desk.documents", "there is no file in this folder");
            }
            if desk.refusal.len() > MOST_LANGUAGES
                || desk.refusal.is_empty()
                || desk.refusal.values().any(|text| !line(text, 1, 500))
            {
                return key("desk.refusal", "a line in at least one language");
            }
            let examples = 1..=MOST_EXAMPLES;
            if !examples.contains(&desk.examples.len())
                || desk.examples.iter().any(|text| !line(text, 1, 500))
            {
                return key(
                    "desk.examples",
                    "1 to 20 questions, each a line of at most 500 characters",
                );
            }
        }
        let size: usize = files.values().map(String::len).sum();
        if files.len() > MOST_FILES || size > MOST_BYTES {
            return Err(wrong(SOLUTION_FILE, "a solution has at most 200 files and 8 MiB"));
        }
        if let Some(path) = files.keys().find(|path| !is_inside(path)) {
            return Err(wrong(path, "a path of plain names inside the folder is needed"));
        }
        // Some disks take large and small letters for the same.
        let mut folded: Vec<(String, &String)> =
            files.keys().map(|path| (path.to_lowercase(), path)).collect();
        folded.sort();
        for pair in folded.windows(2) {
            if let [(one, _), (other, path)] = pair
                && (one == other || other.starts_with(&format!("{one}/")))
            {
                return Err(wrong(
                    path,
                    "another file has this path, or stands where its folder is",
                ));
            }
        }
        Ok(())
    }

    /// The questions by which it is measured.
    pub fn questions(&self, files: &Files) -> Result<Vec<DeskQuestion>, SolutionError> {
        let content = files.get(&self.evaluation).map_or("", String::as_str);
        let lines = content.lines().zip(1_usize..).filter(|(line, _)| !line.trim().is_empty());
        let questions = lines.map(|(line, number)| {
            serde_json::from_str(line)
                .map_err(|error| wrong(&self.evaluation, format!("line {number}: {error}")))
        });
        let questions: Vec<DeskQuestion> = questions.collect::<Result<_, _>>()?;
        if questions.is_empty() {
            return Err(wrong(&self.evaluation, "there is no question in it"));
        }
        Ok(questions)
    }
}

/// Whether a path stays inside its folder on every system.
pub fn is_inside(path: &str) -> bool {
    let name = |part: &str| {
        !part.is_empty()
            // Programs obey what stands in files that a folder does not show.
            && !part.starts_with('.')
            && !part.contains(['\\', ':', '\0'])
            && !part.chars().any(char::is_control)
    };
    path.len() <= 200 && path.split('/').all(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "name = 'desk'\nversion = 1\nlicence = 'CC0-1.0'\nattribution = 'Exemple'\n\
        data_sheet = 'sheet.md'\nevaluation = 'questions.jsonl'\n\
        title = { fr = 'Un guichet' }\nlesson = { fr = 'lesson.md' }\n\
        need = { fr = 'Répondre aux clients', ar = 'الإجابة على أسئلة الزبناء', en = 'Answer customers' }\n\
        [desk]\ndocuments = 'documents'\nexamples = ['Quand ?']\nrefusal = { fr = 'Demandez au magasin.' }\n";

    fn files() -> Files {
        let question =
            r#"{"id": "q1", "language": "fr", "question": "Quand ?", "documents": ["a"]}"#;
        [
            (SOLUTION_FILE, FILE),
            ("sheet.md", "What it is"),
            ("questions.jsonl", question),
            ("lesson.md", "Lesson"),
            ("documents/a.md", "Tous les jours"),
        ]
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .into()
    }

    #[test]
    fn a_folder_is_read_and_every_gap_is_named() {
        fn check(change: impl Fn(&mut Files), expect: &str) {
            let mut files = files();
            change(&mut files);
            let error = Solution::read(&files).unwrap_err().to_string();
            assert!(error.contains(expect), "{error} lacks {expect}");
        }
        fn written(from: &'static str, to: &'static str) -> impl Fn(&mut Files) {
            move |files| {
                assert!(FILE.contains(from), "{from}");
                files.insert(SOLUTION_FILE.to_owned(), FILE.replacen(from, to, 1));
            }
        }
        let solution = Solution::read(&files()).unwrap();
        assert_eq!(solution.questions(&files()).unwrap()[0].documents, ["a"]);
        check(|files| drop(files.remove(SOLUTION_FILE)), "there is no such file");
        check(written("'desk'", "'De sk'"), "key `name`");
        check(
            written("en = 'Answer customers'", "en = ''"),
            "key `need`: no line of 10 to 1000 characters in `en`",
        );
        check(written("'CC0-1.0'", "'free!'"), "key `licence`");
        check(written("'Exemple'", "''"), "key `attribution`");
        check(written("version = 1\n", ""), "version");
        check(written("'documents'", "'papers'"), "key `desk.documents`");
        check(written("['Quand ?']", "[]"), "key `desk.examples`");
        check(written("'Demandez au magasin.'", "''"), "key `desk.refusal`");
        check(|files| drop(files.remove("sheet.md")), "sheet.md: solution.toml names it");
        check(
            |files| drop(files.insert("questions.jsonl".to_owned(), "\n{}".to_owned())),
            "line 2",
        );
        check(|files| drop(files.insert("../out".to_owned(), String::new())), "../out");
        check(|files| drop(files.insert("big".to_owned(), "a".repeat(MOST_BYTES))), "8 MiB");
    }

    #[test]
    fn paths_stay_inside() {
        for (path, right) in [
            ("a.md", true),
            ("a/b.md", true),
            ("", false),
            ("/a", false),
            ("a//b", false),
            ("a/../b", false),
            ("./a", false),
            ("c:\\a", false),
            ("a\nb", false),
        ] {
            assert_eq!(is_inside(path), right, "{path}");
        }
    }
}
