//! One metric of one task as a plot: a point and its interval for each language and respondent.

use super::{escaped, push};
use crate::results::{ALL_LANGUAGES, Cell};

const ROW: usize = 22;
const TOP: usize = 34;
const LEFT: f64 = 260.0;
const WIDTH: f64 = 380.0;
const RIGHT: f64 = 70.0;

/// Colours that people who see fewer of them still tell apart (Okabe and Ito 2008), dark enough on white.
const COLOURS: [&str; 6] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7a6a00", "#555555"];

/// The plot, an SVG with its own text alternative.
pub(super) fn plot(cells: &[&Cell]) -> String {
    let Some(first) = cells.first() else { return String::new() };
    let mut respondents: Vec<&str> = Vec::new();
    let mut languages: Vec<&str> = Vec::new();
    for cell in cells {
        if !respondents.contains(&cell.respondent.as_str()) {
            respondents.push(&cell.respondent);
        }
        if !languages.contains(&cell.language.as_str()) {
            languages.push(&cell.language);
        }
    }
    let end = cells.iter().filter_map(|cell| cell.high).fold(1.0_f64, f64::max);
    let across = |value: f64| LEFT + WIDTH * (value / end).clamp(0.0, 1.0);
    let height = TOP + ROW * cells.len() + 16;
    let better = if first.metric.higher_is_better() { "more is better" } else { "less is better" };
    let name = format!("{} of {}: {better}", first.metric.as_str(), escaped(&first.task));
    let mut out = format!(
        "<svg role=\"img\" aria-label=\"{name}\" viewBox=\"0 0 {:.0} {height}\" width=\"{:.0}\" font-size=\"12\" \
         fill=\"currentColor\">\n<text x=\"0\" y=\"14\" font-weight=\"600\">{name}</text>\n",
        LEFT + WIDTH + RIGHT,
        LEFT + WIDTH + RIGHT,
    );
    for quarter in 0_u8..=4 {
        let value = end * f64::from(quarter) / 4.0;
        let x = across(value);
        let foot = height - 14;
        push(
            &mut out,
            format_args!(
                "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{foot}\" stroke=\"currentColor\" opacity=\".15\"/>\
             <text x=\"{x:.1}\" y=\"28\" text-anchor=\"middle\">{value:.2}</text>\n"
            ),
        );
    }
    let mut row = 0;
    for language in languages {
        for (place, respondent) in respondents.iter().enumerate() {
            let found = cells
                .iter()
                .find(|cell| cell.language == language && cell.respondent == *respondent);
            let Some(cell) = found else { continue };
            let y = TOP + ROW * row + ROW / 2;
            row += 1;
            let colour = COLOURS.get(place % COLOURS.len()).copied().unwrap_or("#555555");
            let weight = if language == ALL_LANGUAGES { " font-weight=\"600\"" } else { "" };
            push(
                &mut out,
                format_args!(
                    "<text x=\"0\" y=\"{}\"{weight}>{} · {}</text>\n",
                    y + 4,
                    escaped(language),
                    escaped(respondent)
                ),
            );
            let (Some(score), Some(low), Some(high)) = (cell.score, cell.low, cell.high) else {
                push(
                    &mut out,
                    format_args!("<text x=\"{LEFT:.1}\" y=\"{}\">no answer</text>\n", y + 4),
                );
                continue;
            };
            push(
                &mut out,
                format_args!(
                    "<line x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y}\" y2=\"{y}\" stroke=\"{colour}\" stroke-width=\"2\"/>\
                 <circle cx=\"{:.1}\" cy=\"{y}\" r=\"4.5\" fill=\"{colour}\"/>\
                 <text x=\"{:.1}\" y=\"{}\">{score:.3}</text>\n",
                    across(low),
                    across(high),
                    across(score),
                    across(high) + 8.0,
                    y + 4,
                ),
            );
        }
    }
    out.push_str("</svg>\n");
    out
}
