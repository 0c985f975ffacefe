use super::*;
use crate::LabelWords;

const WORDS: &str = "[kind.person]\n[kind.cin]\n[kind.secret]\n[kind.ice]\nclass = \"internal\"\n\
                     [kind.medical_record]\nclass = \"sensitive\"\n[kind.health]\nclass = \"sensitive\"\n";

fn words() -> LabelWords {
    LabelWords::read("labels.toml", WORDS).unwrap()
}

fn file(content: &str) -> PolicyFile {
    PolicyFile::read("policy.toml", content, &words(), Some(&["abroad", "home"])).unwrap()
}

fn settled(content: &str, destination: Option<&str>) -> Policy {
    file(content).settled(destination, &[], &words())
}

fn check(content: &str, destination: Option<&str>, kind: &str, expect: (Action, &str)) {
    let policy = settled(content, destination);
    let kind = Kind::new(kind);
    let given = (policy.action(&kind), policy.rule(&kind).to_string());
    assert_eq!((given.0, given.1.as_str()), expect, "{kind} for {destination:?} under {content}");
}

#[test]
fn the_nearest_rule_counts_and_says_where_it_stands() {
    use Action::{Block, Keep, Label, Mask, Surrogate};
    check("", None, "cin", (Label, "built in default"));
    check("default = \"mask\"", None, "cin", (Mask, "policy.toml:1 default"));
    let content = "default = \"label\"\n[types]\nsecret = \"block\"\n[classes]\ninternal = \"keep\"\n\
                   sensitive = \"mask\"\n[destinations.abroad]\ndefault = \"mask\"\n\
                   [destinations.abroad.types]\nperson = \"surrogate\"\n";
    check(content, None, "person", (Label, "policy.toml:1 default"));
    check(content, None, "unheard_of", (Label, "policy.toml:1 default"));
    check(content, None, "ice", (Keep, "policy.toml:5 classes.internal"));
    check(content, None, "medical_record", (Mask, "policy.toml:6 classes.sensitive"));
    check(content, Some("abroad"), "cin", (Mask, "policy.toml:8 destinations.abroad.default"));
    check(
        content,
        Some("abroad"),
        "person",
        (Surrogate, "policy.toml:10 destinations.abroad.types.person"),
    );
    check(content, Some("abroad"), "secret", (Block, "policy.toml:3 types.secret"));
    check(content, Some("home"), "secret", (Block, "policy.toml:3 types.secret"));
    check("[classes]\npersonal = \"mask\"", None, "new", (Mask, "policy.toml:2 classes.personal"));
}

#[test]
fn the_configuration_counts_more_than_the_file() {
    let nearer = Rules::written_elsewhere(
        "igudar.toml",
        "policy.",
        Some(Action::Mask),
        [(Kind::new("cin"), Action::Keep)],
    );
    let policy =
        file("[types]\ncin = \"block\"\nsecret = \"block\"").settled(None, &[&nearer], &words());
    let rule = |kind: &str| policy.rule(&Kind::new(kind)).to_string();
    assert_eq!(policy.action(&Kind::new("cin")), Action::Keep);
    assert_eq!(rule("cin"), "igudar.toml policy.types.cin");
    assert_eq!(policy.action(&Kind::new("secret")), Action::Block);
    assert_eq!(rule("person"), "igudar.toml policy.default");
}

fn check_error(content: &str, expect: &str) {
    let error =
        PolicyFile::read("policy.toml", content, &words(), Some(&["abroad", "home"])).unwrap_err();
    assert_eq!(error.to_string(), expect);
}

#[test]
fn errors_name_line_key_and_the_nearest_right_one() {
    check_error(
        "name = \"r\"\ndefault = \"label\"\n\n[types]\ncni = \"mask\"\n",
        "policy.toml:5: key `cni`: no type of this name is known. Did you mean `cin`?",
    );
    check_error(
        "name = \"r\"\ndefalt = \"label\"\n",
        "policy.toml:2: key `defalt`: unknown field `defalt`, expected one of `name`, `country`, `default`, `highest_class`, `highest_risk`, `needs_authorisation`, `types`, `classes`, `destinations`, `law`. Did you mean `default`?",
    );
    check_error(
        "[types]\n\ncin = \"blok\"\n",
        "policy.toml:3: key `blok`: unknown variant `blok`, expected one of `keep`, `surrogate`, `label`, `mask`, `block`. Did you mean `block`?",
    );
    check_error(
        "[destinations.abraod]\ndefault = \"mask\"\n",
        "policy.toml:1: key `abraod`: no destination has this name. Did you mean `abroad`?",
    );
    check_error(
        "[destinations.home.types]\ncn = \"mask\"\n",
        "policy.toml:2: key `cn`: no type of this name is known. Did you mean `cin`?",
    );
    check_error(
        "needs_authorisation = [\n  \"cin\",\n  \"helth\",\n]\n",
        "policy.toml:3: key `helth`: no type, topic or class of this name is known. Did you mean `health`?",
    );
    check_error(
        "\nhighest_risk = -1.0\n",
        "policy.toml:2: key `highest_risk`: is the number of values that may be missed, 0 or more.",
    );
    check_error(
        "[law]\n\"types.person\" = \"x\"\n\"types.persn\" = \"x\"\n",
        "policy.toml:3: key `types.persn`: no rule has this key. Did you mean `types.person`?",
    );
    check_error(
        "[classes]\nprivate = \"mask\"\n",
        "policy.toml:2: key `private`: unknown variant `private`, expected one of `public`, `internal`, `personal`, `sensitive`. Did you mean `personal`?",
    );
    let error = PolicyFile::read_of_project("project p", "\ncountry = [\"FR\"]\n", &words(), &[]);
    assert_eq!(
        error.unwrap_err().to_string(),
        "project p:2: key `country`: the country is the installation's, not a project's."
    );
    let content = "[destinations.abraod]\ndefault = \"mask\"\n";
    let error = PolicyFile::read_of_project("project p", content, &words(), &["abroad"]);
    assert_eq!(error.unwrap_err().nearest.as_deref(), Some("abroad"));
}

