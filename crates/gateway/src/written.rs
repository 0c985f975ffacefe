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
    /// How many bytes may still be taken.
    room: usize,
}

impl fmt::Debug for Written {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Written").finish_non_exhaustive()
    }
}

impl Written {
    pub(crate) fn new(finder: Arc<Finder>, vault: Vault) -> Self {
        Self { finder, vault, channels: BTreeMap::new(), texts: Vec::new(), room: SEARCHED }
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

    /// How many values of each type the model wrote.
    pub(crate) fn counts(&self) -> Counts {
        let mut counts = Counts::new();
        for text in self.texts.iter().chain(self.channels.values()) {
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
