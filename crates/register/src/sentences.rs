//! The sentences of recourse. Short and plain, so that they stay true and can be read aloud. The Arabic and
//! Tamazight ones were written without review by native speakers.

use crate::texts::Language;

/// The sentences of one language; `{…}` is filled in.
pub(crate) struct Sentences {
    pub(crate) asked_of: &'static str,
    pub(crate) asked_unregistered: &'static str,
    pub(crate) answered: &'static str,
    pub(crate) not_answered: &'static str,
    pub(crate) no_content: &'static str,
    pub(crate) stayed: &'static str,
    pub(crate) went: &'static str,
    pub(crate) found: &'static str,
    pub(crate) nothing_found: &'static str,
    pub(crate) answerable: &'static str,
    pub(crate) no_entry: &'static str,
    pub(crate) nobody: &'static str,
    pub(crate) contest: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) comma: &'static str,
}

impl Sentences {
    pub(crate) const fn of(language: Language) -> Self {
        match language {
            Language::Fr => FRENCH,
            Language::Ar => ARABIC,
            Language::Zgh => TAMAZIGHT,
            Language::En => ENGLISH,
        }
    }
}

const FRENCH: Sentences = Sentences {
    asked_of: "Le {day}, une demande a été faite au système « {system} ».",
    asked_unregistered: "Le {day}, une demande a été faite à un système qui n'a pas d'entrée publiée dans le registre.",
    answered: "Une réponse complète est revenue.",
    not_answered: "Aucune réponse complète n'est revenue.",
    no_content: "Le contenu de la demande n'est pas conservé par cette installation et n'est pas montré ici.",
    stayed: "La demande n'a pas quitté cette installation : le modèle « {model} » y tourne (destination « {destination} »).",
    went: "La demande est partie vers « {destination} », modèle « {model} ». Exploitant : {operator}. Lieu : {place}. Droit applicable : {law}.",
    found: "Données personnelles trouvées avant l'envoi, par type : {list}. La politique « {policy} » a décidé de ce qui les remplace.",
    nothing_found: "Aucune donnée personnelle n'y a été trouvée.",
    answerable: "{organization} en répond. Contact : {contact}. Entrée du registre : {entry}.",
    no_entry: "Le registre ne dit pas qui en répond. Adressez-vous à l'institution qui vous a donné ce reçu.",
    nobody: "l'institution qui vous a donné ce reçu",
    contest: "Pour contester, écrivez à {contact} en donnant le numéro {receipt}, ou utilisez l'application qui vous a donné ce reçu. Une personne examine votre contestation et répond dans un délai de {days} jours ({source}).",
    unknown: "non indiqué",
    comma: ", ",
};

const ARABIC: Sentences = Sentences {
    asked_of: "يوم {day} وُجّه طلب إلى النظام «{system}».",
    asked_unregistered: "يوم {day} وُجّه طلب إلى نظام ليست له بطاقة منشورة في السجل.",
    answered: "ورد جواب كامل.",
    not_answered: "لم يرد جواب كامل.",
    no_content: "محتوى الطلب لا تحتفظ به هذه المنصة ولا يعرض هنا.",
    stayed: "لم يغادر الطلب هذه المنصة: النموذج «{model}» يشتغل فيها (الوجهة «{destination}»).",
    went: "أُرسل الطلب إلى «{destination}»، النموذج «{model}». المشغل: {operator}. المكان: {place}. القانون المطبق: {law}.",
    found: "المعطيات الشخصية التي عُثر عليها قبل الإرسال، حسب النوع: {list}. السياسة «{policy}» هي التي حددت ما يحل محلها.",
    nothing_found: "لم يُعثر فيه على معطيات شخصية.",
    answerable: "الجهة المسؤولة: {organization}. الاتصال: {contact}. البطاقة في السجل: {entry}.",
    no_entry: "لا يبين السجل من المسؤول. اتصلوا بالمؤسسة التي سلمتكم هذا الوصل.",
    nobody: "المؤسسة التي سلمتكم هذا الوصل",
    contest: "للاعتراض اكتبوا إلى {contact} مع ذكر الرقم {receipt}، أو استعملوا التطبيق الذي سلمكم هذا الوصل. ينظر شخص في اعتراضكم ويجيب داخل أجل عدد أيامه {days} ({source}).",
    unknown: "غير مذكور",
    comma: "، ",
};

