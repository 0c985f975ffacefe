//! Sentences made from templates (`models/names/templates.tsv`) and the names and places of the pack, so
//! that rare names and the places where no person stands are learnt.
//!
//! A slot is `{first}`, `{family}`, `{full}`, `{i}` (an initial), `{FAMILY}` (in capitals); with a hyphen
//! (`{-full}`) the name is no person's. `{afirst}` and `{afull}` are written in Arabic whatever the
//! language. `{-word}` is a name that is also a word; `{city}`, `{brand}` and `{n}` are no names. `⦃` and
//! `⦄` stand for braces. A text is made of one to three templates of a language.

use protection::pack::Pack;

use crate::corpus::Document;

/// Makes of cars and companies: words with a capital that no list of names knows.
const BRANDS: [&str; 24] = [
    "Renault Clio",
    "Dacia Duster",
    "Peugeot Partner",
    "Fiat Doblo",
    "Citroën Berlingo",
    "Toyota Yaris",
    "Hyundai Accent",
    "Ford Transit",
    "Honda Civic",
    "Seat Ibiza",
    "Kia Picanto",
    "Nissan Micra",
    "Samsung",
    "Orange",
    "Inwi",
    "Carrefour",
    "Decathlon",
    "Lydec",
    "Amendis",
    "Cash Plus",
    "Glovo",
    "Oracle",
    "Siemens",
    "Danone",
];

/// A small generator of numbers that every machine repeats.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 16) % (limit.max(1) as u64)).unwrap()
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// Spellings by script: Arabic, Latin, Tifinagh.
#[derive(Default)]
struct Spellings<'p> {
    arabic: Vec<Vec<&'p str>>,
    latin: Vec<Vec<&'p str>>,
    tifinagh: Vec<Vec<&'p str>>,
}

impl<'p> Spellings<'p> {
    fn read(file: &'p str, tifinagh: Option<usize>, keep: impl Fn(&[&str]) -> bool) -> Self {
        let mut spellings = Self::default();
        let split = |cell: &'p str| -> Vec<&'p str> {
            cell.split('|').filter(|spelling| !spelling.is_empty()).collect()
        };
        for row in file.lines().skip(1) {
            let columns: Vec<&str> = row.split('\t').collect();
            if !keep(&columns) {
                continue;
            }
            let mut latin = split(columns[1]);
            latin.extend(split(columns[2]));
            for (list, found) in [
                (&mut spellings.arabic, split(columns[0])),
                (&mut spellings.latin, latin),
                (&mut spellings.tifinagh, tifinagh.map_or(Vec::new(), |at| split(columns[at]))),
            ] {
                if !found.is_empty() {
                    list.push(found);
                }
            }
        }
        spellings
    }

