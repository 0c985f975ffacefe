//! Keeps the text of a message from acting as the model's own marks.

use aho_corasick::{AhoCorasick, MatchKind};
use minijinja::value::Value;

use crate::conversation::{Turn, map_texts};
use crate::requests::Refusal;

/// The texts of the model's control tokens, such as the marks between turns.
///
/// Whoever writes one into a message must not thereby begin a turn of another role. Wherever one
/// occurs in a message, a guard character that the conversation does not hold is put between its
/// letters; the rendered prompt is cut at the guards and the pieces are tokenised one by one. The
/// model reads the same letters, never the control token.
#[derive(Debug)]
pub(crate) struct ControlTexts {
    finder: Option<AhoCorasick>,
}

/// A conversation with guards in it.
pub(crate) struct Guarded {
    pub(crate) turns: Vec<Turn>,
    pub(crate) tools: Option<Value>,
    pub(crate) guard: char,
}

impl ControlTexts {
    pub(crate) fn new(texts: &[String]) -> Self {
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(texts);
        Self { finder: finder.ok() }
    }

    pub(crate) fn guard(&self, turns: &[Turn], tools: Option<&Value>) -> Result<Guarded, Refusal> {
        // Unicode's noncharacters for use inside a program; text for interchange holds none.
        let guard = ('\u{FDD0}'..='\u{FDEF}')
            .find(|guard| !occurs(*guard, turns, tools))
            .ok_or_else(|| Refusal("the messages hold every Unicode noncharacter".to_owned()))?;
        let change = |text: &str| self.split(text, guard);
        let turns = turns
            .iter()
            .map(|turn| Turn {
                role: turn.role.clone(),
                content: turn
                    .content
                    .as_deref()
                    .map(|text| change(text).unwrap_or_else(|| text.to_owned())),
                others: turn
                    .others
                    .iter()
                    .map(|(name, value)| (name.clone(), map_texts(value, &change)))
                    .collect(),
            })
            .collect();
        Ok(Guarded { turns, tools: tools.map(|tools| map_texts(tools, &change)), guard })
    }

    /// The text with guards in it, when it holds a control text.
    fn split(&self, text: &str, guard: char) -> Option<String> {
        let mut found = self.finder.as_ref()?.find_iter(text).peekable();
        found.peek()?;
        let mut guarded = String::with_capacity(text.len() + 64);
        let mut done = 0;
        for control in found {
            guarded.push_str(text.get(done..control.start())?);
            for letter in text.get(control.range())?.chars() {
                guarded.push(letter);
                guarded.push(guard);
            }
            done = control.end();
        }
        guarded.push_str(text.get(done..)?);
        Some(guarded)
    }
}

fn occurs(guard: char, turns: &[Turn], tools: Option<&Value>) -> bool {
    let seen = std::cell::Cell::new(false);
    let look = |text: &str| {
        seen.set(seen.get() || text.contains(guard));
        None
    };
    for turn in turns {
        look(turn.content.as_deref().unwrap_or_default());
        for (_, value) in &turn.others {
            map_texts(value, &look);
        }
    }
    if let Some(tools) = tools {
        map_texts(tools, &look);
    }
    seen.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let control = ControlTexts::new(&["<|im_start|>".to_owned(), "<s>".to_owned()]);
        let turns = [Turn::new("user", text.to_owned())];
        let guarded = control.guard(&turns, None).unwrap();
        let content = guarded.turns[0].content.clone().unwrap();
        assert_eq!(content.replace(guarded.guard, "·"), expect);
        assert_eq!(content.replace(guarded.guard, ""), text);
    }

    #[test]
    fn control_texts_in_messages_are_taken_apart() {
        check("rien", "rien");
        check("a<s>b", "a<·s·>·b");
        check("<<s>>", "<<·s·>·>");
        check("é<|im_start|>", "é<·|·i·m·_·s·t·a·r·t·|·>·");
    }

    #[test]
    fn the_guard_is_a_letter_that_the_conversation_does_not_hold() {
        let control = ControlTexts::new(&["<s>".to_owned()]);
        let turns = [Turn::new("user", "\u{FDD0}<s>".to_owned())];
        assert_eq!(control.guard(&turns, None).unwrap().guard, '\u{FDD1}');
        let tools = Value::from_pairs([("\u{FDD0}", Value::from("\u{FDD1}"))]);
        let turns = [Turn::new("user", "x".to_owned())];
        assert_eq!(control.guard(&turns, Some(&tools)).unwrap().guard, '\u{FDD2}');
        let all: String = ('\u{FDD0}'..='\u{FDEF}').collect();
        assert!(control.guard(&[Turn::new("user", all)], None).is_err());
    }
}