const TAMAZIGHT: Sentences = Sentences {
    asked_of: "ⴰⵙⵙ ⵏ {day}, ⵉⵜⵜⵓⵙⵇⵙⴰ ⵓⵏⴰⴳⵔⴰⵡ « {system} ».",
    asked_unregistered: "ⴰⵙⵙ ⵏ {day}, ⵉⵜⵜⵓⵙⵇⵙⴰ ⵢⴰⵏ ⵓⵏⴰⴳⵔⴰⵡ. ⵓⵔ ⵉⵍⵍⵉ ⵖ ⵓⵣⵎⵎⵉⵎ.",
    answered: "ⵜⵍⴽⵎ ⴷ ⵜⵎⵔⴰⵔⵓⵜ.",
    not_answered: "ⵓⵔ ⴷ ⵜⵍⴽⵉⵎ ⵜⵎⵔⴰⵔⵓⵜ ⵉⵙⵎⴷⵏ.",
    no_content: "ⴰⵢⵏⵏⴰ ⵉⵜⵜⵢⴰⵔⴰⵏ ⵓⵔ ⵉⵜⵜⵓⵃⴹⴰ, ⵓⵔ ⵉⵍⵍⵉ ⵖⵉⴷ.",
    stayed: "ⵓⵔ ⵉⴼⴼⵓⵖ ⵓⵙⵓⵜⵔ ⴰⴷ: ⴰⵎⵉⴷⵉⵍ « {model} » ⵉⵍⵍⴰ ⵖⵉⴷ (« {destination} »).",
    went: "ⵉⴼⴼⵓⵖ ⵓⵙⵓⵜⵔ ⴰⴷ ⵙ « {destination} », ⴰⵎⵉⴷⵉⵍ « {model} ». ⴱⴰⴱ ⵏⵏⵙ: {operator}. ⴰⴷⵖⴰⵔ: {place}. ⴰⵣⵔⴼ: {law}.",
    found: "ⵉⵙⴼⴽⴰ ⵉⵏⵉⵎⴰⵏⵏ ⵉⵜⵜⵢⴰⴼⴰⵏ: {list}. ⵜⴰⵙⵔⵜⵉⵜ « {policy} » ⴰⴷ ⵉⵙⵖⵜⴰⵏ ⴼⵍⵍⴰⵙⵏ.",
    nothing_found: "ⵓⵔ ⴳⵉⵙ ⵍⵍⵉⵏ ⵉⵙⴼⴽⴰ ⵉⵏⵉⵎⴰⵏⵏ.",
    answerable: "ⴰⵎⴰⵙⴰⵢ: {organization}. ⴰⵎⵢⴰⵡⴰⴹ: {contact}. ⴰⵣⵎⵎⵉⵎ: {entry}.",
    no_entry: "ⴰⵣⵎⵎⵉⵎ ⵓⵔ ⵉⵏⵏⵉ ⵎⴰⵏⵡⴰ ⵉⴳⴰⵏ ⴰⵎⴰⵙⴰⵢ. ⵙⵇⵙⴰ ⵜⴰⵙⵙⵓⴷⵙⵜ ⵏⵏⴰ ⴰⴽ ⵉⴼⴽⴰⵏ ⵓⵟⵟⵓⵏ ⴰⴷ.",
    nobody: "ⵜⴰⵙⵙⵓⴷⵙⵜ ⵏⵏⴰ ⴰⴽ ⵉⴼⴽⴰⵏ ⵓⵟⵟⵓⵏ ⴰⴷ",
    contest: "ⵎⴽ ⵓⵔ ⵜⵔⴹⵉⴷ, ⴰⵔⴰ ⵙ {contact} ⴷ ⵓⵟⵟⵓⵏ {receipt}. ⴰⴷ ⴰⴽ ⵉⵔⴰⵔ ⵓⴼⴳⴰⵏ ⵖ {days} ⵏ ⵡⵓⵙⵙⴰⵏ ({source}).",
    unknown: "ⵓⵔ ⵉⵜⵜⵢⵉⵏⵏⵉ",
    comma: ", ",
};

const ENGLISH: Sentences = Sentences {
    asked_of: "On {day}, a request was made to the system “{system}”.",
    asked_unregistered: "On {day}, a request was made to a system that has no published entry in the register.",
    answered: "A whole answer came back.",
    not_answered: "No whole answer came back.",
    no_content: "The content of the request is not kept by this installation and is not shown here.",
    stayed: "The request did not leave this installation: the model “{model}” runs here (destination “{destination}”).",
    went: "The request left for “{destination}”, model “{model}”. Operator: {operator}. Place: {place}. Law: {law}.",
    found: "Personal data found before sending, by type: {list}. The policy “{policy}” decided what stands in their place.",
    nothing_found: "No personal data were found in it.",
    answerable: "{organization} answers for it. Contact: {contact}. Entry of the register: {entry}.",
    no_entry: "The register does not say who answers for it. Ask the institution that gave you this receipt.",
    nobody: "the institution that gave you this receipt",
    contest: "To contest, write to {contact} and give the number {receipt}, or use the application that gave you this receipt. A person looks at it and answers within {days} days ({source}).",
    unknown: "not stated",
    comma: ", ",
};

/// A type of personal value in words; the type's own name where there is none.
pub(crate) fn kind(kind: &str, language: Language) -> &str {
    let row = KINDS.iter().find(|row| row.0 == kind);
    row.map_or(kind, |(_, fr, ar, zgh, en)| match language {
        Language::Fr => fr,
        Language::Ar => ar,
        Language::Zgh => zgh,
        Language::En => en,
    })
}

