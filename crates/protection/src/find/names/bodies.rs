//! Runs of name-like words that name a territory, an office or an event, and capitals that only begin a
//! line.
//!
//! The model weighs words one by one; what is decided here needs the construction around a whole run
//! ("commune de …", "جائزة …") or the rest of the text. Nothing that a title announces is taken out.

use std::collections::BTreeSet;
use std::ops::Range;

use super::lexicon::{Lexicon, class, gazetteer, word_flag};
use super::notes::{Gap, Note, in_text};
use super::spans::announced;
use crate::find::View;

/// How far before "de …" the office stands to which it belongs, in tokens.
const OFFICE_REACH: usize = 8;
/// The most tokens of the name of a territory.
const LONGEST_PLACE: usize = 4;
/// Words behind which a name is a person's whatever the word before them.
const PERSONS: u32 = class::TITLE | class::KIN | class::SAY | class::INTRODUCTION;

/// The runs without those that name no person.
pub(super) fn without_bodies(
    view: &View<'_>,
    notes: &[Note],
    lexicon: &Lexicon,
    runs: Vec<Range<usize>>,
) -> Vec<Range<usize>> {
    let around = Around { view, notes, lexicon };
    if runs.is_empty() {
        return runs;
    }
    let mut places = around.places();
    let mut kept = Vec::with_capacity(runs.len());
    for run in runs {
        let own = around.joined_part(&run);
        if own.len() <= LONGEST_PLACE && around.is_place(&own) {
            places.add(around.words(around.place_start(own.start)..own.end));
            if own.end < run.end {
                kept.push(own.end..run.end);
            }
        } else if !around.is_event(&run) && !around.begins_a_line(&run) && !around.in_head(&run) {
            kept.push(run);
        }
    }
    if !places.whole.is_empty() {
        kept.retain(|run| !around.names_again(run, &places));
    }
    kept
}

/// The places that a text names as such.
#[derive(Default)]
struct Places {
    words: BTreeSet<u64>,
    whole: BTreeSet<Vec<u64>>,
}

impl Places {
    fn add(&mut self, words: Vec<u64>) {
        self.words.extend(words.iter().copied());
        self.whole.insert(words);
    }
}

struct Around<'a> {
    view: &'a View<'a>,
    notes: &'a [Note],
    lexicon: &'a Lexicon,
}

