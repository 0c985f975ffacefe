//! Headings by their shape: the parts and articles of laws and decrees, in whatever format they came.

/// The level of a line that begins an article or a part of a legal text; `None` for any other line.
pub(crate) fn level(line: &str) -> Option<u8> {
    let line = line.trim();
    if line.chars().count() > 120 {
        return None;
    }
    let mut words = line.split_whitespace();
    let first = words.next()?.to_lowercase();
    let second = words.next().unwrap_or_default();
    let level = match first.trim_end_matches([':', '.', '-']) {
        "livre" | "titre" | "title" | "part" | "partie" | "الكتاب" | "القسم" | "الجزء" => {
            1
        }
        "chapitre" | "chapter" | "section" | "الباب" | "الفرع" => 2,
        "article" | "art" | "المادة" | "الفصل" | "amagrad" | "ⴰⵎⴰⴳⵔⴰⴷ" => {
            3
        }
        _ => return None,
    };
    is_number(second).then_some(level)
}

/// A number in digits, Roman letters or as an Arabic or French ordinal.
fn is_number(word: &str) -> bool {
    let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    if word.is_empty() {
        return false;
    }
    let first = word.chars().next().unwrap_or_default();
    let roman = word.chars().all(|letter| "IVXLCivxlc".contains(letter));
    let lower = word.to_lowercase();
    let named = ["premier", "première", "unique", "preliminaire", "préliminaire", "preamble"];
    let arabic = [
        "الأول",
        "الأولى",
        "الثاني",
        "الثانية",
        "الثالث",
        "الثالثة",
        "الرابع",
        "الرابعة",
        "الخامس",
        "الخامسة",
        "السادس",
        "السادسة",
        "السابع",
        "السابعة",
        "الثامن",
        "الثامنة",
        "التاسع",
        "التاسعة",
        "العاشر",
        "العاشرة",
        "الفريدة",
        "التمهيدي",
    ];
    first.is_numeric() || roman || named.contains(&lower.as_str()) || arabic.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_and_parts() {
        let check = |line: &str, expect: Option<u8>| assert_eq!(level(line), expect, "{line}");
        check("Article 12", Some(3));
        check("ARTICLE PREMIER. – Objet", Some(3));
        check("Art. 3 bis", Some(3));
        check("المادة 44", Some(3));
        check("الفصل الأول: أحكام عامة", Some(3));
        check("المادة ٧", Some(3));
        check("TITRE II", Some(1));
        check("Chapitre premier : Dispositions", Some(2));
        check("Articles de sport", None);
        check("L'article 12 dit que", None);
        check("Article de presse du 3 mars", None);
        check("الفصل في النزاع", None);
        check("", None);
    }
}
