//! Postal addresses of persons and homes.

use super::candidate::{Candidate, Detector};
use super::place::Place;
use super::view::View;
use crate::pack::Pack;

/// Finds postal addresses.
#[derive(Debug)]
pub struct AddressDetector;

impl AddressDetector {
    /// A detector with the pack's street words and communes.
    pub fn new(_pack: &Pack) -> Self {
        Self
    }
}

impl Detector for AddressDetector {
    fn candidates(&self, _view: &View<'_>, _place: &Place, _out: &mut Vec<Candidate>) {}
}