    fn one(&self, script: Script, dice: &mut Dice) -> &'p str {
        let list = match script {
            Script::Arabic => &self.arabic,
            Script::Tifinagh if !self.tifinagh.is_empty() => &self.tifinagh,
            _ => &self.latin,
        };
        // A spelling of a row, the first ones more often: they are the usual ones.
        let row = &list[dice.below(list.len())];
        let at = dice.below(row.len()).min(dice.below(row.len()));
        row[at]
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Script {
    Arabic,
    Latin,
    Tifinagh,
}

/// How Latin names of one text are cased.
#[derive(Clone, Copy, PartialEq)]
enum Style {
    AsListed,
    Lower,
    FamilyFirst,
    Upper,
}

/// Everything a template can draw from.
pub(crate) struct Maker<'p> {
    first: Spellings<'p>,
    family: Spellings<'p>,
    words: Spellings<'p>,
    cities: [Vec<&'p str>; 2],
    templates: Vec<(&'p str, String)>,
}

impl<'p> Maker<'p> {
    pub(crate) fn new(pack: &'p Pack, templates: &'p str) -> Self {
        let first = pack.file("names/first.tsv");
        let mut cities = [Vec::new(), Vec::new()];
        for row in pack.file("places/places.tsv").lines().skip(1) {
            let columns: Vec<&str> = row.split('\t').collect();
            for (list, cell) in cities.iter_mut().zip(&columns[1..3]) {
                if !cell.is_empty() {
                    list.push(*cell);
                }
            }
        }
        Self {
            first: Spellings::read(first, Some(3), |_| true),
            family: Spellings::read(pack.file("names/family.tsv"), None, |_| true),
            words: Spellings::read(first, Some(3), |row| row[5].contains(':')),
            cities,
            templates: templates
                .lines()
                .skip(1)
                .filter_map(|line| line.split_once('\t'))
                .map(|(language, text)| (language, text.replace("\\n", "\n")))
                .collect(),
        }
    }

    /// As many texts as there are templates, `rounds` times.
    pub(crate) fn documents(&self, rounds: usize, seed: u64) -> Vec<Document> {
        let mut dice = Dice(seed | 1);
        (0..rounds)
            .flat_map(|_| self.templates.iter())
            .map(|(language, template)| self.document(language, template, &mut dice))
            .collect()
    }

    /// A text that begins with this template; others of its language may follow.
    fn document(&self, language: &str, template: &str, dice: &mut Dice) -> Document {
        let script = match language {
            "ar" | "ary" => Script::Arabic,
            "zgh" => Script::Tifinagh,
            _ => Script::Latin,
        };
        let style = match (language, dice.below(100)) {
            ("ary-Latn", 0..82) | (_, 0..6) => Style::Lower,
            (_, 88..97) => Style::FamilyFirst,
            (_, 97..) => Style::Upper,
            _ => Style::AsListed,
        };
        let own: Vec<&str> = self
            .templates
            .iter()
            .filter(|(other, _)| *other == language)
            .map(|(_, t)| t.as_str())
            .collect();
        let mut document = Document {
            id: "generated".to_owned(),
            language: language.to_owned(),
            text: String::new(),
            values: Vec::new(),
            gold: Vec::new(),
            fair: Vec::new(),
        };
        self.fill(template, script, style, &mut document, dice);
        for _ in 0..dice.below(3) {
            document.text.push_str(["\n", "\n", " ", "\n\n"][dice.below(4)]);
            self.fill(own[dice.below(own.len())], script, style, &mut document, dice);
        }
        if style == Style::Lower {
            // Whoever writes names in lower case writes all in lower case.
            let lower = document.text.to_lowercase();
            if lower.len() == document.text.len() {
                document.text = lower;
            }
        }
        document.gold.retain(|range| !range.is_empty());
        document.fair.clone_from(&document.gold);
        document
    }

    fn fill(
        &self,
        template: &str,
        script: Script,
        style: Style,
        document: &mut Document,
        dice: &mut Dice,
    ) {
        let Document { text, gold, .. } = document;
        let plain = |part: &str| part.replace('⦃', "{").replace('⦄', "}");
        let first = gold.len();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(&plain(before));
            let (slot, after) = after.split_once('}').unwrap();
            rest = after;
            let bare = slot.trim_start_matches('-');
            let name = self.slot(bare, script, style, dice);
            let start = text.len();
            text.push_str(&name);
            let is_name = !slot.starts_with('-') && !matches!(bare, "city" | "brand" | "n");
            if bare == "i" {
                gold.push(start..start);
            } else if is_name {
                match gold.get_mut(first..).and_then(<[_]>::last_mut) {
                    Some(last) if joins(text, last.end, start) => last.end = text.len(),
                    _ => gold.push(start..text.len()),
                }
            }
        }
        text.push_str(&plain(rest));
    }

    fn slot(&self, slot: &str, script: Script, style: Style, dice: &mut Dice) -> String {
        let script = if slot.starts_with('a') { Script::Arabic } else { script };
        let first = |dice: &mut Dice| self.first.one(script, dice).to_owned();
        let family = |dice: &mut Dice| {
            // Families have no Tifinagh of their own: a given name with Aït or U stands for one.
            if script == Script::Tifinagh {
                let before = ["ⴰⵢⵜ ", "ⵓ", "ⴱⵏ "][dice.below(3)];
                format!("{before}{}", self.first.one(script, dice))
            } else {
                self.family.one(script, dice).to_owned()
            }
        };
        let cased = |name: String| match style {
            Style::Lower => name.to_lowercase(),
            Style::Upper => name.to_uppercase(),
            _ => name,
        };
        match slot.trim_start_matches('a') {
            "first" => cased(first(dice)),
            "family" => cased(family(dice)),
            "FAMILY" => family(dice).to_uppercase(),
            "full" => {
                let (given, last) = (first(dice), family(dice));
                let second = dice.below(12);
                let given = match second {
                    0 => format!("{given} {}", first(dice)),
                    _ => given,
                };
                match style {
                    Style::FamilyFirst if dice.below(2) == 0 => {
                        format!("{} {given}", last.to_uppercase())
                    }
                    Style::FamilyFirst => format!("{given} {}", last.to_uppercase()),
                    _ => cased(format!("{given} {last}")),
                }
            }
            "i" => char::from(b'A' + u8::try_from(dice.below(26)).unwrap()).to_string(),
            "word" => {
                let word = self.words.one(script, dice);
                if script == Script::Latin { word.to_lowercase() } else { word.to_owned() }
            }
            "city" => dice.of(&self.cities[usize::from(script == Script::Arabic)]).to_owned(),
            "brand" => dice.of(&BRANDS).to_owned(),
            "n" => (1 + dice.below(90)).to_string(),
            other => panic!("a template has the unknown slot {other}"),
        }
    }
}

/// Whether two parts of a name stand with nothing but a space, or an initial's full stop, between them.
fn joins(text: &str, end: usize, start: usize) -> bool {
    let between = &text[end..start];
    between == " " || (between.chars().count() == 3 && between.ends_with(". "))
}
