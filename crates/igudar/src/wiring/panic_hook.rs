//! What a fault of ours may say.

/// A panic's text can quote the string it was about, so only its place is logged.
pub(crate) fn quiet_panics() {
    std::panic::set_hook(Box::new(|information| {
        let place = information.location().map_or_else(
            || "an unknown place".to_owned(),
            |location| format!("{}:{}", location.file(), location.line()),
        );
        tracing::error!(%place, "a fault in Igudar; the request was ended");
    }));
}
