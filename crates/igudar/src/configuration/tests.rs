use std::path::Path;

use super::values::Size;
use super::*;

fn none(_: &str) -> Option<String> {
    None
}

fn check(text: &str, expect: &[&str]) {
    let error = read(text, FILE_NAME)
        .and_then(|written| assemble(Path::new("/data"), written, none))
        .map(|_| ())
        .unwrap_err()
        .to_string();
    for part in expect {
        assert!(error.contains(part), "{error:?} lacks {part:?}");
    }
}

#[test]
fn errors_name_line_key_and_the_nearest_right_one() {
    check("[server]\nlisten = 5\n", &["igudar.toml, line 2", "server.listen"]);
    check("[server]\n\nlisen = \"x\"\n", &["line 3", "`lisen`", "did you mean listen?"]);
    check("[sever]\n", &["line 1", "`sever`", "did you mean server?"]);
    check("[server]\nmax_body = \"big\"\n", &["line 2", "server.max_body", "is no size", "32 MiB"]);
    check(
        "[policy]\ntypes = { cin = \"maks\" }\n",
        &["line 2", "policy.types", "did you mean mask?"],
    );
    check("[server\n", &["line 1"]);
    check("[server]\nlisten = \"here\"\n", &["server.listen"]);
    check("[[destinations]]\nname = \"a\"\nkind = \"opnai\"\nmodels = []\n", &["line 3", "opnai"]);
}

#[test]
fn destinations_are_checked() {
    let head = "[[destinations]]\nname = \"a\"\nkind = \"openai\"\n";
    check(
        &format!("{head}models = [{{ name = \"m\" }}]\n"),
        &["destination `a`", "`url` is missing"],
    );
    check(&format!("{head}url = \"http://h/v1\"\nmodels = []\n"), &["`models` is empty"]);
    let priced = "url = \"http://h/v1\"\nmodels = [{ name = \"m\", input_price = \"cheap\" }]\n";
    check(&format!("{head}{priced}"), &["model `m`", "is no price"]);
    let twice = format!("{head}url = \"http://h/v1\"\nmodels = [{{ name = \"m\" }}]\n");
    check(&format!("{twice}{twice}"), &["stands twice"]);
    check(&format!("{head}urll = \"x\"\n"), &["did you mean url?"]);
}

#[test]
fn the_first_file_reads_back_as_the_defaults() {
    let written = read(&first_file(), FILE_NAME).unwrap();
    let configuration = assemble(Path::new("/data"), written, none).unwrap();
    for setting in SETTINGS {
        assert!(!configuration.origins.contains_key(setting.key), "{}", setting.key);
    }
    assert_eq!(configuration.settings.server.max_body, Size(32 << 20));
    let names: Vec<&str> =
        configuration.destinations.iter().map(|destination| destination.name.as_str()).collect();
    assert_eq!(names, ["local", "echo"]);
}

#[test]
fn every_line_of_the_first_file_is_valid_when_uncommented() {
    let text = first_file();
    let mut uncommented = String::new();
    for line in text.lines() {
        let bare = line.strip_prefix("# ").unwrap_or(line);
        let is_setting = bare.split_once(" = ").is_some_and(|(name, _)| {
            name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
        });
        let structure =
            ["[[destinations]]", "]", "  {"].iter().any(|start| bare.starts_with(start));
        if is_setting || structure || !line.starts_with('#') {
            uncommented.push_str(bare);
            uncommented.push('\n');
        }
    }
    let written = read(&uncommented, FILE_NAME).unwrap();
    let configuration = assemble(Path::new("/data"), written, none).unwrap();
    assert_eq!(configuration.destinations.len(), 4);
    for setting in SETTINGS {
        assert_eq!(configuration.origins.get(setting.key), Some(&Origin::File), "{}", setting.key);
    }
}

#[test]
fn a_variable_counts_more_than_the_file() {
    let written = read("[server]\nlisten = \"127.0.0.1:1\"\n", FILE_NAME).unwrap();
    let variables = |name: &str| {
        match name {
        "IGUDAR_LISTEN" => Some("127.0.0.1:2".to_owned()),
        "IGUDAR_POLICY_TYPES" => Some("secret=block".to_owned()),
        "IGUDAR_DESTINATIONS" => Some(
            "[{ name = \"x\", kind = \"openai\", url = \"http://h/v1\", models = [{ name = \"m\" }] }]"
                .to_owned(),
        ),
        _ => None,
    }
    };
    let configuration = assemble(Path::new("/data"), written, variables).unwrap();
    assert_eq!(configuration.settings.server.listen.port(), 2);
    assert_eq!(configuration.origins.get("server.listen"), Some(&Origin::Variable));
    assert_eq!(configuration.settings.policy.types.to_string(), "secret=block");
    assert_eq!(configuration.destinations[0].name, "x");
}

#[test]
fn a_wrong_variable_is_named() {
    let variables = |name: &str| (name == "IGUDAR_MAX_BODY").then(|| "much".to_owned());
    let error = assemble(Path::new("/data"), Written::default(), variables).unwrap_err();
    assert!(error.to_string().contains("IGUDAR_MAX_BODY"), "{error}");
}

#[test]
fn a_misspelt_variable_is_remarked() {
    let names = ["IGUDAR_LISEN", "IGUDAR_LISTEN", "IGUDAR_DATA", "PATH"].map(str::to_owned);
    let remarks = unknown_variables(names);
    assert_eq!(remarks.len(), 1, "{remarks:?}");
    assert!(remarks[0].contains("did you mean IGUDAR_LISTEN?"), "{remarks:?}");
}

#[test]
fn keys_and_variables_are_unique() {
    for (position, setting) in SETTINGS.iter().enumerate() {
        assert!(setting.variable.starts_with("IGUDAR_"));
        for other in &SETTINGS[..position] {
            assert_ne!(setting.key, other.key);
            assert_ne!(setting.variable, other.variable);
        }
    }
}

#[test]
fn texts_to_embed_go_in_clear_to_a_server_of_ones_own_only() {
    let check = |kind: &str, fits: bool| {
        let text = format!(
            "[[destinations]]\nname = \"x\"\nkind = \"{kind}\"\nurl = \"http://h/v1\"\n\
             embeddings = \"clear\"\nmodels = [{{ name = \"m\" }}]\n"
        );
        let written = read(&text, FILE_NAME).unwrap();
        assert_eq!(assemble(Path::new("/data"), written, none).is_ok(), fits, "{kind}");
    };
    check("compatible", true);
    check("mistral", false);
    check("openai", false);
}