/// Type, French, Arabic, Tamazight, English.
const KINDS: &[(&str, &str, &str, &str, &str)] = &[
    ("person", "noms de personne", "أسماء أشخاص", "ⵉⵙⵎⴰⵡⵏ", "names of persons"),
    (
        "cin",
        "numéros de CIN",
        "أرقام البطاقة الوطنية",
        "ⵜⴰⴽⴰⵕⴹⴰ ⵏ ⵜⵎⴰⴳⵉⵜ",
        "numbers of identity cards",
    ),
    ("phone", "numéros de téléphone", "أرقام هاتف", "ⵜⵉⵍⵉⴼⵓⵏ", "telephone numbers"),
    ("email", "adresses électroniques", "عناوين إلكترونية", "ⵉⵎⴰⵢⵍ", "e-mail addresses"),
    ("address", "adresses", "عناوين", "ⵜⴰⵏⵙⴰ", "addresses"),
    ("date_of_birth", "dates de naissance", "تواريخ ميلاد", "ⴰⵙⴰⴽⵓⴷ ⵏ ⵜⵍⴰⵍⵉⵜ", "dates of birth"),
    ("passport", "numéros de passeport", "أرقام جواز السفر", "ⴰⴱⴰⵙⴱⵓⵕ", "passport numbers"),
    (
        "residence_permit",
        "titres de séjour",
        "سندات الإقامة",
        "ⵜⴰⴽⴰⵕⴹⴰ ⵏ ⵓⵣⴷⴷⵓⵖ",
        "residence permits",
    ),
    ("driving_licence", "permis de conduire", "رخص السياقة", "ⵜⵓⵔⴰⴳⵜ ⵏ ⵓⵙⵓⴷⵓ", "driving licences"),
    ("rib", "comptes bancaires (RIB)", "حسابات بنكية", "ⵍⴱⴰⵏⴽⴰ (RIB)", "bank accounts (RIB)"),
    (
        "iban",
        "comptes bancaires (IBAN)",
        "حسابات بنكية (IBAN)",
        "ⵍⴱⴰⵏⴽⴰ (IBAN)",
        "bank accounts (IBAN)",
    ),
    ("card", "cartes bancaires", "بطاقات بنكية", "ⵜⴰⴽⴰⵕⴹⴰ ⵏ ⵍⴱⴰⵏⴽⴰ", "payment cards"),
    (
        "cnss",
        "numéros de sécurité sociale",
        "أرقام الضمان الاجتماعي",
        "CNSS",
        "social security numbers",
    ),
    ("massar", "codes Massar", "رموز مسار", "ⵎⴰⵙⴰⵔ", "Massar codes"),
    ("plate", "plaques d'immatriculation", "لوحات ترقيم", "ⵜⴼⵍⵡⵉⵜ", "number plates"),
    ("medical_record", "dossiers médicaux", "ملفات طبية", "ⵉⴼⴰⵢⵍⵓⵜⵏ ⵏ ⵜⴷⵓⵙⵉ", "medical records"),
    ("court_file", "dossiers judiciaires", "ملفات قضائية", "ⵉⴼⴰⵢⵍⵓⵜⵏ ⵏ ⵜⵏⴱⴰⴹⵜ", "court files"),
    ("account", "comptes en ligne", "حسابات على الإنترنت", "ⵉⵎⵉⴹⴰⵏ", "online accounts"),
    (
        "ice",
        "numéros ICE d'entreprises",
        "أرقام التعريف الموحد للمقاولات",
        "ICE",
        "company numbers (ICE)",
    ),
    ("tax_id", "identifiants fiscaux", "أرقام التعريف الضريبي", "IF", "tax identifiers"),
    (
        "trade_register",
        "registres du commerce",
        "أرقام السجل التجاري",
        "RC",
        "trade register numbers",
    ),
    ("patente", "numéros de patente", "أرقام البتانتا", "Patente", "business tax numbers"),
    (
        "ppr",
        "numéros de fonctionnaire (PPR)",
        "أرقام التأجير",
        "PPR",
        "civil servants' numbers (PPR)",
    ),
    ("land_title", "titres fonciers", "رسوم عقارية", "ⵉⴼⴰⵢⵍⵓⵜⵏ ⵏ ⵡⴰⴽⴰⵍ", "land titles"),
    ("ip_address", "adresses IP", "عناوين IP", "IP", "IP addresses"),
    ("mac_address", "adresses MAC", "عناوين MAC", "MAC", "MAC addresses"),
    ("geolocation", "positions géographiques", "مواقع جغرافية", "GPS", "geographic positions"),
    ("secret", "mots de passe et clés", "كلمات سر", "ⵜⴰⵏⴳⴰⵍⵜ", "passwords and keys"),
];
