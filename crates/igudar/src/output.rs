//! What people and programs read: results on standard output, everything else on standard error.

use std::io::{self, IsTerminal as _, Write as _};

use serde_json::Value;

/// Whether output is for a program: `--json` was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Json(pub(crate) bool);

/// One line on standard output. A reader that went away (`| head`) ends the command without a fault.
pub(crate) fn line(text: &str) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    writeln!(out, "{text}")?;
    Ok(())
}

/// A result: a JSON line, or text for people.
pub(crate) fn result(
    json: Json,
    value: &Value,
    text: impl FnOnce() -> String,
) -> anyhow::Result<()> {
    if json.0 { line(&value.to_string()) } else { line(&text()) }
}

/// A remark for people, on standard error.
pub(crate) fn remark(text: &str) {
    let mut err = anstream::stderr().lock();
    // With standard error closed there is nobody to tell.
    drop(writeln!(err, "{text}"));
}

/// Why a command failed, with its causes.
pub(crate) fn failure(error: &anyhow::Error) {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    let causes: Vec<String> =
        error.chain().skip(1).map(|cause| format!("\n  because {cause}")).collect();
    let causes = causes.concat();
    remark(&format!("{style}igudar:{style:#} {error}{causes}"));
}

/// Whether a command only failed since its reader went away, as `head` does: that is no fault.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let broken = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    };
    error.chain().any(broken)
}

/// Whether somebody watches standard output.
pub(crate) fn on_terminal() -> bool {
    io::stdout().is_terminal()
}

/// A table for people.
pub(crate) fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING).set_header(head.iter().copied());
    for row in rows {
        table.add_row(row.iter().map(|cell| plain(cell)));
    }
    table.trim_fmt()
}

/// Texts beside each other, as wide as the terminal.
pub(crate) fn columns(head: &[&str], texts: &[&str]) -> String {
    let mut table = comfy_table::Table::new();
    table
        .load_style(comfy_table::presets::UTF8_FULL)
        .set_content_arrangement(comfy_table::ContentArrangement::Dynamic)
        .set_header(head.iter().copied())
        .add_row(texts.iter().copied());
    if table.width().is_none() {
        table.set_width(120);
    }
    table.to_string()
}

/// A stranger's text for a terminal: nothing in it moves the cursor, colours what follows or turns it round.
pub(crate) fn plain(text: &str) -> String {
    let turns = |sign: char| matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|own| *own == '\n' || !(own.is_control() || turns(*own))).collect()
}
