//! The documented limits of reading a body.

/// How much structure a body may have. The size in bytes is limited before it comes here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The deepest nesting of objects and lists (RFC 8259, section 9 lets a parser set one); at most 256,
    /// since what is read is walked recursively.
    pub max_depth: usize,
    /// The most values (objects, lists, strings, numbers, literals) and member names in one body, JSON inside
    /// strings included. The numbers of embedding vectors do not count.
    pub max_members: usize,
    /// The most bytes one server-sent event may have, its framing included.
    pub max_event_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_depth: 128, max_members: 1_000_000, max_event_bytes: 8 * 1024 * 1024 }
    }
}

/// No setting goes deeper.
const DEEPEST: usize = 256;

impl Limits {
    pub(crate) fn depth(&self) -> usize {
        self.max_depth.min(DEEPEST)
    }
}