const INSTALLATION: &str = "default = \"label\"\nhighest_class = \"personal\"\nhighest_risk = 0.5\n\
                            needs_authorisation = [\"cin\", \"sensitive\"]\n[types]\nsecret = \"block\"\n\
                            cin = \"mask\"\n[destinations.abroad]\ndefault = \"mask\"\n";

/// The first laxer key of a project's file, over the installation's policy for `abroad` and in general.
fn laxer(content: &str) -> Option<String> {
    let project =
        PolicyFile::read_of_project("p.toml", content, &words(), &["abroad", "home"]).unwrap();
    [None, Some("abroad")].into_iter().find_map(|destination| {
        let installation = settled(INSTALLATION, destination);
        let laxer = project.may_stand_over(&installation, destination, &words()).err()?;
        Some(laxer.to_string())
    })
}

#[test]
fn a_project_may_only_be_stricter() {
    for stricter in [
        "",
        "[types]\ncin = \"block\"",
        "[types]\ncin = \"mask\"\nperson = \"label\"\n[destinations.abroad.types]\nperson = \"mask\"",
        "[classes]\nsensitive = \"block\"",
        "default = \"block\"",
        "highest_class = \"internal\"\nhighest_risk = 0.1",
        "needs_authorisation = [\"cin\", \"person\", \"sensitive\"]",
    ] {
        let laxer = laxer(stricter).filter(|laxer| !laxer.contains("`label` for `person`"));
        assert_eq!(laxer, None, "{stricter}");
    }
    for (content, expect) in [
        (
            "[types]\nperson = \"mask\"\ncin = \"label\"",
            "p.toml:3: key `types.cin`: `label` for `cin` is laxer than `mask` (policy.toml:7 types.cin); leave the key out or write what is at least as strict.",
        ),
        ("default = \"label\"", "p.toml:1: key `default`: "),
        ("[types]\nperson = \"surrogate\"", "p.toml:2: key `types.person`: `surrogate`"),
        ("highest_class = \"sensitive\"", "p.toml:1: key `highest_class`: `sensitive`"),
        ("\nhighest_risk = 0.6", "p.toml:2: key `highest_risk`: 0.6 is laxer than 0.5"),
        (
            "needs_authorisation = [\"cin\"]",
            "p.toml:1: key `needs_authorisation`: a list without `sensitive`",
        ),
        (
            "[types]\nperson = \"label\"",
            "p.toml:2: key `types.person`: `label` for `person` is laxer than `mask` (policy.toml:9 destinations.abroad.default)",
        ),
    ] {
        let laxer = laxer(content).unwrap_or_default();
        assert!(laxer.starts_with(expect), "{content}: {laxer}");
    }
}

#[test]
fn together_the_stricter_counts_for_every_kind() {
    let installation = settled(INSTALLATION, Some("abroad"));
    let project = PolicyFile::read_of_project(
        "p.toml",
        "name = \"p\"\nhighest_class = \"sensitive\"\n[types]\ncin = \"keep\"\nperson = \"block\"\n",
        &words(),
        &[],
    )
    .unwrap();
    let both = project.together_with(&installation, Some("abroad"), &words());
    assert_eq!(both.name, "policy+p");
    let action = |kind: &str| both.action(&Kind::new(kind));
    assert_eq!((action("cin"), action("person")), (Action::Mask, Action::Block));
    assert_eq!((action("secret"), action("ice")), (Action::Block, Action::Mask));
    assert_eq!(both.rule(&Kind::new("person")).to_string(), "p.toml:5 types.person");
    assert_eq!(both.rule(&Kind::new("cin")).to_string(), "policy.toml:7 types.cin");
    assert_eq!((both.highest_class, both.highest_risk), (Some(Class::Personal), Some(0.5)));
    assert!(both.is_at_least_as_strict_as(&installation).is_ok());
    assert!(both.needs_authorisation.contains("sensitive"));
}

