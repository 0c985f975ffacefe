//! A run as one HTML page that needs nothing else: no script, no font, no picture from elsewhere.

mod plot;

use crate::manifest::Manifest;
use crate::outcome::Way;
use crate::results::{ALL_LANGUAGES, Cell, Difference};
use crate::study::{Texts, text_in};
use plot::plot;

const STYLE: &str = "\
body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}\
h1,h2,h3{line-height:1.2}table{border-collapse:collapse;margin:1rem 0;font-variant-numeric:tabular-nums}\
caption{text-align:start;font-weight:600;padding:.3rem 0}\
th,td{padding:.25rem .7rem;border-bottom:1px solid #d0d0d0;text-align:end}\
th:nth-child(-n+3),td:nth-child(-n+3){text-align:start}\
.all td{font-weight:600}.note{background:#fff6dd;border-inline-start:.3rem solid #b98900;padding:.6rem 1rem}\
.clear{font-weight:600}code{overflow-wrap:anywhere}svg{max-width:100%;height:auto}\
div.wide{overflow-x:auto}\
@media (prefers-color-scheme:dark){body{color:#eaeaea;background:#161616}.note{background:#3a3000}\
th,td{border-color:#444}}";

/// The page. `digest` is the manifest's.
pub fn page(manifest: &Manifest, digest: &str) -> String {
    let mut out = String::new();
    let title = escaped(text_in(&manifest.study.title, "en"));
    // The policy keeps a page from reaching anything even if a text should have slipped through.
    out.push_str("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
    out.push_str("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    push(
        &mut out,
        format_args!(
            "<title>{title}</title>\n<style>{STYLE}</style></head><body>\n<main>\n<h1>{title}</h1>\n"
        ),
    );
    texts(&mut out, "Question", &manifest.study.question);
    texts(&mut out, "Protocol", &manifest.study.protocol);
    out.push_str("<div class=\"note\" role=\"note\">");
    texts(&mut out, "Who looked over the items", &manifest.study.review);
    out.push_str("</div>\n");
    let mut tasks: Vec<&str> = Vec::new();
    for cell in &manifest.results.cells {
        if !tasks.contains(&cell.task.as_str()) {
            tasks.push(&cell.task);
        }
    }
    for task in tasks {
        let cells: Vec<&Cell> =
            manifest.results.cells.iter().filter(|own| own.task == task).collect();
        push(&mut out, format_args!("<section><h2>{}</h2>\n", escaped(task)));
        let mut metrics: Vec<_> = cells.iter().map(|cell| cell.metric).collect();
        metrics.dedup();
        metrics.sort_unstable();
        metrics.dedup();
        for metric in metrics {
            let of_metric: Vec<&Cell> =
                cells.iter().copied().filter(|own| own.metric == metric).collect();
            out.push_str(&plot(&of_metric));
        }
        scores(&mut out, &cells);
        let differences = manifest.results.differences.iter().filter(|own| own.task == task);
        let differences: Vec<&Difference> = differences.collect();
        if !differences.is_empty() {
            between_languages(&mut out, &differences);
        }
        out.push_str("</section>\n");
    }
    made_of(&mut out, manifest, digest);
    out.push_str("</main></body></html>\n");
    out
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.push_str(&text.to_string());
}

fn texts(out: &mut String, name: &str, texts: &Texts) {
    push(out, format_args!("<h3>{name}</h3>\n"));
    for (language, text) in texts {
        let (language, text) = (escaped(language), escaped(text.trim()));
        push(
            out,
            format_args!(
                "<p lang=\"{language}\" dir=\"auto\">{}</p>\n",
                text.replace("\n\n", "<br><br>")
            ),
        );
    }
}

fn scores(out: &mut String, cells: &[&Cell]) {
    out.push_str("<div class=\"wide\"><table><caption>Scores by language</caption><thead><tr><th scope=\"col\">respondent<th scope=\"col\">metric<th scope=\"col\">language<th scope=\"col\">score<th scope=\"col\">interval<th scope=\"col\">judged<th scope=\"col\">if all others were wrong<th scope=\"col\">answered<th scope=\"col\">refused<th scope=\"col\">truncated<th scope=\"col\">error<th scope=\"col\">no option read</thead><tbody>\n");
    for cell in cells {
        let class = if cell.language == ALL_LANGUAGES { " class=\"all\"" } else { "" };
        push(
            out,
            format_args!(
                "<tr{class}><td>{}<td>{}<td>{}<td>{}<td>{}<td>{} of {}<td>{}<td>{}<td>{}<td>{}<td>{}<td>{}\n",
                escaped(&cell.respondent),
                measured(cell),
                escaped(&cell.language),
                cell.score.map_or_else(|| "–".to_owned(), shown),
                between(cell),
                cell.judged,
                cell.items,
                shown(cell.worst),
                cell.outcomes.answered,
                cell.outcomes.refused,
                cell.outcomes.truncated,
                cell.outcomes.error,
                cell.outcomes.unread,
            ),
        );
    }
    out.push_str("</tbody></table></div>\n");
}

/// The metric, and how the answers came about where that is not by writing.
fn measured(cell: &Cell) -> String {
    match cell.way {
        Way::Generation => cell.metric.as_str().to_owned(),
        Way::Likelihood => format!("{}, by likelihood", cell.metric.as_str()),
    }
}

fn between_languages(out: &mut String, differences: &[&Difference]) {
    out.push_str("<div class=\"wide\"><table><caption>Differences between languages</caption><thead><tr><th scope=\"col\">respondent<th scope=\"col\">metric<th scope=\"col\">language<th scope=\"col\">compared with<th scope=\"col\">difference<th scope=\"col\">interval<th scope=\"col\">pairs</thead><tbody>\n");
    for own in differences {
        let class = if own.is_clear() { " class=\"clear\"" } else { "" };
        let pairs = if own.pairs == 0 { "not paired".to_owned() } else { own.pairs.to_string() };
        push(
            out,
            format_args!(
                "<tr{class}><td>{}<td>{}<td>{}<td>{}<td>{}<td>{} … {}<td>{pairs}\n",
                escaped(&own.respondent),
                own.metric.as_str(),
                escaped(&own.language),
                escaped(&own.reference),
                signed(own.difference),
                signed(own.low),
                signed(own.high),
            ),
        );
    }
    out.push_str("</tbody></table></div>\n<p>Bold: the interval does not hold zero, and six values or more are behind it.</p>\n");
}

fn made_of(out: &mut String, manifest: &Manifest, digest: &str) {
    let facts = |value: &serde_json::Value| escaped(&crate::canonical::canonical(value));
    push(
        out,
        format_args!(
            "<section><h2>What this run was made of</h2>\n<p>Manifest SHA-256 <code>{}</code></p>\n",
            escaped(digest)
        ),
    );
    push(
        out,
        format_args!(
            "<p>{} · study {} version {} · licence {} · seed {} · parameters <code>{}</code> · answers <code>{}</code></p>\n",
            escaped(&manifest.program),
            escaped(&manifest.study.id),
            manifest.study.version,
            escaped(&manifest.study.licence),
            manifest.seed,
            facts(&manifest.parameters),
            escaped(&manifest.answers),
        ),
    );
    out.push_str("<ul>\n");
    for (name, own) in &manifest.respondents {
        push(out, format_args!("<li>{} <code>{}</code>\n", escaped(name), facts(own)));
    }
    out.push_str("</ul>\n<details><summary>Inputs</summary><ul>\n");
    for (path, own) in &manifest.inputs {
        push(out, format_args!("<li>{} <code>{}</code>\n", escaped(path), escaped(own)));
    }
    out.push_str("</ul></details></section>\n");
}

/// A score for people.
pub fn shown(value: f64) -> String {
    format!("{value:.3}")
}

/// A difference for people.
pub fn signed(value: f64) -> String {
    format!("{value:+.3}")
}

/// The bounds of a cell for people.
pub fn between(cell: &Cell) -> String {
    match (cell.low, cell.high) {
        (Some(low), Some(high)) => format!("{} – {}", shown(low), shown(high)),
        _ => "–".to_owned(),
    }
}

/// Text as it may stand in HTML, between tags and inside quotes.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for own in text.chars() {
        match own {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(own),
        }
    }
    out
}
