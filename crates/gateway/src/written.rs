//! Values that a model writes and the request did not hold (law 1): kept, and counted.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use model::{Channel, TextPart};
use protection::{Counts, Finder, Vault};

/// How many bytes of one answer are searched. What a model writes beyond them is not counted, so that the
/// end of an answer never waits for a long search.
const SEARCHED: usize = 64 << 10;

/// What a model wrote, as it came: the labels of the request still stand in it, so a value found here is
/// the model's own.
pub(crate) struct Written {
    finder: Arc<Finder>,
    /// Surrogates in an answer are the request's values, not the model's.
    vault: Vault,
    channels: BTreeMap<Channel, String>,
    texts: Vec<String>,
    /// Prompts that the answer repeats at its beginning.
    echoed: Vec<String>,
    /// How many bytes may still be taken.
    room: usize,
}

impl fmt::Debug for Written {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Written").finish_non_exhaustive()
    }
}

impl Written {
    pub(crate) fn new(finder: Arc<Finder>, vault: Vault, echoed: Vec<String>) -> Self {
        Self { finder, vault, channels: BTreeMap::new(), texts: Vec::new(), echoed, room: SEARCHED }
    }

    /// A text that came whole.
    pub(crate) fn take_whole(&mut self, part: &TextPart) {
        if self.takes(part.text.len()) {
            self.texts.push(part.text.clone());
        }
    }

    /// A piece of a text that streams.
    pub(crate) fn take_piece(&mut self, channel: &Channel, text: &str) {
        if !self.takes(text.len()) {
            return;
        }
        if let Some(so_far) = self.channels.get_mut(channel) {
            so_far.push_str(text);
        } else {
            self.channels.insert(channel.clone(), text.to_owned());
        }
    }

    /// Whether there is room for so many bytes. Once there is none, nothing more is taken: a text with a
    /// hole in it could seem to hold a value that nobody wrote.
    fn takes(&mut self, bytes: usize) -> bool {
        self.room = self.room.saturating_sub(bytes);
        self.room > 0
    }

    /// What stands behind the prompt that a text repeats; of several prompts, the longest.
    fn behind_the_prompt<'t>(&self, text: &'t str) -> &'t str {
        let rests = self.echoed.iter().filter_map(|prompt| text.strip_prefix(prompt.as_str()));
        rests.min_by_key(|rest| rest.len()).unwrap_or(text)
    }

    /// How many values of each type the model wrote.
    pub(crate) fn counts(&self) -> Counts {
        let mut counts = Counts::new();
        for text in self.texts.iter().chain(self.channels.values()) {
            let text = self.behind_the_prompt(text);
            for finding in self.finder.find(text) {
                if self.vault.is_surrogate(finding.span.of(text)) {
                    continue;
                }
                *counts.entry(finding.kind).or_default() += 1;
            }
        }
        counts
    }
}
