//! Stop strings: they end an answer, are not part of it, and may be spread over several tokens.

/// Watches a text that arrives in pieces. Holds back only what can still become a stop string.
#[derive(Debug, Default)]
pub(crate) struct StopScanner {
    stops: Vec<String>,
    held: String,
}

/// What a piece led to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Scanned {
    /// Text that is surely part of the answer.
    pub(crate) text: String,
    /// A stop string came: the answer ends after `text`.
    pub(crate) stopped: bool,
}

impl StopScanner {
    pub(crate) fn new(stops: Vec<String>) -> Self {
        Self { stops, held: String::new() }
    }

    /// Adds a piece of text.
    pub(crate) fn push(&mut self, piece: &str) -> Scanned {
        self.held.push_str(piece);
        let found = self.stops.iter().filter_map(|stop| self.held.find(stop.as_str())).min();
        if let Some(start) = found {
            self.held.truncate(start);
            return Scanned { text: std::mem::take(&mut self.held), stopped: true };
        }
        let safe = self.held.len() - self.beginning_of_a_stop();
        let rest = self.held.split_off(safe);
        Scanned { text: std::mem::replace(&mut self.held, rest), stopped: false }
    }

    /// What was held when the answer ended without a stop string.
    pub(crate) fn finish(&mut self) -> String {
        std::mem::take(&mut self.held)
    }

    /// Length in bytes of the longest end of the held text that begins a stop string.
    fn beginning_of_a_stop(&self) -> usize {
        let held = self.held.as_bytes();
        let longest = self.stops.iter().map(|stop| stop.len().saturating_sub(1)).max();
        (1..=longest.unwrap_or(0).min(held.len()))
            .rev()
            .filter(|length| self.held.is_char_boundary(held.len() - length))
            .find(|length| {
                let end = held.get(held.len() - length..).unwrap_or_default();
                self.stops.iter().any(|stop| stop.as_bytes().starts_with(end))
            })
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_answer_ends_before_the_first_stop_however_it_is_split(
            text in "[abé]{0,30}",
            stops in prop::collection::vec("[abé]{1,4}", 0..4),
            piece in 1_usize..5,
        ) {
            let mut scanner = StopScanner::new(stops.clone());
            let letters: Vec<char> = text.chars().collect();
            let mut got = String::new();
            let mut stopped = false;
            for piece in letters.chunks(piece) {
                let scanned = scanner.push(&piece.iter().collect::<String>());
                got += &scanned.text;
                stopped = scanned.stopped;
                if stopped {
                    break;
                }
            }
            if !stopped {
                got += &scanner.finish();
                prop_assert_eq!(&got, &text);
            }
            // Nothing that was given out holds a stop string, and all before one was given out.
            prop_assert!(!stops.iter().any(|stop| got.contains(stop.as_str())));
            prop_assert_eq!(stopped, stops.iter().any(|stop| text.contains(stop.as_str())));
            prop_assert!(text.starts_with(&got));
        }
    }

    fn check(stops: &[&str], pieces: &[&str], expect: &[&str], stopped: bool) {
        let mut scanner = StopScanner::new(stops.iter().map(ToString::to_string).collect());
        let mut got = Vec::new();
        let mut ended = false;
        for piece in pieces {
            let scanned = scanner.push(piece);
            got.push(scanned.text);
            ended = scanned.stopped;
            if ended {
                break;
            }
        }
        if !ended {
            got.push(scanner.finish());
        }
        assert_eq!(got, expect);
        assert_eq!(ended, stopped);
    }

    #[test]
    fn stop_strings_are_found_across_pieces() {
        check(&[], &["a", "b"], &["a", "b", ""], false);
        check(&["\n\n"], &["a\n", "b\n", "\nc"], &["a", "\nb", ""], true);
        check(&["END"], &["xE", "N", "D y"], &["x", "", ""], true);
        check(&["END"], &["xE", "N", "F"], &["x", "", "ENF", ""], false);
        check(&["END"], &["xEN"], &["x", "EN"], false);
        check(&["END", "xE"], &["axE"], &["a"], true);
        check(&["bc", "ab"], &["abc"], &[""], true);
        check(&["نهاية"], &["قبل نها", "ية بعد"], &["قبل ", ""], true);
        check(&["aab"], &["a", "a", "a", "b"], &["", "", "a", ""], true);
        check(&["é!"], &["caf", "é", "?"], &["caf", "", "é?", ""], false);
    }

    #[test]
    fn any_split_gives_the_same_answer() {
        let text = "un deux STOP trois";
        for cut in 0..=text.len() {
            let mut scanner = StopScanner::new(vec!["STOP".to_owned()]);
            let (head, tail) = text.split_at(cut);
            let first = scanner.push(head);
            let mut got = first.text;
            if !first.stopped {
                got += &scanner.push(tail).text;
            }
            assert_eq!(got, "un deux ");
        }
    }
}
