//! Trains the model of transliteration.
//!
//! `train_transliteration DATA WEIGHTS [MODEL [READINGS]]`: DATA is the folder of the language data (`doda`, the
//! parallel texts, `lid_train.tsv`), WEIGHTS the file to write, MODEL the folder with `correspondences.tsv` and
//! `lexicon.tsv` (by default `models/transliteration`). READINGS is a file to write the words to that the groups
//! of spellings were read as. Nothing is left to chance: the same data gives the same file.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a command for developers: it reads and writes files and reports to the terminal"
)]

use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use language::transliterate::training::{Group, Sources, train};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (Some(data), Some(weights)) = (arguments.first(), arguments.get(1)) else {
        eprintln!("usage: train_transliteration DATA WEIGHTS [MODEL [READINGS]]");
        return ExitCode::FAILURE;
    };
    let model = arguments.get(2).map_or("models/transliteration", String::as_str);
    match run(Path::new(data), Path::new(weights), Path::new(model), arguments.get(3)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(data: &Path, weights: &Path, model: &Path, readings: Option<&String>) -> io::Result<()> {
    let sources = Sources {
        correspondences: fs::read_to_string(model.join("correspondences.tsv"))?,
        lexicon: fs::read_to_string(model.join("lexicon.tsv"))?,
        groups: groups(&data.join("doda"))?,
        arabic: vec![
            (0.55, [column(data, "parallel_oldi.tsv", 0)?, labelled(data, "ary_Arab")?].concat()),
            (0.3, labelled(data, "arb_Arab")?),
        ],
        latin: [
            labelled(data, "fra_Latn")?,
            labelled(data, "eng_Latn")?,
            [column(data, "parallel_doda.tsv", 0)?, labelled(data, "ary_Latn")?].concat(),
        ],
    };
    let mut sources = sources;
    let spelled = sources.groups.iter().flat_map(|group| group.spellings.iter().cloned());
    let spelled: Vec<String> = spelled.collect();
    let [_, _, darija] = &mut sources.latin;
    darija.extend(spelled);
    let trained = train(&sources);
    fs::write(weights, &trained.bytes)?;
    if let Some(readings) = readings {
        let lines = sources.groups.iter().zip(&trained.readings);
        let lines = lines.map(|(group, word)| format!("{}\t{word}\n", group.spellings.join(" ")));
        fs::write(readings, lines.collect::<String>())?;
    }
    eprintln!(
        "{} groups of spellings, {} bytes; spellings without correspondences: {}",
        sources.groups.len(),
        trained.bytes.len(),
        trained.unexplained.join(" ")
    );
    Ok(())
}

/// One column of a table without its header.
fn column(data: &Path, file: &str, column: usize) -> io::Result<Vec<String>> {
    let text = fs::read_to_string(data.join(file))?;
    let cells = text.lines().skip(1).filter_map(|line| line.split('\t').nth(column));
    Ok(cells.map(str::to_owned).collect())
}

/// The texts of a label.
fn labelled(data: &Path, label: &str) -> io::Result<Vec<String>> {
    let text = fs::read_to_string(data.join("lid_train.tsv"))?;
    let rows = text.lines().filter_map(|line| {
        let mut cells = line.splitn(3, '\t');
        (cells.next() == Some(label)).then(|| cells.nth(1).unwrap_or_default().to_owned())
    });
    Ok(rows.collect())
}

/// The words of the lexica: rows of spellings, rows of forms.
fn groups(folder: &Path) -> io::Result<Vec<Group>> {
    let mut groups = Vec::new();
    for kind in ["semantic", "syntactic"] {
        let mut files: Vec<_> = fs::read_dir(folder.join(kind))?.collect::<Result<Vec<_>, _>>()?;
        files.sort_by_key(fs::DirEntry::path);
        for file in files {
            let text = fs::read_to_string(file.path())?;
            let name = file.file_name().to_string_lossy().into_owned();
            let mut lines = text.lines();
            let header = cells(lines.next().unwrap_or_default());
            for line in lines {
                groups.extend(row(&name, &header, &cells(line)));
            }
        }
    }
    Ok(groups)
}

fn row(file: &str, header: &[String], cells: &[String]) -> Vec<Group> {
    let single = |cell: &String| Group { spellings: vec![cell.clone()], ..Group::default() };
    let cells: Vec<String> = cells
        .iter()
        .map(|cell| cell.split(['(', '/']).next().unwrap_or_default().trim().to_owned())
        // Of several words none is what the others of the row are spellings of.
        .map(|cell| if cell.contains(' ') { String::new() } else { cell })
        .collect();
    let filled = |cell: &&String| !cell.is_empty();
    if header.last().is_some_and(|name| name == "eng") {
        let spellings = cells.get(..header.len() - 1).unwrap_or_default();
        let spellings: Vec<String> = spellings.iter().filter(filled).cloned().collect();
        let never_ends = if file == "verbs.csv" { "ة" } else { "" };
        return if spellings.is_empty() {
            Vec::new()
        } else {
            vec![Group { spellings, never_ends, ..Group::default() }]
        };
    }
    let columns = header.iter().zip(&cells).filter(|(_, cell)| filled(cell));
    columns
        .map(|(name, cell)| {
            let mut group = single(cell);
            match file {
                "conjug_present.csv" => {
                    (group.begins, group.ends) = match name.as_str() {
                        "ana" => ("كن", ""),
                        "nta" | "hia" => ("كت", ""),
                        "nti" => ("كت", "ي"),
                        "howa" => ("كي", ""),
                        "7na" => ("كن", "و"),
                        "ntoma" => ("كت", "و"),
                        "homa" => ("كي", "و"),
                        _ => ("", ""),
                    };
                    group.never_ends = "ة";
                }
                "conjug_past.csv" => {
                    group.ends = match name.as_str() {
                        "ana" | "hia" => "ت",
                        "nti" => "تي",
                        "7na" => "نا",
                        "ntoma" | "homa" => "و",
                        _ => "",
                    };
                    group.never_ends = "ة";
                }
                "imperatives.csv" => group.never_ends = "ة",
                "masculine_feminine_plural.csv" if name == "feminine" => group.ends = "ة",
                _ => {}
            }
            group
        })
        .collect()
}

/// The cells of a line of comma-separated values; quotes hold no line breaks in these files.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for character in line.trim_end().chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => {
                if let Some(cell) = cells.last_mut() {
                    cell.push(other);
                }
            }
        }
    }
    cells
}
