//! What a window of a text gives to judge by.

use std::collections::BTreeSet;

use language::{ByteSpan, Profile, normalize};

use super::Topic;
use super::words::{Says, TopicWords};
use crate::finding::Finding;
use crate::replace::Findings;

/// A text up to this many bytes is judged as a whole, a longer one in windows of this size.
const WINDOW: usize = 1_500;
/// How much neighbouring windows share, so that a sentence on the border is whole in one of them.
const SHARED: usize = 300;

/// The first indexes are features with a name; the others are words by their hash.
pub(super) const NAMED: u16 = 64;
/// How many words' hashes there are.
pub(super) const HASHES: u16 = 4_096;

/// How many persons and other values were found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct About {
    persons: usize,
    identifiers: usize,
}

impl About {
    fn add(&mut self, finding: &Finding) {
        if finding.kind.as_str() == "person" {
            self.persons += 1;
        } else {
            self.identifiers += 1;
        }
    }

    fn is_anybody(self) -> bool {
        self.persons + self.identifiers > 0
    }
}

/// Whom the whole request is about.
pub(super) fn about(findings: &Findings) -> About {
    let mut about = About::default();
    findings.per_text.iter().flatten().for_each(|finding| about.add(finding));
    about
}

/// Whose birth is dated; a minor's counts most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Birth {
    Undated,
    OfAdult,
    OfMinor,
}

