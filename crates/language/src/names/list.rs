//! The list of names with their usual spellings, and what is done for a name that is not in it.

use std::collections::HashMap;

use super::phonetic_key;
use crate::normalize::push_folded;
use crate::script::{Script, script_of};
use crate::transliterate::{Form, Options, Transliterator};
use crate::{Profile, tifinagh};

/// Answers for a name that is not in the list.
const MOST: usize = 5;

/// Names as rows of tables: Arabic spellings, the usual Latin spelling, its variants, Tifinagh.
#[derive(Debug, Clone, Default)]
pub struct NameList {
    rows: Vec<Row>,
    /// From folded spellings of every script to rows.
    spellings: HashMap<String, Vec<usize>>,
    /// From phonetic keys to rows.
    keys: HashMap<String, Vec<usize>>,
}

#[derive(Debug, Clone)]
struct Row {
    arabic: Vec<String>,
    latin: Vec<String>,
}

impl NameList {
    /// Reads tables of tab-separated columns under a header with `arabic`, `latin`, `variants` and perhaps
    /// `tifinagh`; several spellings of a cell stand between bars.
    pub fn read(tables: &[&str]) -> Self {
        let mut list = Self::default();
        for table in tables {
            let mut lines = table.lines().filter(|line| !line.starts_with('#'));
            let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
            let place = |name: &str| header.iter().position(|column| *column == name);
            let places = ["arabic", "latin", "variants", "tifinagh"].map(place);
            for line in lines {
                let cells: Vec<&str> = line.split('\t').collect();
                let [arabic, latin, variants, tifinagh] = places.map(|place| {
                    let cell = place.and_then(|place| cells.get(place)).copied();
                    cell.unwrap_or_default().split('|').map(str::trim).filter(|own| !own.is_empty())
                });
                let mut row =
                    Row { arabic: arabic.map(str::to_owned).collect(), latin: Vec::new() };
                let mut typed = Vec::new();
                for spelling in latin.chain(variants) {
                    typed.push(spelling.to_owned());
                    // Digits are how a name is typed in chat, not how it is written on papers.
                    let written = !spelling.bytes().any(|byte| byte.is_ascii_digit());
                    if written && !row.latin.iter().any(|own| own == spelling) {
                        row.latin.push(spelling.to_owned());
                    }
                }
                typed.extend(tifinagh.map(str::to_owned));
                list.add(row, &typed);
            }
        }
        list
    }

    fn add(&mut self, row: Row, typed: &[String]) {
        let place = self.rows.len();
        for spelling in row.arabic.iter().chain(typed) {
            let own = self.spellings.entry(folded(spelling)).or_default();
            if !own.contains(&place) {
                own.push(place);
            }
        }
        for arabic in row.arabic.iter().chain(row.latin.first()) {
            let own = self.keys.entry(phonetic_key(arabic)).or_default();
            if !own.contains(&place) {
                own.push(place);
            }
        }
        self.rows.push(row);
    }

    /// See [`super::to_arabic`].
    pub fn to_arabic(&self, name: &str) -> Vec<String> {
        if has(name, Script::Arabic) {
            return vec![name.trim().to_owned()];
        }
        self.answers(name, |row| &row.arabic, by_rules_in_arabic)
    }

    /// See [`super::to_latin`].
    pub fn to_latin(&self, name: &str) -> Vec<String> {
        self.answers(name, |row| &row.latin, by_rules_in_latin)
    }

    /// The answers of the rows that have this very spelling, then of the first that sound like it, then those
    /// of the rules alone where there is no such row.
    fn answers(
        &self,
        name: &str,
        column: impl Fn(&Row) -> &Vec<String>,
        by_rules: impl Fn(&str) -> Vec<String>,
    ) -> Vec<String> {
        let name = name.trim();
        if !name.chars().any(char::is_alphabetic) {
            return Vec::new();
        }
        let same = self.spellings.get(&folded(name));
        let alike = || self.keys.get(&phonetic_key(name));
        let rows = same.or_else(alike).map(Vec::as_slice).unwrap_or_default();
        let rows: Vec<&Row> = rows.iter().filter_map(|place| self.rows.get(*place)).collect();
        if rows.is_empty() {
            return by_rules(name);
        }
        // The usual spelling of every name before the rare ones of any.
        let most = rows.iter().map(|row| column(row).len()).max().unwrap_or(0);
        let mut answers: Vec<String> = Vec::new();
        for at in 0..most {
            for spelling in rows.iter().filter_map(|row| column(row).get(at)) {
                if !answers.contains(spelling) {
                    answers.push(spelling.clone());
                }
            }
        }
        answers
    }
}

fn folded(spelling: &str) -> String {
    let mut folded = String::with_capacity(spelling.len());
    for letter in spelling.chars().filter(|letter| !letter.is_whitespace()) {
        push_folded(letter, Profile::Search, &mut folded);
    }
    folded.retain(|letter| !matches!(letter, '-' | '\''));
    folded
}

fn has(name: &str, script: Script) -> bool {
    name.chars().any(|letter| script_of(letter) == script)
}

/// What each word may be in the other script; a name of several words gets the best answer of each.
fn written(name: &str, from: Form, to: Form) -> Vec<String> {
    let options = Options { answers: MOST, ..Options::default() };
    let Ok(found) = Transliterator::built_in().transliterate(name, from, to, &options) else {
        return Vec::new();
    };
    match found.words.as_slice() {
        [only] if only.source.len() == name.len() && only.foreign.is_none() => only.answers.clone(),
        _ => vec![found.text],
    }
}

pub(super) fn by_rules_in_arabic(name: &str) -> Vec<String> {
    if has(name, Script::Tifinagh) {
        return vec![tifinagh::to_arabic(name)];
    }
    // A capital is an emphatic letter in chat; in a name it only begins it.
    written(&name.to_lowercase(), Form::AryLatn, Form::AryArab)
}

pub(super) fn by_rules_in_latin(name: &str) -> Vec<String> {
    let latin = if has(name, Script::Tifinagh) {
        tifinagh::to_latin(name)
    } else if has(name, Script::Arabic) {
        let mut latin = written(name, Form::ArArab, Form::ArLatn);
        latin.truncate(1);
        latin.pop().unwrap_or_default()
    } else {
        return vec![name.to_owned()];
    };
    vec![capitalised(&latin)]
}

fn capitalised(latin: &str) -> String {
    let mut out = String::with_capacity(latin.len());
    let mut begins = true;
    for letter in latin.chars() {
        if begins {
            out.extend(letter.to_uppercase());
        } else {
            out.push(letter);
        }
        begins = letter == ' ' || letter == '-';
    }
    out
}
