//! Dates that are said to be a birth date.

use super::candidate::{Candidate, Detector};
use super::place::Place;
use super::view::View;
use crate::pack::Pack;

/// Finds birth dates.
#[derive(Debug)]
pub struct BirthDateDetector;

impl BirthDateDetector {
    /// A detector with the pack's months and context words.
    pub fn new(_pack: &Pack) -> Self {
        Self
    }
}

impl Detector for BirthDateDetector {
    fn candidates(&self, _view: &View<'_>, _place: &Place, _out: &mut Vec<Candidate>) {}
}
