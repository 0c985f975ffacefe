//! Changes of byte ranges of a raw body. Bytes outside them stay as they are (law 3).

/// The bytes `start..end` become `with`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Splice {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) with: String,
}

/// Why a body could not be rewritten. Each of them is a fault of the caller, not of the body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RewriteError {
    /// There must be one list of edits for each text.
    #[error("{edits} lists of edits were given for {texts} texts")]
    Count {
        /// Texts of the body.
        texts: usize,
        /// Lists given.
        edits: usize,
    },
    /// An edit does not lie on characters of its text.
    #[error("an edit of {path} does not lie on whole characters of the text")]
    Range {
        /// The text's path.
        path: String,
    },
    /// Two edits claim the same bytes.
    #[error("two edits overlap at byte {offset}")]
    Overlap {
        /// Where in the body.
        offset: usize,
    },
    /// The body is not the one that was read.
    #[error("the body is not the one that was read")]
    OtherBody,
}

/// Applies edits of texts and edits of members. A text edit inside a member edit is dropped: the member is
/// removed or replaced as a whole.
pub(crate) fn splice(
    body: &str,
    texts: Vec<Splice>,
    members: &[Splice],
) -> Result<String, RewriteError> {
    let mut all: Vec<(bool, Splice)> = Vec::with_capacity(texts.len() + members.len());
    all.extend(members.iter().map(|member| (true, member.clone())));
    all.extend(texts.into_iter().map(|text| (false, text)));
    // Insertions come before what begins at the same byte; members before texts they contain.
    all.sort_by(|(a_member, a), (b_member, b)| {
        a.start
            .cmp(&b.start)
            .then((a.end > a.start).cmp(&(b.end > b.start)))
            .then(b_member.cmp(a_member))
    });
    let grown: usize = all.iter().map(|(_, splice)| splice.with.len()).sum();
    let mut out = String::with_capacity(body.len() + grown);
    let mut copied = 0;
    let mut member_end = 0;
    for (is_member, splice) in &all {
        if !is_member && splice.end <= member_end {
            continue;
        }
        let kept =
            body.get(copied..splice.start).ok_or(RewriteError::Overlap { offset: splice.start })?;
        out.push_str(kept);
        out.push_str(&splice.with);
        copied = splice.end;
        if *is_member {
            member_end = splice.end;
        }
    }
    out.push_str(body.get(copied..).ok_or(RewriteError::OtherBody)?);
    Ok(out)
}