impl Around<'_> {
    fn note(&self, at: usize) -> Option<&Note> {
        self.notes.get(at)
    }

    fn flags(&self, at: usize) -> u8 {
        self.note(at).map_or(0, |note| self.lexicon.word(note.word).flags)
    }

    /// The flags of a word to whose front a preposition may be glued.
    fn flags_behind_clitic(&self, at: usize) -> u8 {
        let own = self.flags(at);
        let token = self.view.tokens().get(at).map(|token| self.view.token_folded(token));
        match token.and_then(|word| self.lexicon.without_clitic(word)) {
            Some(rest) if own == 0 => self.lexicon.word(super::sound::exact(rest)).flags,
            _ => own,
        }
    }

    /// The places behind words of territories, whether or not the model took them for names.
    fn places(&self) -> Places {
        let mut places = Places::default();
        for (at, note) in self.notes.iter().enumerate() {
            // A word behind a glued preposition has its classes, but not its flags.
            let institution = note.classes & class::INSTITUTION != 0;
            let flags = if institution { self.flags_behind_clitic(at) } else { note.flags };
            if flags & word_flag::TERRITORY == 0 {
                continue;
            }
            let mut first = at + 1;
            while self.flags(first) & word_flag::OF != 0 {
                first += 1;
            }
            let words = self.notes.get(first..).unwrap_or_default().iter().enumerate();
            let part = |note: &Note| note.classes & (class::HONORIFIC | class::PARTICLE) != 0;
            let name = words.take(LONGEST_PLACE).take_while(|(at, note)| {
                matches!(note.gap, Gap::Space | Gap::Hyphen)
                    || *at == 0 && note.gap == Gap::Apostrophe
            });
            let name: Vec<&Note> = name.map(|(_, note)| note).collect();
            // Without capitals a place is told by the word that its name begins with.
            let capitals = name.iter().take_while(|note| note.capital()).count();
            let length = match name.first() {
                Some(note) if capitals == 0 && first == at + 1 && part(note) => 2,
                _ => capitals,
            };
            let name = name.get(..length).unwrap_or_default();
            // "Le village d'Ahmed Bennani": a full name says no place, here or later.
            if !name.is_empty() && !is_full_name(name) {
                places.add(name.iter().map(|note| note.word).collect());
            }
        }
        places
    }

    fn gap(&self, at: usize) -> Gap {
        self.note(at).map_or(Gap::Start, |note| note.gap)
    }

    /// The first tokens of a run, as far as nothing but blanks and hyphens parts them.
    fn joined_part(&self, run: &Range<usize>) -> Range<usize> {
        let linked =
            |at: &usize| matches!(self.gap(*at), Gap::Space | Gap::Hyphen | Gap::Apostrophe);
        let further = (run.start + 1..run.end).take_while(linked).count();
        run.start..run.start + 1 + further
    }

    /// Where the name of a place begins of which `start` is a word: "Sidi" and "Aït" before it are part of it.
    fn place_start(&self, start: usize) -> usize {
        let mut first = start;
        while let Some(before) = first.checked_sub(1) {
            let classes = self.note(before).map_or(0, |note| note.classes);
            let part = classes & (class::HONORIFIC | class::PARTICLE) != 0
                && self.flags(before) & word_flag::OF == 0;
            if !part || !matches!(self.gap(first), Gap::Space | Gap::Hyphen) {
                break;
            }
            first = before;
        }
        first
    }

    /// Whether a run names a territory ("commune de …") or the seat of an office ("agence de …").
    fn is_place(&self, run: &Range<usize>) -> bool {
        let first = self.place_start(run.start);
        let Some(mut before) = first.checked_sub(1) else { return false };
        let mut of = false;
        let mut gap = self.gap(first);
        while self.flags(before) & word_flag::OF != 0
            && matches!(gap, Gap::Space | Gap::Apostrophe)
            && before > 0
        {
            (of, gap, before) = (true, self.gap(before), before - 1);
        }
        if gap != Gap::Space {
            return false;
        }
        // In Arabic the second word belongs to the first one without a word between.
        let arabic = self.note(before).is_some_and(|note| note.shape & 15 == 1);
        let named = run.clone().filter_map(|at| self.note(at));
        let known = named.fold(0, |all, note| all | note.names);
        if self.flags_behind_clitic(before) & word_flag::TERRITORY != 0 && (of || arabic) {
            let names: Vec<&Note> = run.clone().filter_map(|at| self.note(at)).collect();
            return !is_full_name(&names);
        }
        // "agence de Karim" may be his; an office with a capital or behind a dash is one of a letterhead.
        of && match self.office_before(before) {
            None => false,
            Some(office) if self.gap(office) == Gap::Dash => run.len() == 1,
            Some(office) if self.note(office).is_some_and(Note::capital) && office < before => {
                run.len() == 1
            }
            Some(_) if known & gazetteer::FIRST != 0 => false,
            Some(_) => known & gazetteer::FAMILY == 0 || first < run.start,
        }
    }

    /// The office named at or before this token, with nothing but what it is the office of between.
    fn office_before(&self, at: usize) -> Option<usize> {
        for at in (at.saturating_sub(OFFICE_REACH)..=at).rev() {
            let note = self.note(at)?;
            if self.flags(at) & (word_flag::OFFICE | word_flag::TERRITORY) != 0 {
                return Some(at);
            }
            let person = note.classes & (PERSONS | class::ROLE) != 0;
            let goes_on = matches!(note.gap, Gap::Space | Gap::Apostrophe | Gap::Hyphen);
            if note.capital() || !goes_on || person && self.flags(at) & word_flag::OF == 0 {
                return None;
            }
        }
        None
    }

    fn words(&self, run: Range<usize>) -> Vec<u64> {
        run.filter_map(|at| self.note(at)).map(|note| note.word).collect()
    }

    /// Whether a run of several words is what an event is called ("prix …", "… Award").
    fn is_event(&self, run: &Range<usize>) -> bool {
        // Nothing that a title announces is taken out.
        if run.len() < 2 || announced(self.notes, run) {
            return false;
        }
        let behind =
            self.gap(run.end) == Gap::Space && self.flags(run.end) & word_flag::NAMED_BEFORE != 0;
        let first = self.place_start(run.start);
        let before =
            first.checked_sub(1).filter(|_| matches!(self.gap(first), Gap::Space | Gap::Quote));
        let named = |at| self.flags_behind_clitic(at) & word_flag::NAMED_AFTER != 0;
        behind || before.is_some_and(named)
    }

    /// Whether a run is one word, known to no list and announced by nothing, whose capital may come from
    /// the beginning of a sentence or a heading.
    fn begins_a_line(&self, run: &Range<usize>) -> bool {
        let Some(note) = self.note(run.start).filter(|_| run.len() == 1) else { return false };
        let unknown = note.names & gazetteer::NAME == 0
            && !announced(self.notes, run)
            && note.text & in_text::SPEAKER == 0;
        if !unknown || note.text & in_text::SENTENCE_START == 0 && note.gap != Gap::Cell {
            return false;
        }
        let next = self.view.tokens().get(run.end);
        let lower = next.is_some_and(|token| token.case == crate::find::Case::Lower);
        match self.gap(run.end) {
            Gap::Space => lower && note.shape >> 6 == 1,
            Gap::Start | Gap::Line => self.line_of(run.start).trim_start().starts_with('#'),
            _ => false,
        }
    }

    fn line_of(&self, at: usize) -> &str {
        let start = self.note(at).map_or(0, |note| note.start);
        let line = self.view.lines().get(self.view.line_at(start));
        line.map_or("", |line| line.of(self.view.text()))
    }

    /// Whether a run stands in the head of a Markdown table: it names a column.
    fn in_head(&self, run: &Range<usize>) -> bool {
        let start = self.note(run.start).map_or(0, |note| note.start);
        let below = self.view.lines().get(self.view.line_at(start) + 1);
        let below = below.map_or("", |line| line.of(self.view.text()).trim());
        below.len() >= 3
            && below.starts_with('|')
            && below.contains("--")
            && below.bytes().all(|sign| matches!(sign, b'|' | b'-' | b':' | b' '))
    }

    /// Whether a run says a place of this text again, whole or a word of it that is no given name, and
    /// nothing announces a person.
    fn names_again(&self, run: &Range<usize>, places: &Places) -> bool {
        let first = self.place_start(run.start);
        let before = first.checked_sub(1).and_then(|at| self.note(at));
        let person = before.is_some_and(|note| {
            note.classes & PERSONS != 0 && self.lexicon.word(note.word).flags & word_flag::OF == 0
        });
        let mut own = run.clone().filter_map(|at| self.note(at));
        let in_parts = |note: &Note| {
            places.words.contains(&note.word) && note.names & gazetteer::FIRST == 0
                || note.classes & (class::HONORIFIC | class::PARTICLE) != 0
        };
        let whole = places.whole.contains(&self.words(first..run.end));
        !person && (whole || own.all(in_parts))
    }
}

