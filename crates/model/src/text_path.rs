//! Where texts stand, kept for a million of them: the steps around a text are shared by all that stand
//! there, and are written out only when a message names one.

use std::fmt;
use std::sync::Arc;

use crate::path::{Step, write_step};

/// Messages show this many steps of a path; more would tell a reader nothing.
const MOST_STEPS: usize = 32;

/// Where a text stands: `messages[2].content`. Never holds a name that a client invented.
#[derive(Clone, Default)]
pub struct TextPath {
    outer: Option<Arc<Outer>>,
    last: Option<Step>,
}

/// An object or a list with texts in it.
struct Outer {
    outer: Option<Arc<Outer>>,
    step: Step,
}

impl fmt::Display for TextPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let around = std::iter::successors(self.outer.as_deref(), |outer| outer.outer.as_deref());
        let mut steps: Vec<Step> = self.last.into_iter().collect();
        steps.extend(around.map(|outer| outer.step));
        formatter.write_str(&written(steps.into_iter().rev()))
    }
}

impl fmt::Debug for TextPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

fn written(steps: impl Iterator<Item = Step>) -> String {
    let mut path = String::new();
    for (index, step) in steps.enumerate() {
        if index == MOST_STEPS {
            path.push('…');
            break;
        }
        write_step(&mut path, step);
    }
    path
}

/// The steps to the value that a walk is at.
#[derive(Default)]
pub(crate) struct PathStack {
    /// Each step, and the shared path up to it once a text needed it.
    steps: Vec<(Step, Option<Arc<Outer>>)>,
}

impl PathStack {
    pub(crate) fn push(&mut self, step: Step) {
        self.steps.push((step, None));
    }

    pub(crate) fn pop(&mut self) {
        self.steps.pop();
    }

    /// How many objects and lists stand around the value.
    pub(crate) fn depth(&self) -> usize {
        self.steps.len()
    }

    /// The path as messages show it.
    pub(crate) fn shown(&self) -> String {
        written(self.steps.iter().map(|(step, _)| *step))
    }

    /// The path of a member of the value, as messages show it.
    pub(crate) fn shown_with(&self, member: Step) -> String {
        written(self.steps.iter().map(|(step, _)| *step).chain([member]))
    }

    /// The path, for a text to keep.
    pub(crate) fn path(&mut self) -> TextPath {
        let Some(((last, _), around)) = self.steps.split_last_mut() else {
            return TextPath::default();
        };
        // Most texts have neighbours, for which the steps around them are shared already.
        let known = around.iter().rposition(|(_, shared)| shared.is_some()).map_or(0, |at| at + 1);
        let mut outer = known.checked_sub(1).and_then(|at| around.get(at)?.1.clone());
        for (step, shared) in around.iter_mut().skip(known) {
            let node = Arc::new(Outer { outer, step: *step });
            *shared = Some(Arc::clone(&node));
            outer = Some(node);
        }
        TextPath { outer, last: Some(*last) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_neighbours_share_their_steps() {
        let mut stack = PathStack::default();
        assert_eq!(stack.path().to_string(), "");
        stack.push(Step::member("messages", 0));
        stack.push(Step::Index(2));
        stack.push(Step::member("content", 1));
        let first = stack.path();
        stack.pop();
        stack.push(Step::member("0612345678", 7));
        let second = stack.path();
        assert_eq!(
            (first.to_string().as_str(), stack.shown().as_str()),
            ("messages[2].content", "messages[2].{7}")
        );
        assert_eq!(second.to_string(), "messages[2].{7}");
        assert!(Arc::ptr_eq(first.outer.as_ref().unwrap(), second.outer.as_ref().unwrap()));
        assert_eq!(stack.shown_with(Step::member("role", 0)), "messages[2].{7}.role");
        (0..100).for_each(|index| stack.push(Step::Index(index)));
        assert!(stack.path().to_string().ends_with("[28]…"), "{}", stack.path());
        // One for each text.
        assert!(size_of::<TextPath>() <= 16);
    }
}