/// The evidence of one window.
#[derive(Debug)]
pub(super) struct Evidence<'w> {
    /// Who stands in this window.
    here: About,
    /// Who stands in the whole request.
    request: About,
    someone: bool,
    young: bool,
    nobody: usize,
    birth: Option<Birth>,
    /// Different strong and weak words of each topic.
    strong: Vec<(Topic, usize)>,
    weak: Vec<(Topic, usize)>,
    /// Types found in the window that say a topic.
    types: Vec<(Topic, &'w str)>,
    examples: Vec<(Topic, &'w str)>,
    hashes: Vec<u16>,
}

/// The windows of a text, cut at line or word ends.
pub(super) fn windows(text: &str) -> Vec<ByteSpan> {
    let mut windows = Vec::new();
    let mut start = 0;
    loop {
        let end = boundary(text, start + WINDOW);
        windows.push(ByteSpan { start, end });
        if end >= text.len() {
            return windows;
        }
        // A boundary never lies more than a word back, so the next window begins further on.
        start = boundary(text, end.saturating_sub(SHARED)).max(start + 1);
        while !text.is_char_boundary(start) {
            start += 1;
        }
    }
}

/// The end of the last whole word at or before a place.
fn boundary(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    let whole = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (at, near) = (whole(at), whole(at.saturating_sub(200)));
    let back = text.get(near..at).and_then(|before| before.rfind(char::is_whitespace));
    back.map_or(at, |back| near + back)
}

impl<'w> Evidence<'w> {
    pub(super) fn of(
        words: &'w TopicWords,
        text: &str,
        window: ByteSpan,
        findings: &[Finding],
        request: About,
    ) -> Self {
        let own = window.of(text);
        let normalized = normalize(own, Profile::Search);
        let folded = normalized.text.as_str();
        // Findings come sorted and without overlaps: only those of the window are looked at.
        let first = findings.partition_point(|finding| finding.span.end <= window.start);
        let inside: Vec<&Finding> = findings
            .iter()
            .skip(first)
            .take_while(|finding| finding.span.start < window.end)
            .collect();
        let mut here = About::default();
        for finding in &inside {
            here.add(finding);
        }
        // A word inside a value, such as a name that means something, says nothing.
        let is_value = |span: ByteSpan| {
            let source = normalized.source_span(span);
            let (start, end) = (window.start + source.start, window.start + source.end);
            inside.iter().any(|finding| start < finding.span.end && finding.span.start < end)
        };
        let mut evidence = Self {
            here,
            request,
            someone: false,
            young: false,
            nobody: 0,
            birth: None,
            strong: Vec::new(),
            weak: Vec::new(),
            types: Vec::new(),
            examples: Vec::new(),
            hashes: hashes(folded),
        };
        let mut counted: BTreeSet<(usize, Says)> = BTreeSet::new();
        words.find(folded, |hit| {
            if hit.says == Says::Years {
                evidence.young |= young_before(folded, hit.span.start);
                return;
            }
            if counted.contains(&(hit.number, hit.says)) || is_value(hit.span) {
                return;
            }
            counted.insert((hit.number, hit.says));
            match hit.says {
                Says::Strong(topic) => {
                    count(&mut evidence.strong, topic);
                    evidence.examples.push((topic, hit.written));
                }
                Says::Weak(topic) => count(&mut evidence.weak, topic),
                Says::Someone => evidence.someone = true,
                Says::Nobody => evidence.nobody += 1,
                Says::Years => {}
            }
        });
        for finding in &inside {
            if finding.kind.as_str() == "date_of_birth" {
                let birth = match words.is_young(finding.span.of(text)) {
                    Some(true) => Birth::OfMinor,
                    Some(false) => Birth::OfAdult,
                    None => Birth::Undated,
                };
                evidence.birth = evidence.birth.max(Some(birth));
            }
            for topic in super::TOPICS {
                let own = words.types(topic).iter().find(|kind| *kind == finding.kind.as_str());
                evidence.types.extend(own.map(|kind| (topic, kind.as_str())));
            }
        }
        evidence
    }

    /// Whether a person can be told: a value was found, or the text speaks of somebody.
    pub(super) fn is_about_somebody(&self) -> bool {
        self.here.is_anybody() || self.someone || self.request.persons > 0
    }

    /// The indexes of the features that are there, for a trained topic: those with a name, then the words.
    pub(super) fn features(&self, topic: Topic) -> impl Iterator<Item = u16> {
        let strong = amount(&self.strong, topic);
        let weak = amount(&self.weak, topic);
        let named = [
            true,
            strong >= 1,
            strong >= 2,
            strong >= 4,
            weak >= 1,
            weak >= 2,
            weak >= 4,
            self.has_type(topic),
            self.here.persons >= 1,
            self.here.persons >= 3,
            self.here.identifiers >= 1,
            self.someone,
            self.young,
            self.nobody >= 1,
            self.nobody >= 3,
            self.birth.is_some(),
            // A strong word or type without anybody named is weaker.
            strong >= 1 && self.here.persons == 0,
            strong >= 1 && self.here.persons >= 1,
            weak >= 1 && self.here.persons >= 1,
            strong >= 1 && weak >= 1,
            strong >= 1 && self.nobody >= 1,
            self.young && self.here.persons >= 1,
            self.has_type(topic) && weak >= 1,
            self.has_type(topic) && strong >= 1,
            self.has_type(topic) && self.birth.is_some(),
            weak >= 2 && self.nobody == 0,
            !self.here.is_anybody() && self.request.persons >= 1,
            strong >= 1 && self.strong.iter().any(|(other, _)| *other != topic),
            self.birth == Some(Birth::OfMinor),
            self.birth == Some(Birth::OfAdult),
        ];
        let named = (0..).zip(named).filter(|(_, there)| *there).map(|(index, _)| index);
        named.chain(self.hashes.iter().map(|hash| NAMED + hash))
    }

    fn has_type(&self, topic: Topic) -> bool {
        self.types.iter().any(|(own, _)| *own == topic)
    }

    /// The score of a topic that is told by its words alone.
    pub(super) fn score_by_words(&self, topic: Topic) -> u8 {
        let strong = amount(&self.strong, topic);
        let somebody = self.here.persons > 0 || self.someone;
        match (strong, somebody, self.nobody) {
            (0, ..) => 0,
            (1, true, 0) => 65,
            (1, ..) => 0,
            (_, true, _) => 80,
            (_, false, _) if self.here.is_anybody() => 55,
            _ => 0,
        }
    }

    /// What was there, in the words of the pack.
    pub(super) fn reason(&self, topic: Topic, trained: bool) -> String {
        let mut parts: Vec<String> = Vec::new();
        let words: Vec<&str> = self
            .examples
            .iter()
            .filter(|(own, _)| *own == topic)
            .map(|(_, written)| *written)
            .take(4)
            .collect();
        if !words.is_empty() {
            parts.push(format!("words of the topic: {}", words.join(", ")));
        }
        if let Some((_, kind)) = self.types.iter().find(|(own, _)| *own == topic) {
            parts.push(format!("a value of type {kind}"));
        }
        if topic == Topic::Minor && self.young {
            parts.push("an age under 18".to_owned());
        }
        if trained {
            parts.push("the topic model".to_owned());
        }
        parts.join("; ")
    }
}

fn count(counts: &mut Vec<(Topic, usize)>, topic: Topic) {
    match counts.iter_mut().find(|(own, _)| *own == topic) {
        Some((_, number)) => *number += 1,
        None => counts.push((topic, 1)),
    }
}

fn amount(counts: &[(Topic, usize)], topic: Topic) -> usize {
    counts.iter().find(|(own, _)| *own == topic).map_or(0, |(_, number)| *number)
}

/// Whether the number before a place is an age under 18.
fn young_before(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default().trim_end_matches([' ', '-']);
    let digits: String = before
        .chars()
        .rev()
        .take(4)
        .take_while(char::is_ascii_digit)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    digits.len() <= 2 && digits.parse::<u8>().is_ok_and(|age| age < 18)
}

/// The different hashes of the words of a folded text: FNV-1a, the same on every machine.
fn hashes(text: &str) -> Vec<u16> {
    let mut hashes = Vec::new();
    for word in text.split(|letter: char| !letter.is_alphabetic()) {
        if word.chars().count() < 3 {
            continue;
        }
        let mut hash: u32 = 0x811C_9DC5;
        for byte in word.bytes() {
            hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
        let folded = (hash >> 16) ^ hash;
        hashes.push(u16::try_from(folded % u32::from(HASHES)).unwrap_or_default());
    }
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_cover_the_text_and_move_on() {
        for text in
            ["", "court", &"mot ".repeat(5_000), &"x".repeat(20_000), &"كلمة ".repeat(4_000)]
        {
            let windows = windows(text);
            assert_eq!(windows.first().unwrap().start, 0);
            assert_eq!(windows.last().unwrap().end, text.len());
            for pair in windows.windows(2) {
                assert!(pair[1].start <= pair[0].end && pair[1].start > pair[0].start);
                assert!(text.get(pair[1].start..pair[1].end).is_some());
            }
        }
    }

    #[test]
    fn ages_under_18() {
        let check =
            |text: &str, expect: bool| assert_eq!(young_before(text, text.len()), expect, "{text}");
        check("il a 8 ", true);
        check("âgé de 17-", true);
        check("18 ", false);
        check("en 2015 ", false);
        check("115 ", false);
        check("", false);
    }
}
