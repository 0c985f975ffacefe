//! Replacing, each kind in its own way: restoring gives back what was not masked, bytes outside the
//! replacements stay, and no value that was found is left where it stood alone.
#![no_main]

use std::sync::Arc;

use igudar_fuzz::{finder, text};
use libfuzzer_sys::fuzz_target;
use protection::{
    Action, Escape, Findings, Kind, Place, Policy, ReplaceError, Replacement, TextIn, Wishes,
    apply, find_all, replace_with,
};

/// What stands for a masked value.
const MASK: &str = "█████";
/// The fewest letters and digits of a value that is looked up wherever it stands.
const SHORTEST: usize = 6;
/// The most bytes of a value that is looked up.
const LONGEST: usize = 128;

/// How the fuzzer wants a request treated: four bytes before its texts.
struct Choice([u8; 4]);

impl Choice {
    /// One of the actions for each kind that was found.
    fn policy(&self, findings: &Findings) -> Policy {
        let mut policy = Policy::label_all("fuzz");
        for kind in findings.counts().into_keys() {
            let sum = kind.as_str().bytes().fold(self.0[0], u8::wrapping_add);
            let action = match sum % 8 {
                0..=2 => Action::Label,
                3..=5 => Action::Surrogate,
                6 => Action::Mask,
                _ if self.0[1] & 1 == 1 => Action::Keep,
                _ => Action::Label,
            };
            policy.by_kind.insert(kind, action);
        }
        policy
    }

    fn wishes(&self, findings: &Findings) -> Wishes {
        let mut wishes = Wishes::default();
        for (index, kind) in findings.counts().into_keys().enumerate() {
            if self.0[2] >> (index % 8) & 1 == 1 && self.0[1] & 2 == 2 {
                wishes.kinds.insert(kind);
            }
        }
        if self.0[1] & 4 == 4 {
            wishes.no_labels.insert(usize::from(self.0[3] & 3));
        }
        wishes
    }

    /// The texts, the byte 0x1E between them; those that are numbers may stand as such.
    fn texts<'t>(&self, whole: &'t str) -> Vec<TextIn<'t>> {
        let place = |(index, text): (usize, &str)| {
            let number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            match self.0[3] >> (index % 3 * 2) & 3 {
                1 if number => Place::Number { key: None },
                2 => Place::Value { key: Arc::from("content") },
                3 => Place::Key,
                _ => Place::Text,
            }
        };
        whole
            .split('\u{1e}')
            .enumerate()
            .map(|(index, text)| TextIn { text, place: place((index, text)) })
            .collect()
    }
}

/// The stretches between replacements, in order; each replacement lies behind the one before it.
fn kept<'t>(text: &'t str, with: &[Replacement]) -> Vec<&'t str> {
    let mut kept = Vec::new();
    let mut reached = 0;
    for one in with {
        assert!(one.span.start >= reached && !one.span.is_empty(), "{:?}", one.span);
        kept.push(text.get(reached..one.span.start).expect("a replacement begins a character"));
        reached = one.span.end;
    }
    kept.push(text.get(reached..).expect("a replacement ends a character"));
    kept
}

/// What goes out holds the stretches between the replacements and the replacements, and nothing else.
fn check_outside(text: &str, with: &[Replacement], sent: &str) {
    let mut rest = sent;
    for (index, between) in kept(text, with).into_iter().enumerate() {
        rest = rest.strip_prefix(between).expect("what stands between replacements stays");
        if let Some(one) = with.get(index) {
            rest = rest.strip_prefix(one.with.as_str()).expect("each replacement is written");
        }
    }
    assert_eq!(rest, "");
}

/// Whether a value says enough to be looked up wherever it stands: long enough, and more than one word or
/// with a digit.
fn says_enough(value: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || " .-+".contains(character);
    value.len() <= LONGEST
        && value.chars().all(plain)
        && value.chars().filter(char::is_ascii_alphanumeric).count() >= SHORTEST
        && value.bytes().filter(u8::is_ascii_digit).count() >= SHORTEST
        && !value.contains("  ")
        && value.starts_with(|first: char| first.is_ascii_alphanumeric())
        && value.ends_with(|last: char| last.is_ascii_alphanumeric())
}

/// Whether a value stands in a text with line ends, or nothing, around it.
fn stands_alone(text: &str, value: &str) -> bool {
    text.split("\n\n").any(|line| line == value)
}

fn check_gone(texts: &[TextIn<'_>], findings: &Findings, policy: &Policy, sent: &[String]) {
    let values = |keep: bool| {
        let of_text = |(text, found): (&TextIn<'_>, &Vec<protection::Finding>)| -> Vec<String> {
            let wanted =
                found.iter().filter(|one| (policy.action(&one.kind) == Action::Keep) == keep);
            wanted.map(|one| one.span.of(text.text).to_owned()).collect()
        };
        texts.iter().zip(&findings.per_text).flat_map(of_text).collect::<Vec<String>>()
    };
    let kept = values(true);
    for value in values(false) {
        if says_enough(&value) && kept.is_empty() {
            for text in sent {
                assert!(!stands_alone(text, &value), "a found value is left in what goes out");
            }
        }
    }
}

fn blacked_out(with: &[Replacement]) -> Vec<Replacement> {
    with.iter().filter(|one| one.with == MASK).cloned().collect()
}

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first_chunk::<4>() else { return };
    let choice = Choice(*choice);
    let whole = text(rest);
    let texts = choice.texts(&whole);
    let findings = find_all(finder(), &texts);
    let (policy, wishes) = (choice.policy(&findings), choice.wishes(&findings));
    let refuses_labels = |text: usize| {
        let place = &texts[text].place;
        !matches!(place, Place::Text | Place::Value { .. }) || wishes.no_labels.contains(&text)
    };
    match replace_with(&findings, &texts, &policy, &wishes) {
        Ok(protected) => {
            let mut sent = Vec::new();
            for (text, with) in texts.iter().zip(&protected.replacements) {
                let out = apply(text.text, with);
                check_outside(text.text, with, &out);
                let expect = apply(text.text, &blacked_out(with));
                assert_eq!(protected.vault.restore(&out, Escape::Plain), expect);
                sent.push(out);
            }
            for (text, found) in findings.per_text.iter().enumerate() {
                let replaced = found.iter().filter(|one| policy.action(&one.kind) != Action::Keep);
                let spans = protected.replacements[text].iter().map(|one| one.span);
                assert!(replaced.map(|one| one.span).eq(spans), "each finding is replaced");
            }
            check_gone(&texts, &findings, &policy, &sent);
        }
        Err(ReplaceError::Ambiguous { text }) => assert!(text < texts.len()),
        Err(ReplaceError::Unreplaceable { text, kind }) => {
            assert!(refuses_labels(text), "{}", Kind::as_str(&kind));
        }
        Err(error) => panic!("a policy that blocks nothing refused: {error}"),
    }
});
