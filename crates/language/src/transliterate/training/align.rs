//! Which letters of a known Arabic word each unit of its Latin spelling stands for.

use crate::transliterate::channel::{Channel, Choice};
use crate::transliterate::spelling::Unit;

/// The cheapest choices, one a unit, that spell `word`; `None` where none do.
pub(super) fn align(channel: &Channel, units: &[Unit], word: &[u8]) -> Option<Vec<Choice>> {
    let width = word.len() + 1;
    // The cheapest way to have spelt so many letters after so many units, and the last choice of it.
    let mut ways: Vec<Option<(u32, Option<Choice>)>> = vec![None; width * (units.len() + 1)];
    *ways.first_mut()? = Some((0, None));
    for (step, unit) in units.iter().enumerate() {
        for spelt in 0..width {
            let Some((cost, _)) = ways.get(step * width + spelt).copied().flatten() else {
                continue;
            };
            for choice in channel.choices(*unit) {
                let letters = choice.letters();
                if word.get(spelt..).is_some_and(|rest| rest.starts_with(letters)) {
                    let place = ways.get_mut((step + 1) * width + spelt + letters.len())?;
                    let own = cost + u32::from(choice.cost);
                    if place.is_none_or(|(other, _)| own < other) {
                        *place = Some((own, Some(*choice)));
                    }
                }
            }
        }
    }
    let mut path = Vec::with_capacity(units.len());
    let mut spelt = word.len();
    for step in (1..=units.len()).rev() {
        let (_, choice) = ways.get(step * width + spelt).copied().flatten()?;
        let choice = choice?;
        spelt -= choice.letters().len();
        path.push(choice);
    }
    path.reverse();
    Some(path)
}
