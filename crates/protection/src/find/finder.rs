//! The finder: runs the detectors and settles what they propose.

use std::sync::Arc;

use super::address::AddressDetector;
use super::birth::BirthDateDetector;
use super::candidate::{Candidate, Detector};
use super::card::CardDetector;
use super::identifiers::IdentifierDetector;
use super::names::NameDetector;
use super::names::model::Weights as NameWeights;
use super::place::{Place, Surroundings};
use super::resolve::resolve;
use super::universal::UniversalDetector;
use super::view::View;
use super::windows::{Size, Window};
use super::words::Words;
use crate::decide::risk::RiskModel;
use crate::decide::topics::Topics;
use crate::dictionary::Dictionary;
use crate::finding::{Finding, Kind};
use crate::label::LabelWords;
use crate::pack::{Pack, Surrogates};

/// Finds personal values by a country pack. Cheap to clone, free to share between threads.
#[derive(Debug, Clone)]
pub struct Finder {
    detectors: Arc<[Box<dyn Detector>]>,
    words: Arc<Words>,
    dictionary: Option<Arc<Dictionary>>,
    windows: Size,
    label_words: LabelWords,
    surrogates: Surrogates,
    topics: Option<Topics>,
    risk: Option<RiskModel>,
}

/// Which parts of a finder are wanted.
#[derive(Debug, Clone)]
pub struct FinderParts {
    /// Names of persons: the costliest part, and the only one that weighs instead of reading rules.
    pub names: bool,
    /// What the installation adds to the pack.
    pub dictionary: Option<Arc<Dictionary>>,
    /// Other weights of names than the built-in ones, for measuring; their misses are not estimated.
    pub name_weights: Option<NameWeights>,
}

impl Default for FinderParts {
    fn default() -> Self {
        Self { names: true, dictionary: None, name_weights: None }
    }
}

impl Finder {
    /// A finder with every detector the pack has data for.
    pub fn new(pack: &Pack) -> Self {
        Self::with(pack, FinderParts::default())
    }

    /// A finder with some detectors.
    pub fn with(pack: &Pack, parts: FinderParts) -> Self {
        let FinderParts { names, dictionary, name_weights } = parts;
        let usual = names && name_weights.is_none();
        let dictionary = dictionary.filter(|dictionary| !dictionary.is_empty());
        let kinds = dictionary.as_ref().map(|dictionary| dictionary.kinds()).unwrap_or_default();
        let label_words = pack.label_words().with_kinds(&kinds);
        let own = dictionary.as_ref().map_or(&[][..], |dictionary| dictionary.identifiers());
        let mut detectors: Vec<Box<dyn Detector>> = vec![
            Box::new(IdentifierDetector::new(pack, own)),
            Box::new(UniversalDetector::new(pack)),
        ];
        if names {
            let detector = NameDetector::new(pack);
            detectors.push(Box::new(match name_weights {
                Some(weights) => detector.with_weights(weights),
                None => detector,
            }));
        }
        detectors.push(Box::new(AddressDetector::default()));
        detectors.push(Box::new(CardDetector { names }));
        detectors.push(Box::new(BirthDateDetector::new(pack)));
        let mut words = Words::new(pack.affixes());
        AddressDetector::add_words(pack, &mut words);
        BirthDateDetector::add_words(pack, &mut words);
        Self {
            detectors: detectors.into(),
            words: Arc::new(words),
            dictionary,
            windows: Size::default(),
            label_words,
            surrogates: pack.surrogates().clone(),
            // A pack whose topics cannot be read was refused when it was read.
            topics: Topics::new(pack).ok(),
            // What other parts miss was not measured.
            risk: usual.then(RiskModel::built_in).flatten(),
        }
    }

    /// What judges the topics of texts, where the pack has words for them.
    pub fn topics(&self) -> Option<&Topics> {
        self.topics.as_ref()
    }

    /// What estimates how much this finder misses, where that was measured.
    pub fn risk(&self) -> Option<&RiskModel> {
        self.risk.as_ref()
    }

    /// What the pack says about labels.
    pub fn label_words(&self) -> &LabelWords {
        &self.label_words
    }

    /// The made-up values of the same form that the pack calls safe.
    pub fn surrogates(&self) -> &Surrogates {
        &self.surrogates
    }

    /// What stands in running text, sorted by place, without overlaps.
    pub fn find(&self, text: &str) -> Vec<Finding> {
        self.find_in(text, &Place::Text)
    }

    /// What stands in a text of which the place is known, sorted by place, without overlaps.
    pub fn find_in(&self, text: &str, place: &Place) -> Vec<Finding> {
        let key = place.key().map(|key| self.view(key));
        self.find_around(text, Surroundings::new(place, key.as_ref()))
    }

    /// What stands in each of some texts, as [`Self::find_in`] finds it. The name of a member is prepared
    /// once for neighbouring texts that share it, as the elements of a list do.
    pub fn find_each<'t>(
        &self,
        texts: impl IntoIterator<Item = (&'t str, &'t Place)>,
    ) -> Vec<Vec<Finding>> {
        let mut last: Option<(&str, View<'_>)> = None;
        let mut found = Vec::new();
        for (text, place) in texts {
            if let Some(key) = place.key()
                && last.as_ref().is_none_or(|(known, _)| *known != key)
            {
                last = Some((key, self.view(key)));
            }
            let key = last.as_ref().filter(|_| place.key().is_some()).map(|(_, view)| view);
            found.push(self.find_around(text, Surroundings::new(place, key)));
        }
        found
    }

    fn view<'t>(&self, text: &'t str) -> View<'t> {
        View::with_words(text, &self.words)
    }

    /// The same finder with smaller or larger windows on long texts: how many bytes each adds, and how
    /// many it sees before and behind. The findings do not depend on it, where the neighbourhood is not
    /// too small for what stands around a value.
    #[must_use]
    pub fn in_windows(mut self, core: usize, overlap: usize) -> Self {
        self.windows = Size { core: core.max(1), overlap };
        self
    }

    fn find_around(&self, text: &str, around: Surroundings<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut kinds: Vec<Kind> = Vec::new();
        let mut reached = 0;
        let mut next = Some(Window::first(text, self.windows));
        while let Some(window) = next {
            let view = self.view(window.content());
            let mut candidates = Vec::new();
            for detector in self.detectors.iter() {
                detector.candidates(&view, around, &mut candidates);
            }
            let mut standing = resolve(view.text(), candidates);
            if let Some(dictionary) = &self.dictionary {
                standing = dictionary.settle(&view, standing);
            }
            for candidate in standing {
                let span = window.place(view.source_span(candidate.span));
                let Some(span) = span.filter(|span| !span.is_empty() && span.start >= reached)
                else {
                    continue;
                };
                reached = span.end;
                let kind = shared(&mut kinds, candidate.kind);
                let Candidate { score, reason, .. } = candidate;
                found.push(Finding { span, kind, score, reason });
            }
            next = window.next(&view);
        }
        found
    }
}

/// The kind of this name that was met first: many findings then share one.
fn shared(kinds: &mut Vec<Kind>, kind: Kind) -> Kind {
    if let Some(known) = kinds.iter().find(|known| **known == kind) {
        return known.clone();
    }
    kinds.push(kind.clone());
    kind
}
