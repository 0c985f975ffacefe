//! Invented personal values with right check digits, the same in every run.

/// A small generator of numbers (the `SplitMix64` of Steele, Lea and Flood).
#[derive(Debug, Clone)]
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }

    pub(crate) fn of<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len())]
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap())).collect()
    }
}

/// A value, its type, and whether finding it does not depend on a model or a list of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) kind: &'static str,
    pub(crate) text: String,
    pub(crate) certain: bool,
}

const FIRST: [&str; 8] =
    ["Karim", "Zineb", "Youssef", "Salma", "Mehdi", "Khadija", "Omar", "Naïma"];
const LAST: [&str; 8] =
    ["Bennani", "Oukacha", "El Alaoui", "Tazi", "Ait Lahcen", "Berrada", "Chraibi", "Idrissi"];
const ARABIC: [&str; 4] = ["محمد العلوي", "فاطمة الزهراء بنعلي", "يوسف التازي", "خديجة الإدريسي"];
const KINDS: [&str; 8] = ["cin", "phone", "email", "rib", "iban", "ice", "card", "person"];

/// A value of any type.
pub(crate) fn value(draw: &mut Draw) -> Value {
    let kind = draw.of(&KINDS);
    let text = match kind {
        "cin" => format!("{}{}", draw.of(&["AB", "BE", "DA", "EE", "JK"]), draw.digits(6)),
        "phone" => format!("06{}", draw.digits(8)),
        "email" => format!("dossier{}@courriel.example.ma", draw.digits(7)),
        "rib" => rib(draw),
        "iban" => format!("MA64{}", rib(draw)),
        "ice" => ice(draw),
        "card" => card(draw),
        _ if draw.below(4) == 0 => draw.of(&ARABIC).to_owned(),
        _ => format!("{} {}", draw.of(&FIRST), draw.of(&LAST)),
    };
    Value { kind, text, certain: kind != "person" }
}

/// Bank 007, so that the first digits are those of a real bank.
fn rib(draw: &mut Draw) -> String {
    let account = format!("007780{}", draw.digits(16));
    let number: u128 = account.parse().unwrap();
    format!("{account}{:02}", 97 - (number * 100) % 97)
}

fn ice(draw: &mut Draw) -> String {
    let company = format!("00{}", draw.digits(11));
    let number: u64 = company.parse().unwrap();
    // The whole number is a multiple of 97.
    let rest = (number * 100) % 97;
    format!("{company}{:02}", (97 - rest) % 97)
}

fn card(draw: &mut Draw) -> String {
    let number = format!("4{}", draw.digits(14));
    let sum: u32 = number
        .chars()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = digit.to_digit(10).unwrap();
            let doubled = if place % 2 == 0 { digit * 2 } else { digit };
            if doubled > 9 { doubled - 9 } else { doubled }
        })
        .sum();
    format!("{number}{}", (10 - sum % 10) % 10)
}

/// A sentence that says of what type the value is.
pub(crate) fn sentence(value: &Value, draw: &mut Draw) -> String {
    let text = &value.text;
    match (value.kind, draw.below(2)) {
        ("cin", 0) => format!("Ma CIN est {text}, merci."),
        ("cin", _) => format!("رقم البطاقة الوطنية هو {text} من فضلكم"),
        ("phone", 0) => format!("Appelez-moi au {text} demain."),
        ("phone", _) => format!("nmra dyali {text} 3afak"),
        ("email", _) => format!("Écrivez à {text} pour la suite."),
        ("rib", 0) => format!("Virement sur le RIB {text}."),
        ("rib", _) => format!("رقم الحساب البنكي {text}."),
        ("iban", _) => format!("IBAN : {text}"),
        ("ice", _) => format!("L'ICE de la société est {text}."),
        ("card", _) => format!("Carte bancaire {text}, expire bientôt."),
        (_, 0) => format!("Je suis M. {text}, à votre service."),
        (_, _) => format!("السيد {text} طلب موعدا"),
    }
}

/// One text of several values, in two languages.
pub(crate) fn letter() -> (String, Vec<&'static str>) {
    let values = vec![
        "Karim Bennani",
        "AB123456",
        "06 61 23 45 67",
        "karim.bennani@courriel.example.ma",
        "محمد العلوي",
        "BE654321",
    ];
    let text = "Bonjour, je suis M. Karim Bennani, CIN AB123456, tél. 06 61 23 45 67, \
        e-mail karim.bennani@courriel.example.ma.\nالسيد محمد العلوي، رقم البطاقة الوطنية BE654321.\t\
        \"Merci\" \\ <b>😀</b>";
    (text.to_owned(), values)
}

/// The text with letters outside ASCII as JSON escapes.
pub(crate) fn escaped(text: &str) -> String {
    let mut written = String::new();
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => written.push(char::from(byte)),
            _ => written.extend(["\\u".to_owned(), format!("{unit:04x}")]),
        }
    }
    written
}

/// The values that stand in some bytes, as they are or with the separators of numbers removed.
pub(crate) fn standing<'v>(bytes: &[u8], values: impl IntoIterator<Item = &'v str>) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let lower = text.to_lowercase();
    let stands = |value: &&str| {
        let bare: String = value.chars().filter(|letter| *letter != ' ').collect();
        let number = bare.len() >= 8 && bare.bytes().any(|byte| byte.is_ascii_digit());
        lower.contains(&value.to_lowercase())
            || lower.contains(&escaped(value).to_lowercase())
            || (number && lower.contains(&bare.to_lowercase()))
    };
    values.into_iter().filter(stands).map(str::to_owned).collect()
}

#[test]
fn check_digits_are_right() {
    let mut draw = Draw::new(1);
    for _ in 0..50 {
        assert_eq!(rib(&mut draw).parse::<u128>().unwrap() % 97, 0);
        assert_eq!(ice(&mut draw).parse::<u64>().unwrap() % 97, 0);
        assert_eq!(card(&mut draw).len(), 16);
    }
    let hidden = br#"{"a":"\u0645\u062D\u0645\u062f 0661234567"}"#;
    assert_eq!(standing(hidden, ["محمد", "06 61 23 45 67", "Karim"]).len(), 2);
}
