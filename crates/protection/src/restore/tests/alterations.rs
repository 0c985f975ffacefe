use super::restored;
use crate::Escape;

fn check(text: &str, expect: &str) {
    assert_eq!(restored(text, Escape::Plain), expect, "{text:?}");
}

fn check_json(text: &str, expect: &str) {
    assert_eq!(restored(text, Escape::Json), expect, "{text:?}");
}

fn stays(text: &str) {
    check(text, text);
}

#[test]
fn exact() {
    check("Bonjour [PERSON_1], merci.", "Bonjour Zineb Oukacha, merci.");
    check("[PERSON_1][PERSON_12][PHONE_2]", "Zineb OukachaImane El Yazid0677401822");
    check("[DATE_OF_BIRTH_1]", "03/11/1979");
    check("[PERSON_1b] et [PERSON_1c]", "ZINEB et زينب أوكاشا");
}

#[test]
fn case() {
    check("j'écris à [person_1] tout", "j'écris à Zineb Oukacha tout");
    check("[Person_1]", "Zineb Oukacha");
    check("person_1, PERSON_1 et Person_1.", "Zineb Oukacha, Zineb Oukacha et Zineb Oukacha.");
    check("[Date_Of_Birth_1]", "03/11/1979");
    check("[PERSON_1B]", "ZINEB");
}

#[test]
fn quotes_stay_around() {
    check("\"[PERSON_1]\"", "\"Zineb Oukacha\"");
    check("« PERSON_1 »", "« Zineb Oukacha »");
    check("'PERSON_1'", "'Zineb Oukacha'");
    check("“person 1”", "“Zineb Oukacha”");
    check("\"person1\"", "\"Zineb Oukacha\"");
}

#[test]
fn markdown_bold_italic_code() {
    check("**[PERSON_1]**", "**Zineb Oukacha**");
    check("[**PERSON_1**]", "Zineb Oukacha");
    check(
        "*PERSON_1*, __PERSON_1__, _PERSON_1_, `PERSON_1`",
        "*Zineb Oukacha*, __Zineb Oukacha__, _Zineb Oukacha_, `Zineb Oukacha`",
    );
    check("***[PERSON_1]***", "***Zineb Oukacha***");
    check("- Demandeur : **PERSON_1**\n", "- Demandeur : **Zineb Oukacha**\n");
    check("**person 1**", "**Zineb Oukacha**");
}

#[test]
fn markdown_escape() {
    check(r"\[PERSON\_1\]", "Zineb Oukacha");
    check(r"PERSON\_1 est", "Zineb Oukacha est");
    check(r"[PERSON\_1]", "Zineb Oukacha");
    check(r"\\[PERSON\\_1\\]", "Zineb Oukacha");
    check(r"[DATE\_OF\_BIRTH\_1]", "03/11/1979");
}

#[test]
fn html_escaped() {
    check("<p>&#91;PERSON_1&#93;</p>", "<p>Zineb Oukacha</p>");
    check("&#91;PERSON&#95;1&#93;", "Zineb Oukacha");
    check("&lsqb;PERSON&lowbar;1&rsqb;", "Zineb Oukacha");
    check("&lbrack;PERSON_1&rbrack;", "Zineb Oukacha");
    check("&#x5b;PERSON&#x5F;1&#x5D;", "Zineb Oukacha");
    check("&lt;PERSON_1&gt;", "Zineb Oukacha");
    check("&nbsp;PERSON_1&nbsp;", "&nbsp;Zineb Oukacha&nbsp;");
    check("<b>PERSON_1</b>", "<b>Zineb Oukacha</b>");
}