/// Whether some words hold a given name and a family name, and not in one word.
fn is_full_name(words: &[&Note]) -> bool {
    let is = |note: &Note, kind| note.names & kind != 0;
    words.iter().enumerate().any(|(first, note)| {
        let others = || words.iter().enumerate().filter(|(at, _)| *at != first);
        is(note, gazetteer::FIRST) && others().any(|(_, other)| is(other, gazetteer::FAMILY))
    })
}

#[cfg(test)]
mod tests {
    use crate::{Finder, Pack};

    fn check(cases: &[(&str, &[&str])]) {
        let finder = Finder::new(&Pack::read(&packs::morocco()).unwrap());
        for (text, expect) in cases {
            let found = finder.find(text);
            let persons = found.iter().filter(|finding| finding.kind.as_str() == "person");
            let got: Vec<&str> = persons.map(|finding| finding.span.of(text)).collect();
            assert_eq!(got, *expect, "{text:?}");
        }
    }

    #[test]
    fn territories_and_offices() {
        check(&[
            ("Agence de Tamlalt, province de Tamlalt. Tamlalt compte 12 guichets.", &[]),
            ("Guichet de l'initiative individuelle de Tamlalt", &[]),
            ("توصلنا بشكاية من جهة محمد العلوي ضد الشركة.", &["محمد العلوي"]),
            ("Mme Salma Bennis avenue Hassan II, Rabat", &["Salma Bennis"]),
            (
                "Le village d'Ahmed Bennani est loin. Ahmed Bennani a appelé.",
                &["Ahmed Bennani", "Ahmed Bennani"],
            ),
            ("La commune de Sidi Bouzekri ouvre ; à Sidi Bouzekri, on attend.", &[]),
            ("Commune d'Aït Oumghar - état civil", &[]),
            ("شهادة السكنى - جماعة آيت أومغار", &[]),
            ("M. Bouzekri habite la commune de Sidi Bouzekri.", &["Bouzekri"]),
            (
                "Commune d'Aït Oumghar. Permanence le mercredi à Aït Oumghar, à la maison communale",
                &[],
            ),
            ("شهادة السكنى بجماعة آيت أومغار، ويسلمها مكتب آيت أومغار", &[]),
            ("الأستاذة سعيدة هنا", &["سعيدة"]),
            ("Caisse de couverture sociale - agence de Tamlalt", &[]),
            ("Les centres agréés de Sidi Bouzekri reçoivent le dossier.", &[]),
            ("Le cabinet de Karim Alaoui", &["Karim Alaoui"]),
            ("J'attends devant l'agence de Karim", &["Karim"]),
            ("au service de cardiologie de Fatima", &["Fatima"]),
            ("La province de Sidi Kacem et le dossier de Kacem", &["Kacem"]),
            ("La commune de Tamlalt : Omar Tazi, président", &["Omar Tazi"]),
            ("سلمت الجماعة الوثيقة محمد العلوي", &["محمد العلوي"]),
        ]);
    }

    #[test]
    fn events_and_ways() {
        check(&[
            ("Le tournoi Karim Alaoui de pétanque commence demain", &[]),
            ("جائزة محمد البقالي للقصة القصيرة", &[]),
            ("شارع علال الغزواني قرب البريد", &[]),
            ("The Salma Bennis Award for poetry", &[]),
            ("Karim Alaoui a gagné le prix Ahmed Bennani", &["Karim Alaoui"]),
            ("Le prix de M. Bennani est de 300 DH", &["Bennani"]),
        ]);
    }

    #[test]
    fn capitals_that_begin_lines() {
        check(&[
            ("Pièces à joindre.\n\n## Réutilisation\nL'information obtenue est libre.", &[]),
            ("| Acte | Prix |\n|---|---|\n| Duplicata du livret | 50 DH |", &[]),
            ("Perte ou vol.\nDéclarez d'abord la perte à la police.", &[]),
            ("Zouhaj, tu viens ?", &["Zouhaj"]),
            ("## Karim Alaoui\nné à Fès", &["Karim Alaoui"]),
        ]);
    }
}
