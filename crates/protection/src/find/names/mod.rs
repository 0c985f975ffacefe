//! Names of natural persons.

use super::candidate::{Candidate, Detector};
use super::place::Place;
use super::view::View;
use crate::pack::Pack;

/// Finds names of persons.
#[derive(Debug)]
pub struct NameDetector;

impl NameDetector {
    /// A detector with the pack's names, titles and particles.
    pub fn new(_pack: &Pack) -> Self {
        Self
    }
}

impl Detector for NameDetector {
    fn candidates(&self, _view: &View<'_>, _place: &Place, _out: &mut Vec<Candidate>) {}
}
