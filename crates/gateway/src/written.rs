//! Values that a model writes and the request did not hold (law 1): kept, and counted.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use model::{Channel, TextPart};
use protection::{Counts, Finder};

/// How much of one text is kept for counting. What a model writes beyond it is not counted.
const LONGEST_TEXT: usize = 1 << 20;

/// What a model wrote, as it came: the labels of the request still stand in it, so a value found here is
/// the model's own.
pub(crate) struct Written {
    finder: Arc<Finder>,
    channels: BTreeMap<Channel, String>,
    texts: Vec<String>,
}

impl fmt::Debug for Written {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Written").finish_non_exhaustive()
    }
}

impl Written {
    pub(crate) fn new(finder: Arc<Finder>) -> Self {
        Self { finder, channels: BTreeMap::new(), texts: Vec::new() }
    }

    /// A text that came whole.
    pub(crate) fn take_whole(&mut self, part: &TextPart) {
        if part.text.len() <= LONGEST_TEXT {
            self.texts.push(part.text.clone());
        }
    }

    /// A piece of a text that streams.
    pub(crate) fn take_piece(&mut self, channel: &Channel, text: &str) {
        if let Some(so_far) = self.channels.get_mut(channel) {
            if so_far.len() + text.len() <= LONGEST_TEXT {
                so_far.push_str(text);
            }
        } else {
            self.channels.insert(channel.clone(), text.to_owned());
        }
    }

    /// How many values of each type the model wrote.
    pub(crate) fn counts(&self) -> Counts {
        let mut counts = Counts::new();
        for text in self.texts.iter().chain(self.channels.values()) {
            for finding in self.finder.find(text) {
                *counts.entry(finding.kind).or_default() += 1;
            }
        }
        counts
    }
}
