//! Reads sentences whose parts stand in braces after their tag: `{ary-Latn gal lia} {fr le directeur}`.

use language::ByteSpan;

/// A sentence and its tokens (words with at least one letter), each with its tag.
pub(crate) struct Marked<'l> {
    /// The text without braces and tags.
    pub(crate) text: String,
    /// Tags and places of the tokens.
    pub(crate) tokens: Vec<(&'l str, ByteSpan)>,
}

/// The sentences of a file; lines that do not begin with a brace are comments.
pub(crate) fn sentences(file: &str) -> impl Iterator<Item = Marked<'_>> {
    file.lines().filter(|line| line.starts_with('{')).map(sentence)
}

fn sentence(line: &str) -> Marked<'_> {
    let mut text = String::new();
    let mut tokens = Vec::new();
    for part in line.split('{').filter_map(|part| part.trim_end().strip_suffix('}')) {
        let (tag, words) = part.split_once(' ').unwrap_or((part, ""));
        for word in words.split_whitespace() {
            if !text.is_empty() {
                text.push(' ');
            }
            let start = text.len();
            text.push_str(word);
            if word.chars().any(char::is_alphabetic) {
                tokens.push((tag, ByteSpan::new(start, text.len())));
            }
        }
    }
    Marked { text, tokens }
}
