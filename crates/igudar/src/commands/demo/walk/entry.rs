//! The register's entry of the invented commune: what only people know, written into the draft.

/// Keys of the draft with what the commune's people write behind them: French, Arabic.
const TEXTS: &[(&str, &str, &str)] = &[
    (
        "description_short",
        "Répond aux questions des habitants d'après les fiches de la commune.",
        "يجيب عن أسئلة السكان انطلاقا من وثائق الجماعة.",
    ),
    ("organization", "Commune inventée", "جماعة متخيلة"),
];

/// The draft with its empty required fields filled in.
pub(super) fn entry(draft: &str) -> String {
    let empty = "contact_email = \"\"";
    let mut text = draft.replace(empty, "contact_email = \"https://commune.exemple.invalid/ia\"");
    // The draft knows the project's name, which is no Arabic one.
    text = text.replace(
        "[name]\nfr = \"commune\"\nar = \"\"",
        "[name]\nfr = \"Guichet de la commune\"\nar = \"شباك الجماعة\"",
    );
    for (key, french, arabic) in TEXTS {
        let empty = format!("[{key}]\nfr = \"\"\nar = \"\"");
        text = text.replace(&empty, &format!("[{key}]\nfr = \"{french}\"\nar = \"{arabic}\""));
    }
    text
}