const HERE: Journey<'_> =
    Journey { stays_here: true, leaves_the_country: false, authorisation: None };
const HOME: Journey<'_> = Journey { stays_here: false, ..HERE };
const ABROAD: Journey<'_> = Journey { leaves_the_country: true, ..HOME };
const AUTHORISED: Journey<'_> = Journey { authorisation: Some("A-1"), ..ABROAD };

#[test]
fn what_may_go_at_all() {
    let policy = settled(
        "needs_authorisation = [\"cin\", \"sensitive\"]\nhighest_risk = 0.5\n[types]\ncin = \"keep\"\n\
         minor = \"block\"\n[law]\n\"needs_authorisation.cin\" = \"law 1\"\n"
            .replace("minor", "health")
            .as_str(),
        None,
    );
    let kinds = |names: &[&str]| names.iter().map(|name| Kind::new(name)).collect();
    let check = |content: &Content, journey: Journey<'_>, expect: Option<&str>| {
        let refused = policy.admits(content, journey).err();
        let name = refused.as_ref().map(|refused| refused.name);
        assert_eq!(name, expect, "{content:?} {journey:?}");
        refused.map_or_else(String::new, |refused| refused.message)
    };
    let authorisation = Some("policy.needs_authorisation");
    let cin = Content {
        class: Class::Personal,
        kinds: kinds(&["cin"]),
        risk: Some(0.1),
        ..Content::default()
    };
    check(&cin, HERE, None);
    check(&cin, HOME, None);
    check(&cin, AUTHORISED, None);
    let message = check(&cin, ABROAD, authorisation);
    assert!(message.contains("policy.toml:1 needs_authorisation; law 1"), "{message}");
    let sensitive = Content { class: Class::Sensitive, risk: Some(0.0), ..Content::default() };
    check(&sensitive, HOME, None);
    check(&sensitive, ABROAD, authorisation);
    let risky = Content { risk: Some(0.7), ..Content::default() };
    check(&risky, HERE, None);
    check(&risky, HOME, Some("policy.highest_risk"));
    check(&Content { risk: Some(0.5), ..Content::default() }, HOME, None);
    let unknown = Content::default();
    check(&unknown, HERE, None);
    check(&unknown, HOME, Some("policy.highest_risk"));
    check(&Content { risk: Some(f64::NAN), ..unknown }, HOME, Some("policy.highest_risk"));
    let health = Content { topics: kinds(&["health"]), ..sensitive };
    check(&health, HERE, Some("policy.types"));
    let labelled = settled("needs_authorisation = [\"cin\"]", None);
    assert!(labelled.admits(&cin, ABROAD).is_ok(), "a label leaves no number");
}

#[test]
fn a_class_that_needs_an_authorisation_takes_the_higher_ones_along() {
    let check = |named: &str, class: Class, goes: bool| {
        let policy = settled(&format!("needs_authorisation = [\"{named}\"]"), None);
        let content = Content { class, ..Content::default() };
        assert_eq!(policy.admits(&content, ABROAD).is_ok(), goes, "{named} {class}");
    };
    check("personal", Class::Internal, true);
    check("personal", Class::Personal, false);
    check("personal", Class::Sensitive, false);
    check("internal", Class::Sensitive, false);
    check("sensitive", Class::Personal, true);
    check("public", Class::Public, false);
    // So the lower class in a project's list covers the installation's higher one.
    let covered = laxer("needs_authorisation = [\"cin\", \"personal\"]");
    assert_eq!(covered, None);
    let uncovered = laxer("needs_authorisation = [\"cin\", \"health\"]").unwrap_or_default();
    assert!(uncovered.contains("a list without `sensitive`"), "{uncovered}");
}

#[test]
fn the_documented_example_is_in_order() {
    let documented = include_str!("../../../../../docs/policies.md");
    let example = documented.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let words = LabelWords::default();
    let file = PolicyFile::read("policy.toml", example, &words, Some(&["mistral"])).unwrap();
    let policy = file.settled(Some("mistral"), &[], &words);
    let action = |kind: &str| policy.action(&Kind::new(kind));
    assert_eq!((action("secret"), action("person")), (Action::Block, Action::Mask));
    assert_eq!((action("ice"), action("phone")), (Action::Keep, Action::Label));
    assert_eq!(policy.highest_class, Some(Class::Personal));
}

#[test]
fn the_moroccan_policy_is_in_order() {
    let content = include_str!("../../../../../packs/ma/policy.toml");
    let words = LabelWords::default();
    let file = PolicyFile::read("policy.toml", content, &words, None).unwrap();
    assert!(file.country.iter().any(|name| name == "MA"));
    let policy = file.settled(None, &[], &words);
    assert_eq!(policy.action(&Kind::new("cin")), Action::Label);
    let sensitive = Content { class: Class::Sensitive, ..Content::default() };
    assert!(policy.admits(&sensitive, ABROAD).unwrap_err().message.contains("law 09-08"));
}
