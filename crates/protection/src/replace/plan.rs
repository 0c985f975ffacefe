//! What is written in the place of each finding.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use language::ByteSpan;

use super::findings::{Findings, TextIn};
use super::surrogate::{Assigned, Wishes, assign};
use crate::label::{canonical_word, spell};
use crate::restore::{Escape, is_whole_number};
use crate::vault::Vault;
use crate::{Action, Kind, Place, Policy};

/// What a masked value looks like, whatever its length.
const MASK: &str = "█████";

/// A stretch of a text and what is written in its place.
#[derive(Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The stretch, in bytes of the text.
    pub span: ByteSpan,
    /// What is written there.
    pub with: String,
}

impl fmt::Debug for Replacement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}..{} → {}", self.span.start, self.span.end, self.with)
    }
}

/// What to write where, and how to take it back.
#[derive(Debug, Clone)]
pub struct Protected {
    /// For each text its replacements, sorted, without overlaps.
    pub replacements: Vec<Vec<Replacement>>,
    /// What the labels stand for.
    pub vault: Vault,
}

/// Why a request cannot go out. Nothing must be sent then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplaceError {
    /// The policy forbids a kind that was found.
    #[error(
        "text {text} holds a value of the kind `{kind}`, which the policy `{policy}` blocks; remove it or choose another destination"
    )]
    Blocked {
        /// The index of the text.
        text: usize,
        /// What was found.
        kind: Kind,
        /// The policy's name.
        policy: String,
    },
    /// A value stands in an object key or a number, where no label can stand.
    #[error(
        "text {text} holds a value of the kind `{kind}` where no label can stand (an object key, a number, a form that a schema asks for), and the country pack has no safe made-up value for it; send it as a string value"
    )]
    Unreplaceable {
        /// The index of the text.
        text: usize,
        /// What was found.
        kind: Kind,
    },
    /// The texts do not allow labels that could be taken back exactly.
    #[error(
        "text {text} cannot be restored exactly with labels; send it to a local model or split it"
    )]
    Ambiguous {
        /// The index of the text.
        text: usize,
    },
    /// The findings are not those of these texts.
    #[error("the findings belong to other texts than the {texts} given")]
    OtherTexts {
        /// How many texts were given.
        texts: usize,
    },
}

