//! Catches what llama.cpp says when it cannot load a file: its function returns nothing but null.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Keeps the first error that is logged on a thread while it listens there.
#[derive(Debug, Clone, Default)]
pub(crate) struct LoadWords {
    first: Arc<Mutex<Option<String>>>,
}

impl LoadWords {
    /// Runs `load` and gives its result together with the first error that it logged. The path of
    /// the file becomes its name: clients see these words.
    pub(crate) fn listen<T>(path: &Path, load: impl FnOnce() -> T) -> (T, Option<String>) {
        let words = Self::default();
        let loaded = tracing::subscriber::with_default(words.clone(), load);
        let first = words.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        let name = crate::gguf::file_name(path);
        (loaded, first.map(|first| first.replace(&path.display().to_string(), &name)))
    }
}

impl Subscriber for LoadWords {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == Level::ERROR
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut message = Message(None);
        event.record(&mut message);
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        if first.is_none() {
            *first = message.0;
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Message(Option<String>);

impl Visit for Message {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.0 = Some(value.trim().to_owned());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_error_is_kept_without_the_folder() {
        let path = Path::new("somewhere").join("m.gguf");
        let (result, words) = LoadWords::listen(&path, || {
            tracing::info!("loading");
            tracing::error!("cannot open {}", path.display());
            tracing::error!("failed");
            7
        });
        assert_eq!((result, words.as_deref()), (7, Some("cannot open m.gguf")));
        assert_eq!(LoadWords::listen(&path, || ()).1, None);
    }
}
