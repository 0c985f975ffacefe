//! From notes to the features that the model weighs.
//!
//! A feature is the hash of a template's number and the values it looks at. Training and finding call the
//! same functions, so that they can never disagree.

use super::lexicon::gazetteer;
use super::notes::Note;
use crate::find::keys::join;

/// Bits of the index of a token's feature in its table of weights.
pub const STATE_BITS: u32 = 19;
/// Bits of the index of a step's feature.
pub const STEP_BITS: u32 = 15;

/// Calls `sink` with the table index of every feature of the token at `index`.
pub fn state_features(notes: &[Note], index: usize, mut sink: impl FnMut(usize)) {
    let empty = Note::default();
    let at = |offset: isize| {
        index.checked_add_signed(offset).and_then(|i| notes.get(i)).unwrap_or(&empty)
    };
    let (n0, p1, p2, f1, f2) = (at(0), at(-1), at(-2), at(1), at(2));
    let mut template = 0_u64;
    let mut emit = |value: u64| {
        template += 1;
        sink(slot(join(template, value), STATE_BITS));
    };
    let names = |note: &Note| u64::from(note.names);
    let name = |note: &Note| u64::from(name_kind(note.names));
    let shape = |note: &Note| u64::from(note.shape);
    let frequency = |note: &Note| u64::from(note.frequency);
    let classes = |note: &Note| u64::from(note.classes);
    let gap = |note: &Note| note.gap as u64;
    let look = name(n0) << 16 | shape(n0) << 8 | frequency(n0);

    // The word itself.
    emit(n0.word);
    emit(n0.affixes[0]);
    emit(n0.affixes[1]);
    emit(n0.affixes[2]);
    emit(n0.affixes[3]);
    emit(names(n0) << 8 | shape(n0));
    emit(look);
    emit(name(n0) << 8 | frequency(n0));
    emit(shape(n0) << 8 | frequency(n0));
    emit(classes(n0));
    emit(name(n0) << 32 | classes(n0));
    // Its neighbours.
    emit(p1.word);
    emit(f1.word);
    emit(join(p1.word, shape(n0)));
    emit(join(f1.word, shape(n0)));
    emit(join(p2.word, p1.word));
    emit(join(p2.word, gap(n0) << 8 | gap(p1)));
    emit(f2.word);
    emit(name(p1) << 40 | name(n0) << 32 | gap(n0) << 16 | shape(n0) << 8 | shape(p1));
    emit(name(n0) << 40 | name(f1) << 32 | gap(f1) << 16 | shape(n0) << 8 | shape(f1));
    emit(name(p1) << 16 | name(n0) << 8 | name(f1));
    emit(shape(p1) << 24 | shape(n0) << 16 | shape(f1) << 8 | gap(n0));
    emit(look << 24 | frequency(p1) << 16 | frequency(f1) << 8 | gap(n0));
    emit(join(f1.word, name(n0)));
    emit(join(f1.affixes[0], name(n0) << 8 | gap(f1)));
    emit(join(f1.affixes[1], name(n0) << 8 | gap(f1)));
    emit(join(p1.affixes[3], name(n0) << 8 | gap(n0)));
    // Words that announce or forbid.
    emit(classes(p1) << 24 | gap(n0) << 16 | name(n0) << 8 | (shape(n0) >> 4));
    emit(classes(p1) << 16 | gap(n0) << 8 | (shape(n0) & 0xCF));
    emit(classes(p2) << 16 | gap(n0) << 8 | gap(p1));
    emit(join(classes(p2) << 16 | classes(p1), name(n0)));
    emit(classes(f1) << 16 | gap(f1) << 8 | name(n0));
    emit(u64::from(n0.governed) << 16 | name(n0) << 8 | (shape(n0) >> 4));
    emit(u64::from(n0.governed) << 16 | gap(n0) << 8 | gap(f1));
    // The label it stands under.
    let labelled =
        u64::from(n0.label) << 12 | u64::from(n0.field) << 8 | u64::from(n0.text & 0b1000);
    emit(labelled);
    emit(join(labelled, shape(n0)));
    emit(join(labelled, name(n0)));
    // The gaps around it, and the rest of the text.
    emit(gap(n0) << 16 | gap(f1) << 8 | (shape(n0) & 0xCF));
    emit(gap(n0) << 24 | gap(f1) << 16 | name(n0) << 8 | frequency(n0));
    emit(u64::from(n0.text) << 16 | name(n0) << 8 | (shape(n0) & 0xCF));
    emit(u64::from(n0.text & 0b10_0111) << 16 | look);
    emit(u64::from(n0.style) << 16 | name(n0) << 8 | (shape(n0) & 0xCF));
    emit(u64::from(n0.style) << 24 | look);
    emit(u64::from(n0.company) << 16 | name(n0) << 8 | shape(n0));
    emit(join(u64::from(n0.field) << 32 | u64::from(n0.text & 0b1001), look));
    emit(u64::from(n0.clitic));
    emit(0);
}

/// Calls `sink` with the table index of every feature of the step to this token from the one before.
pub fn step_features(notes: &[Note], index: usize, mut sink: impl FnMut(usize)) {
    let empty = Note::default();
    let n0 = notes.get(index).unwrap_or(&empty);
    let p1 = index.checked_sub(1).and_then(|i| notes.get(i)).unwrap_or(&empty);
    let gap = n0.gap as u64;
    let mut template = 1_000_u64;
    let mut emit = |value: u64| {
        template += 1;
        sink(slot(join(template, value), STEP_BITS));
    };
    emit(gap);
    emit(gap << 16 | u64::from(n0.shape) << 8 | u64::from(p1.shape));
    emit(gap << 16 | u64::from(name_kind(n0.names)) << 8 | u64::from(name_kind(p1.names)));
    emit(gap << 32 | u64::from(n0.classes));
    emit(gap << 16 | u64::from(n0.frequency) << 8 | (u64::from(n0.shape) & 0xCF));
    emit(gap << 1 | u64::from(n0.glued_and));
}

fn slot(key: u64, bits: u32) -> usize {
    usize::try_from(key >> (64 - bits)).unwrap_or(0)
}

/// What the gazetteers say, in few words.
fn name_kind(names: u16) -> u8 {
    use gazetteer as g;
    let known = match (names & g::FIRST != 0, names & g::FAMILY != 0, names & g::PART != 0) {
        (true, true, _) => 1,
        (true, false, _) => 2,
        (false, true, _) => 3,
        (false, false, true) => 4,
        _ if names & (g::SOUNDS_FIRST | g::SOUNDS_FAMILY) != 0 => 5,
        _ => 0,
    };
    let ambiguous = u8::from(names & g::WORD != 0) << 3 | u8::from(names & g::PLACE != 0) << 4;
    let stripped =
        u8::from(names & g::STRIPPED != 0) << 5 | u8::from(names & g::IN_PLACE != 0) << 6;
    let other = u8::from(names & (g::FIGURE | g::BRAND) != 0) << 7;
    known | ambiguous | stripped | other
}