/// Chooses what is written in the place of every finding under a policy.
///
/// The result is checked before it is given: restoring the rewritten texts must give back every byte,
/// otherwise the answer is [`ReplaceError::Ambiguous`].
pub fn replace(
    findings: &Findings,
    texts: &[TextIn<'_>],
    policy: &Policy,
) -> Result<Protected, ReplaceError> {
    replace_with(findings, texts, policy, &Wishes::default())
}

/// As [`replace`], where the request cannot take labels everywhere. A value that stands once where no
/// label can stand has its surrogate everywhere, so that whatever refers to it still does.
pub fn replace_with(
    findings: &Findings,
    texts: &[TextIn<'_>],
    policy: &Policy,
    wishes: &Wishes,
) -> Result<Protected, ReplaceError> {
    let (mut wanted, mut needed) = (BTreeSet::new(), BTreeMap::new());
    for (index, found) in paired(findings, texts)?.enumerate() {
        for (finding, mark) in found {
            let action = unblocked(index, &finding.kind, policy)?;
            let labels_fit = labels_fit(index, texts, wishes);
            match action {
                Action::Keep | Action::Block => {}
                Action::Mask if labels_fit => {}
                Action::Mask => return Err(unreplaceable(index, &finding.kind)),
                Action::Surrogate | Action::Label => {
                    if action == Action::Surrogate || wishes.kinds.contains(&finding.kind) {
                        wanted.insert(mark.entity);
                    }
                    if !labels_fit {
                        needed.entry(mark.entity).or_insert((index, &finding.kind));
                    }
                }
            }
        }
    }
    wanted.extend(needed.keys());
    if wanted.is_empty() {
        return written(findings, texts, policy, &Assigned::default());
    }
    let assigned = assign(findings, texts, &wanted);
    let missing = needed.iter().find(|(entity, _)| !assigned.has(**entity));
    if let Some((_, (index, kind))) = missing {
        return Err(unreplaceable(*index, kind));
    }
    let plan = written(findings, texts, policy, &assigned);
    if assigned.is_empty() || !matches!(plan, Err(ReplaceError::Ambiguous { .. })) {
        return plan;
    }
    // Beside what stands around it a surrogate may not be readable, where a label is.
    let entities = needed.keys().copied().collect();
    match (written(findings, texts, policy, &assigned.only(&entities)), needed.values().next()) {
        (Err(ReplaceError::Ambiguous { .. }), Some((index, kind))) => {
            Err(unreplaceable(*index, kind))
        }
        (plan, _) => plan,
    }
}

/// Writes a surrogate for every spelling that has one, a label for the others.
fn written(
    findings: &Findings,
    texts: &[TextIn<'_>],
    policy: &Policy,
    assigned: &Assigned,
) -> Result<Protected, ReplaceError> {
    let mut live = BTreeSet::new();
    let mut masked = Vec::new();
    let mut replacements = Vec::new();
    for (index, found) in paired(findings, texts)?.enumerate() {
        let mut with = Vec::new();
        let mut masks = Vec::new();
        for (finding, mark) in found {
            let entity = findings.entities.get(mark.entity);
            let surrogate = assigned.get(mark.entity, mark.form);
            match (unblocked(index, &finding.kind, policy)?, entity, surrogate) {
                (Action::Label | Action::Surrogate, Some(_), Some(surrogate)) => {
                    if !surrogate_fits(texts.get(index), finding.span, surrogate) {
                        return Err(unreplaceable(index, &finding.kind));
                    }
                    with.push(Replacement { span: finding.span, with: surrogate.to_owned() });
                    live.insert(mark.entity);
                }
                (Action::Label | Action::Surrogate, Some(entity), None) => {
                    let word = canonical_word(&entity.kind);
                    let label = spell(&word, entity.ordinal, mark.form);
                    with.push(Replacement { span: finding.span, with: label });
                    live.insert(mark.entity);
                }
                (Action::Mask | Action::Label | Action::Surrogate, ..) => {
                    let mask = Replacement { span: finding.span, with: MASK.to_owned() };
                    masks.push(mask.clone());
                    with.push(mask);
                }
                (Action::Block | Action::Keep, ..) => {}
            }
        }
        replacements.push(with);
        masked.push(masks);
    }
    let live = live.iter().filter_map(|&entity| findings.entities.get(entity).cloned()).collect();
    let vault = Vault::new(live, assigned.live(), &findings.words);
    for (index, text) in texts.iter().enumerate() {
        let (Some(with), Some(masks)) = (replacements.get(index), masked.get(index)) else {
            return Err(ReplaceError::OtherTexts { texts: texts.len() });
        };
        let restored = vault.restore(&apply(text.text, with), Escape::Plain);
        let exact = if masks.is_empty() {
            restored == text.text
        } else {
            restored == apply(text.text, masks)
        };
        if !exact {
            return Err(ReplaceError::Ambiguous { text: index });
        }
    }
    Ok(Protected { replacements, vault })
}

/// As [`replace`], with the kind alone for a label (`[PERSON]`): for embeddings, where numbers of one
/// request would make a query and a document disagree. Nothing can be restored.
pub fn replace_constant(
    findings: &Findings,
    texts: &[TextIn<'_>],
    policy: &Policy,
) -> Result<Vec<Vec<Replacement>>, ReplaceError> {
    let mut replacements = Vec::new();
    for (index, found) in paired(findings, texts)?.enumerate() {
        let mut with = Vec::new();
        for (finding, _) in found {
            let action = unblocked(index, &finding.kind, policy)?;
            if action != Action::Keep && !labels_fit(index, texts, &Wishes::default()) {
                return Err(unreplaceable(index, &finding.kind));
            }
            let written = match action {
                Action::Label | Action::Surrogate => format!("[{}]", canonical_word(&finding.kind)),
                Action::Mask => MASK.to_owned(),
                Action::Block | Action::Keep => continue,
            };
            with.push(Replacement { span: finding.span, with: written });
        }
        replacements.push(with);
    }
    Ok(replacements)
}

/// The text with its replacements, which must be sorted and not overlap; one that does not fit the text
/// is passed over.
pub fn apply(text: &str, replacements: &[Replacement]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for Replacement { span, with } in replacements {
        if let Some(before) = text.get(done..span.start)
            && text.is_char_boundary(span.end)
            && span.start <= span.end
        {
            out.push_str(before);
            out.push_str(with);
            done = span.end;
        }
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

type Found<'f> = std::iter::Zip<
    std::slice::Iter<'f, crate::Finding>,
    std::slice::Iter<'f, super::findings::Mark>,
>;

fn paired<'f>(
    findings: &'f Findings,
    texts: &[TextIn<'_>],
) -> Result<impl Iterator<Item = Found<'f>>, ReplaceError> {
    let same = findings.per_text.len() == texts.len()
        && findings.marks.len() == texts.len()
        && findings.per_text.iter().zip(&findings.marks).all(|(a, b)| a.len() == b.len());
    if !same {
        return Err(ReplaceError::OtherTexts { texts: texts.len() });
    }
    Ok(findings.per_text.iter().zip(&findings.marks).map(|(found, marks)| found.iter().zip(marks)))
}

fn unblocked(index: usize, kind: &Kind, policy: &Policy) -> Result<Action, ReplaceError> {
    let action = policy.action(kind);
    if action == Action::Block {
        let policy = policy.name.clone();
        return Err(ReplaceError::Blocked { text: index, kind: kind.clone(), policy });
    }
    Ok(action)
}

fn labels_fit(index: usize, texts: &[TextIn<'_>], wishes: &Wishes) -> bool {
    let in_text = |text: &TextIn<'_>| matches!(text.place, Place::Text | Place::Value { .. });
    texts.get(index).is_some_and(in_text) && !wishes.no_labels.contains(&index)
}

/// Whether a surrogate may stand in its text: in a number only as the whole of it.
fn surrogate_fits(text: Option<&TextIn<'_>>, span: ByteSpan, surrogate: &str) -> bool {
    let Some(text) = text else { return false };
    if !matches!(text.place, Place::Number { .. }) {
        return true;
    }
    is_whole_number(surrogate) && span == ByteSpan::new(0, text.text.len())
}

fn unreplaceable(index: usize, kind: &Kind) -> ReplaceError {
    ReplaceError::Unreplaceable { text: index, kind: kind.clone() }
}