#[test]
fn json_escaped() {
    check_json(r#"{"a":"[ADDRESS_1]"}"#, r#"{"a":"12, rue \"Oued\", Fès"}"#);
    check_json(r#"{"a":"\u005bPERSON\u005f1\u005d"}"#, r#"{"a":"Zineb Oukacha"}"#);
    check_json(r#"{"a":"x\nPERSON_1\n"}"#, r#"{"a":"x\nZineb Oukacha\n"}"#);
    check_json(r#"{"a":"\\[PERSON\\_1\\]"}"#, r#"{"a":"Zineb Oukacha"}"#);
    check_json(r#"{"a":PERSON_1}"#, r#"{"a":Zineb Oukacha}"#);
    check(r#"{"a":"[ADDRESS_1]"}"#, r#"{"a":"12, rue "Oued", Fès"}"#);
}

#[test]
fn missing_brackets() {
    check("PERSON_1 est venue", "Zineb Oukacha est venue");
    check("[PERSON_1 est venue", "Zineb Oukacha est venue");
    check("PERSON_1] est venue", "Zineb Oukacha est venue");
    check("[PERSON_1, PERSON_2]", "[Zineb Oukacha, كوثر الوزاني]");
    check("[PERSON_1, 3]", "[Zineb Oukacha, 3]");
    check("[PERSON_1, merci", "Zineb Oukacha, merci");
    check("[PERSON_1 et PERSON_2]", "Zineb Oukacha et كوثر الوزاني");
    check("[voir PERSON_1]", "[voir Zineb Oukacha]");
    check("- [ ] PERSON_1", "- [ ] Zineb Oukacha");
    check("de PERSON_1.", "de Zineb Oukacha.");
    check("PERSON_1", "Zineb Oukacha");
    check("[PERSON_1", "Zineb Oukacha");
}

#[test]
fn other_brackets() {
    check(
        "<PERSON_1> {PERSON_1} 【PERSON_1】 ⟦PERSON_1⟧ {{PERSON_1}} <<PERSON_1>>",
        &["Zineb Oukacha"; 6].join(" "),
    );
    check("«⟦PERSON_1⟧»", "«Zineb Oukacha»");
    check("la plaignante (PERSON_1) «PERSON_1»", "la plaignante (Zineb Oukacha) «Zineb Oukacha»");
    check("[ PERSON_1 ] et < PERSON_1/>", "Zineb Oukacha et Zineb Oukacha");
    check("[[PERSON_1]]", "[Zineb Oukacha]");
    check("([PERSON_1])", "(Zineb Oukacha)");
    check("(person 1)", "(Zineb Oukacha)");
}

#[test]
fn other_separator() {
    check(
        "PERSON 1, PERSON-1, PERSON1, Person 1.",
        &format!("{}.", ["Zineb Oukacha"; 4].join(", ")),
    );
    check(
        "[PERSON1] [PERSON 1] [person 1] [PERSON-1] [person1] [PERSON\u{2011}1]",
        &["Zineb Oukacha"; 6].join(" "),
    );
    check(
        "DATE OF BIRTH 1 ; DATE-OF-BIRTH-1 ; DATEOFBIRTH_1",
        "03/11/1979 ; 03/11/1979 ; 03/11/1979",
    );
    check("PERSON_01", "Zineb Oukacha");
}

#[test]
fn translated_label() {
    check("PERSONNE_1 et TÉLÉPHONE_2", "Zineb Oukacha et 0677401822");
    check("TELEPHONE 2, [Téléphone_2], Teléfono 2", "0677401822, 0677401822, 0677401822");
    check("قولي ل [شخص_1] بلي", "قولي ل Zineb Oukacha بلي");
    check("الشخص 1 حضر", "Zineb Oukacha حضر");
    check("هاتف_٢", "0677401822");
    check("شخص_١ و[الشخص_٢]", "Zineb Oukacha وكوثر الوزاني");
    check("[تاريخ الميلاد 1]", "03/11/1979");
    check("[FECHA_DE_NACIMIENTO_1]", "03/11/1979");
}

#[test]
fn arabic_digits() {
    check("[PERSON_١] [PERSON_۱] [PERSON_١٢]", "Zineb Oukacha Zineb Oukacha Imane El Yazid");
    check("PERSON_١", "Zineb Oukacha");
}

#[test]
fn bidi_mark_inside() {
    check("[PERSON_\u{200f}1]", "Zineb Oukacha");
    check("[\u{202a}PERSON_1\u{202c}]", "Zineb Oukacha");
    check("PER\u{200b}SON_1", "Zineb Oukacha");
    check("\u{2068}[PERSON_1]\u{2069}", "\u{2068}Zineb Oukacha\u{2069}");
}

#[test]
fn tatweel_inside() {
    check("[شخـــص_1]", "Zineb Oukacha");
    check("[PERـSON_1]", "Zineb Oukacha");
}

#[test]
fn line_break_inside() {
    for label in [
        "[PERSON\n_1]",
        "[PERSON_\n1]",
        "[PERS\nON_1]",
        "[\nPERSON_1\n]",
        "[PERSON\n1]",
        "PERSON_\n1",
        "PERS\nON_1",
    ] {
        check(label, "Zineb Oukacha");
    }
}

#[test]
fn arabic_clitic() {
    for clitic in ["ل", "و", "ف", "ب", "ك", "ال", "ول", "وال", "بال"] {
        for label in ["[PERSON_1]", "PERSON_1", "[شخص_1]"] {
            check(&format!("قال {clitic}{label} ذلك"), &format!("قال {clitic}Zineb Oukacha ذلك"));
        }
    }
    check("لشخص_1", "لZineb Oukacha");
    check("وبشخص_1", "وبZineb Oukacha");
    check("للشخص_1", "لZineb Oukacha");
    check("وللشخص_1", "ولZineb Oukacha");
    check("PERSON_1في", "Zineb Oukachaفي");
    check("ـPERSON_1", "ـZineb Oukacha");
}

#[test]
fn french_elision() {
    check("Le passeport d'[PERSON_12]", "Le passeport d'Imane El Yazid");
    check(
        "d'PERSON_12, l’PERSON_12 et d’person_12",
        "d'Imane El Yazid, l’Imane El Yazid et d’Imane El Yazid",
    );
}

#[test]
fn possessive_and_plural() {
    check(
        "[PERSON_1]'s and PERSON_1's and PERSON_1’s",
        "Zineb Oukacha's and Zineb Oukacha's and Zineb Oukacha’s",
    );
    check("les [PERSON_1]s et PERSON_1s", "les Zineb Oukachas et Zineb Oukachas");
}

#[test]
fn title_added() {
    check("Dr PERSON_1", "Dr Zineb Oukacha");
    check("السيدة [PERSON_2]", "السيدة كوثر الوزاني");
}

#[test]
fn an_unknown_form_gives_the_principal_spelling_in_the_surrounding_script() {
    check("Madame [PERSON_1z]", "Madame Zineb Oukacha");
    check("السيدة [PERSON_1z]", "السيدة زينب أوكاشا");
    check("السيدة PERSON_1d", "السيدة زينب أوكاشا");
    check("[PERSON_2b] dit", "كوثر الوزاني dit");
}

#[test]
fn two_labels_side_by_side() {
    check("PERSON_1/PERSON_12", "Zineb Oukacha/Imane El Yazid");
    check("PERSON_1-PERSON_12", "Zineb Oukacha-Imane El Yazid");
    check("PERSON_1,PERSON_12", "Zineb Oukacha,Imane El Yazid");
}

#[test]
fn look_alikes_stay() {
    for text in [
        "[PERSON_3]",
        "PERSON_3",
        "[PERSON_13]",
        "[PERSON_120]",
        "[PERSON]",
        "PERSON_",
        "[PERSON_x]",
        "person 1",
        "la person 1 est",
        "person1 = 3",
        "<person1>",
        "f\"{person1}\"",
        "MY_PERSON_1",
        "my_person_1",
        "XPERSON_1",
        "PERSON_1st",
        "PERSON_1_name",
        "PERSON_11",
        "[PHONE_1]",
        "[CIN_2]",
        "شخص_3",
        "شخص 1",
        "مشخص_1",
        "CIN 1.5",
        "CIN 1/2",
        "CIN-1-2024",
        "CIN 1:30",
        "PERSON\n1. Premier",
        "IBAN_1",
        "[1]",
        "[PERSON_0]",
        "PERSON__A_1",
        "[PERSON_1_2]",
        "P E R S O N_1",
        "persons_1",
        "[PERSON_99999999999999]",
        "&#80;",
        "\\[",
        "&amp;",
        "If 1",
        "date of birth 1",
        "Cin 1",
        "PERSON_1é",
        "9PERSON_1",
        "[PERSON_1](PERSON_3)".get(12..).unwrap(),
    ] {
        stays(text);
    }
}

#[test]
fn a_backslash_before_a_label_stays() {
    check(r"\[PERSON_1]", r"\Zineb Oukacha");
    check(r"\\[PERSON_1]", r"\\Zineb Oukacha");
    check("&#91;[PERSON_1]", "&#91;Zineb Oukacha");
    check("{[PERSON_1]}", "{Zineb Oukacha}");
    check("_[PERSON_1]_", "_Zineb Oukacha_");
    check("PERSON_[PERSON_1]2", "PERSON_Zineb Oukacha2");
}

/// What restore.jsonl names, as functions over any label.
fn alterations(label: &str) -> Vec<(&'static str, String, &'static str, &'static str)> {
    let inside = label.trim_matches(['[', ']']);
    let (word, ordinal) = inside.rsplit_once('_').unwrap();
    let middle = label.chars().count() / 2;
    let with = |mark: &str| {
        let head: String = label.chars().take(middle).collect();
        let tail: String = label.chars().skip(middle).collect();
        format!("{head}{mark}{tail}")
    };
    let title: String = inside
        .split('_')
        .map(|part| {
            let (first, rest) = part.split_at(1);
            first.to_owned() + &rest.to_lowercase()
        })
        .collect::<Vec<_>>()
        .join("_");
    let digits: String =
        ordinal.chars().map(|c| char::from_u32(u32::from(c) - 0x30 + 0x660).unwrap()).collect();
    let entities: String =
        label.chars().map(|c| format!("&#{};", u32::from(c))).collect::<Vec<_>>().concat();
    let json: String =
        label
            .chars()
            .map(|c| {
                if c.is_alphanumeric() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) }
            })
            .collect();
    vec![
        ("exact", label.to_owned(), "", ""),
        ("lowercase", label.to_lowercase(), "", ""),
        ("uppercase", label.to_uppercase(), "", ""),
        ("titlecase", format!("[{title}]"), "", ""),
        ("titlecase bare", title, "", ""),
        ("arabic_clitic", format!("ل{label}"), "ل", ""),
        ("arabic_clitic bare", format!("و{inside}"), "و", ""),
        ("possessive_en", format!("{label}'s"), "", "'s"),
        ("elision_fr", format!("d'{label}"), "d'", ""),
        ("elision_fr bare", format!("l’{inside}"), "l’", ""),
        ("markdown_bold", format!("**{label}**"), "**", "**"),
        ("markdown_bold inside", format!("[**{inside}**]"), "", ""),
        ("markdown_code", format!("`{inside}`"), "`", "`"),
        (
            "markdown_escape",
            label.replace('[', "\\[").replace(']', "\\]").replace('_', "\\_"),
            "",
            "",
        ),
        ("markdown_escape bare", inside.replace('_', "\\_"), "", ""),
        ("json_escaped", json, "", ""),
        ("html_escaped", label.replace('[', "&#91;").replace(']', "&#93;"), "", ""),
        ("html_escaped all", entities, "", ""),
        ("bidi_mark_inside", with("\u{200f}"), "", ""),
        ("zero_width_inside", with("\u{200b}"), "", ""),
        ("tatweel_inside", with("ـ"), "", ""),
        ("line_break_inside", with("\n"), "", ""),
        ("arabic_digits", format!("[{word}_{digits}]"), "", ""),
        ("arabic_digits bare", format!("{word}_{digits}"), "", ""),
        ("title_added", format!("Dr {label}"), "Dr ", ""),
        ("title_added ar", format!("السيدة {label}"), "السيدة ", ""),
        ("missing brackets", inside.to_owned(), "", ""),
        ("missing bracket", format!("[{inside}"), "", ""),
        ("missing separator", inside.replace('_', ""), "", ""),
        ("other separator", inside.replace('_', " "), "", ""),
        ("hyphen", inside.replace('_', "-"), "", ""),
        ("quotes", format!("\"{inside}\""), "\"", "\""),
        ("angle", format!("<{inside}>"), "", ""),
        ("braces", format!("{{{inside}}}"), "", ""),
    ]
}

#[test]
fn every_alteration_of_every_label() {
    for (label, value) in [
        ("[PERSON_1]", "Zineb Oukacha"),
        ("[PERSON_2]", "كوثر الوزاني"),
        ("[PERSON_12]", "Imane El Yazid"),
        ("[PHONE_2]", "0677401822"),
        ("[CIN_1]", "HH77120"),
        ("[DATE_OF_BIRTH_1]", "03/11/1979"),
        ("[TAX_ID_1]", "40123456"),
        ("[EMAIL_1]", "n.laroussi99@example.ma"),
    ] {
        for (name, altered, before, after) in alterations(label) {
            for (left, right) in
                [("", ""), ("Bonjour ", ", merci."), ("تم توجيه ", " عن طريق"), ("x: ", "\n")]
            {
                let text = format!("{left}{altered}{right}");
                let expect = format!("{left}{before}{value}{after}{right}");
                assert_eq!(restored(&text, Escape::Plain), expect, "{name} of {label}");
            }
        }
    }
}
