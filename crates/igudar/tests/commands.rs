//! The commands as somebody at a shell meets them.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests fail loudly and look at files"
)]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

const TEXT: &str = "Je suis Zineb Oukacha, CIN DA48213, né à Azrou.";

struct Shell {
    folder: TempDir,
}

struct Ended {
    code: i32,
    out: String,
    err: String,
}

impl Ended {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

impl Shell {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    /// Runs a command with this shell's data folder and nothing of the outer environment.
    fn run(&self, line: &[&str], input: &[u8]) -> Ended {
        self.run_with(line, input, &[])
    }

    fn run_with(&self, line: &[&str], input: &[u8], variables: &[(&str, &str)]) -> Ended {
        let mut child = Command::new(env!("CARGO_BIN_EXE_igudar"))
            .args(line)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("IGUDAR_DATA", self.folder.path().join("data"))
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // A command that reads nothing closes the pipe early.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Ended {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

#[test]
fn a_text_is_protected_and_restored_through_pipes() {
    let shell = Shell::new();
    let map = shell.path("map");
    let protected = shell.run(&["protect", "--map", &map], TEXT.as_bytes());
    assert_eq!(protected.code, 0, "{}", protected.err);
    assert!(!protected.out.contains("DA48213") && protected.out.contains("CIN_1"));
    assert!(!std::fs::read_to_string(&map).unwrap().contains("DA48213"));
    let restored = shell.run(&["restore", "--map", &map], protected.out.as_bytes());
    assert_eq!((restored.code, restored.out.as_str()), (0, TEXT), "{}", restored.err);
    let mut damaged = std::fs::read_to_string(&map).unwrap();
    let last = damaged.trim_end().len() - 1;
    damaged.truncate(last);
    std::fs::write(&map, damaged).unwrap();
    let refused = shell.run(&["restore", "--map", &map], protected.out.as_bytes());
    assert_eq!((refused.code, refused.out.as_str()), (1, ""));
    let file = shell.path("letter.txt");
    std::fs::write(&file, TEXT).unwrap();
    let from_file = shell.run(&["protect", &file], b"");
    assert_eq!(from_file.out, protected.out);
}

#[test]
fn findings_for_people_and_programs() {
    let shell = Shell::new();
    let people = shell.run(&["detect"], TEXT.as_bytes());
    assert!(people.out.contains("cin") && people.out.contains("DA48213"), "{}", people.out);
    let programs = shell.run(&["detect", "--json", "--offsets", "bytes"], TEXT.as_bytes()).json();
    let cin = programs["findings"].as_array().unwrap().iter().find(|found| found["type"] == "cin");
    assert_eq!(cin.unwrap()["start"], 27);
    assert!(!Path::new(&shell.path("data")).exists(), "looking makes no data folder");
    let broken = shell.run(&["detect"], b"caf\xe9");
    assert_eq!(broken.code, 1);
    assert!(broken.err.contains("offset 3"), "{}", broken.err);
}

#[test]
fn bad_lines_are_named_and_the_others_answered() {
    let shell = Shell::new();
    let input =
        b"{\"id\":1,\"text\":\"CIN DA48213\"}\n{\"id\":2}\n\xff\n{\"id\":\"c\",\"text\":\"\"}\n";
    let ended = shell.run(&["detect", "--jsonl"], input);
    assert_eq!(ended.code, 1);
    let ids: Vec<Value> = ended
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone())
        .collect();
    assert_eq!(ids, [json!(1), json!("c")]);
    assert!(ended.err.contains("line 2:") && ended.err.contains("line 3:"), "{}", ended.err);
    assert!(!ended.err.contains("DA48213"));
}

#[test]
fn keys_are_shown_once() {
    let shell = Shell::new();
    let made = shell.run(&["key", "create", "--name", "laptop", "--expires", "1d", "--json"], b"");
    let made = made.json();
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("igd_"));
    let listed = shell.run(&["key", "list", "--json"], b"");
    assert!(!listed.out.contains(key));
    assert_eq!(listed.json()[0]["state"], "valid");
    let id = made["id"].as_str().unwrap();
    assert_eq!(shell.run(&["key", "revoke", id], b"").code, 0);
    assert_eq!(shell.run(&["key", "list", "--json"], b"").json()[0]["state"], "revoked");
    assert_eq!(shell.run(&["key", "revoke", "key_none"], b"").code, 1);
    assert_eq!(shell.run(&["key", "create", "--expires", "soon"], b"").code, 2);
    for entry in std::fs::read_dir(shell.path("data")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(key.len()).any(|window| window == key.as_bytes()));
    }
}

#[test]
fn projects_have_rules() {
    let shell = Shell::new();
    let line = ["project", "create", "rabat", "--budget", "12.50", "--window", "day", "--json"];
    let made = shell.run(&line, b"").json();
    assert_eq!((&made["budget_micro"], &made["window"]), (&json!(12_500_000), &json!("day")));
    let set = ["project", "set", "rabat", "--budget", "none", "--local-only", "--json"];
    let changed = shell.run(&set, b"").json();
    assert_eq!((&changed["budget_micro"], &changed["local_only"]), (&json!(null), &json!(true)));
    let names = shell.run(&["project", "list", "--json"], b"").json();
    assert_eq!(names.as_array().unwrap().len(), 2, "the first project and this one");
    assert_eq!(shell.run(&line, b"").code, 1, "the id is taken");
    assert_eq!(shell.run(&["project", "show", "nobody"], b"").code, 1);
    assert_eq!(shell.run(&["project", "set", "rabat", "--budget", "much"], b"").code, 2);
    assert_eq!(shell.run(&["usage", "--project", "rabat", "--json"], b"").json()[0]["requests"], 0);
}

#[test]
fn a_wrong_configuration_is_named_by_line() {
    let shell = Shell::new();
    std::fs::create_dir(shell.path("data")).unwrap();
    std::fs::write(shell.path("data/igudar.toml"), "[server]\nlisen = \"x\"\n").unwrap();
    for line in [&["config", "check"][..], &["serve"], &["detect"]] {
        let ended = shell.run(line, b"");
        assert_eq!(ended.code, 4, "{line:?}: {}", ended.err);
        assert!(ended.err.contains("line 2") && ended.err.contains("listen"), "{}", ended.err);
    }
    let doctor = shell.run(&["doctor"], b"");
    assert_eq!(doctor.code, 5);
    let policy = "[policy]\ntypes = { cyn = \"mask\" }\n";
    std::fs::write(shell.path("data/igudar.toml"), policy).unwrap();
    let ended = shell.run(&["config", "check"], b"");
    assert!(ended.code == 4 && ended.err.contains("did you mean cin?"), "{}", ended.err);
}

#[test]
fn values_in_force_and_their_origin() {
    let shell = Shell::new();
    std::fs::create_dir(shell.path("data")).unwrap();
    std::fs::write(shell.path("data/igudar.toml"), "[server]\nmax_body = \"1 MiB\"\n").unwrap();
    let destinations = r#"[{ name = "far", kind = "openai", url = "https://a:b@host/v1?key=c", key_variable = "FAR_KEY", models = [{ name = "m" }] }]"#;
    let variables = [
        ("IGUDAR_LISTEN", "127.0.0.1:9"),
        ("IGUDAR_DESTINATIONS", destinations),
        ("FAR_KEY", "very-secret"),
    ];
    let ended = shell.run_with(&["config", "show", "--json"], b"", &variables);
    let shown = ended.json();
    assert_eq!(shown["settings"]["server.max_body"]["origin"], "igudar.toml");
    assert_eq!(shown["settings"]["server.listen"]["origin"], "IGUDAR_LISTEN");
    assert_eq!(shown["settings"]["log.level"]["origin"], "default");
    assert_eq!(shown["destinations"][0]["key"], "FAR_KEY (set)");
    assert!(!ended.out.contains("very-secret") && !ended.out.contains("a:b"), "{}", ended.out);
}

#[test]
fn what_the_model_would_see() {
    let shell = Shell::new();
    let seen = shell.run(&["preview", "--destination", "echo"], TEXT.as_bytes());
    assert_eq!(seen.code, 0, "{}", seen.err);
    assert!(seen.out.contains("CIN_1") && !seen.out.contains("DA48213"), "{}", seen.out);
    let request =
        r#"{"model":"echo-no-model","messages":[{"role":"user","content":"CIN DA48213"}]}"#;
    let seen = shell.run(&["preview", "--request", "--json"], request.as_bytes());
    assert!(seen.out.lines().count() == 2 && !seen.out.contains("DA48213"), "{}", seen.out);
    assert_eq!(shell.run(&["preview", "--request"], b"{").code, 1);
    let nowhere = shell.run(&["preview", "--destination", "nope"], TEXT.as_bytes());
    assert!(nowhere.code == 1 && nowhere.err.contains("echo"), "{}", nowhere.err);
}

#[test]
fn what_is_not_there_is_said() {
    let shell = Shell::new();
    for line in [&["usage"][..], &["key", "list"], &["ledger", "export"], &["ledger", "verify"]] {
        let ended = shell.run(line, b"");
        assert_eq!(ended.code, 1, "{line:?}");
        assert!(ended.err.contains("igudar serve"), "{}", ended.err);
    }
    assert!(!Path::new(&shell.path("data")).exists());
    let doctor = shell.run(&["doctor", "--json"], b"");
    assert_eq!(doctor.code, 0, "a fresh machine lacks nothing that serve does not make");
    assert!(doctor.out.contains("igudar models pull smollm2"), "{}", doctor.out);
    let forged = shell.run(&["ledger", "verify", "-"], b"{}\n");
    assert_eq!(forged.code, 3);
    assert!(forged.out.contains("NOT intact:"), "{}", forged.out);
}

#[test]
fn model_files_are_checked_before_they_are_kept() {
    let shell = Shell::new();
    let file = shell.path("model.gguf");
    std::fs::write(&file, b"not a model").unwrap();
    assert_eq!(shell.run(&["models", "pull", &file], b"").code, 1);
    assert_eq!(shell.run(&["models", "pull", "nothing-of-that-name"], b"").code, 1);
    assert_eq!(shell.run(&["models", "list", "--json"], b"").json(), json!([]));
}

const ABROAD: &str = "[policy]\nfile = \"policy.toml\"\n\
    [[destinations]]\nname = \"abroad\"\nkind = \"openai\"\nurl = \"http://127.0.0.1:9/v1\"\nplace = \"FR\"\nmodels = [{ name = \"m\" }]\n\
    [[destinations]]\nname = \"home\"\nkind = \"compatible\"\nurl = \"http://127.0.0.1:9/v1\"\nplace = \"Maroc\"\nmodels = [{ name = \"m\" }]\n\
    [[destinations]]\nname = \"authorised\"\nkind = \"openai\"\nurl = \"http://127.0.0.1:9/v1\"\nplace = \"FR\"\nauthorisation = \"A-12\"\nmodels = [{ name = \"m\" }]\n";

/// A data folder with destinations at home and abroad, and a policy of its own.
fn with_policy(policy: &str) -> Shell {
    let shell = Shell::new();
    std::fs::create_dir(shell.path("data")).unwrap();
    std::fs::write(shell.path("data/igudar.toml"), ABROAD).unwrap();
    std::fs::write(shell.path("data/policy.toml"), policy).unwrap();
    shell
}

#[test]
fn a_policy_is_explained_for_each_destination() {
    let shell = with_policy("name = \"ours\"\n[types]\ncin = \"keep\"\nsecret = \"block\"\n");
    let explained = shell.run(&["policy", "explain", "--json", "-"], TEXT.as_bytes());
    assert_eq!(explained.code, 0, "{}", explained.err);
    let explained = explained.json();
    let of = |name: &str| {
        let all = explained["destinations"].as_array().unwrap();
        all.iter().find(|one| one["destination"] == name).unwrap().clone()
    };
    assert_eq!(of("abroad")["allowed"], json!(false));
    let refused = of("abroad")["refused"].to_string();
    assert!(
        refused.contains("policy.needs_authorisation") && refused.contains("law 09-08"),
        "{refused}"
    );
    for name in ["home", "authorised", "local", "echo"] {
        assert_eq!(of(name)["allowed"], json!(true), "{name}");
    }
    let findings = of("home")["findings"].clone();
    let cin = findings.as_array().unwrap().iter().find(|one| one["type"] == "cin").unwrap();
    assert_eq!((&cin["action"], &cin["rule"]["line"]), (&json!("keep"), &json!(3)));
    assert_eq!(cin["rule"]["key"], "types.cin");
    let text = shell.run(&["policy", "explain"], TEXT.as_bytes());
    assert!(!text.out.contains("DA48213") && !text.out.contains("Oukacha"), "{}", text.out);
    let shown = shell
        .run(&["policy", "explain", "--show-values", "--destination", "home"], TEXT.as_bytes());
    assert!(shown.out.contains("Oukacha") && !shown.out.contains("abroad"), "{}", shown.out);
    let sensitive = "dossier médical IPP 4471902 de la patiente";
    let refused = shell
        .run(&["policy", "explain", "--json", "--destination", "abroad"], sensitive.as_bytes());
    let refused = refused.json();
    assert_eq!(refused["class"], "sensitive");
    assert!(refused["destinations"][0]["refused"].to_string().contains("class sensitive"));
    assert_eq!(shell.run(&["policy", "explain", "--destination", "moon"], b"x").code, 1);
    let listed = shell.run(&["policy", "list"], b"");
    assert!(listed.code == 0 && listed.out.contains("secret=block"), "{}", listed.out);
    let shown = shell.run(&["policy", "show", "--destination", "home"], b"");
    assert!(shown.code == 0 && shown.out.contains("types.cin"), "{}{}", shown.out, shown.err);
}

#[test]
fn a_projects_policy_may_only_be_stricter() {
    let shell = with_policy("[types]\nsecret = \"block\"\ncin = \"mask\"\n");
    let file = |name: &str, content: &str| {
        std::fs::write(shell.path(name), content).unwrap();
        shell.path(name)
    };
    let lax = file("lax.toml", "[types]\nperson = \"mask\"\ncin = \"label\"\n");
    let strict = file("strict.toml", "name = \"strict\"\n[types]\nperson = \"block\"\n");
    let limited = file("limited.toml", "[destinations.home]\nhighest_risk = 0.5\n");
    let checked = shell.run(&["policy", "check", "--for-project", &limited], b"");
    assert!(checked.code == 0 && checked.err.is_empty(), "{}", checked.err);
    let refused = shell.run(&["project", "create", "sante", "--policy", &lax], b"");
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("lax.toml:3: key `types.cin`"), "{}", refused.err);
    assert!(refused.err.contains("policy.toml:3"), "{}", refused.err);
    assert_eq!(shell.run(&["policy", "check", "--for-project", &lax], b"").code, 1);
    assert_eq!(shell.run(&["policy", "check", &lax], b"").code, 0);
    assert_eq!(shell.run(&["project", "create", "sante", "--policy", &strict], b"").code, 0);
    let shown = shell.run(&["project", "show", "sante"], b"");
    assert!(shown.out.contains("person = \"block\""), "{}", shown.out);
    let explain = ["policy", "explain", "--json", "--project", "sante", "--destination", "home"];
    let explained = shell.run(&explain, TEXT.as_bytes()).json();
    let home = &explained["destinations"][0];
    assert_eq!((&home["allowed"], &home["policy"]), (&json!(false), &json!("policy+strict")));
    assert!(shell.run(&["policy", "list"], b"").out.contains("sante"));
    let protected = shell.run(&["protect", "--project", "sante"], TEXT.as_bytes());
    assert!(protected.code == 1 && protected.err.contains("blocks"), "{}", protected.err);
    let checked = shell.run(&["config", "check"], b"");
    assert!(checked.err.contains("`abroad` is outside the country"), "{}", checked.err);
    assert_eq!(shell.run(&["project", "set", "sante", "--policy", "none"], b"").code, 0);
    let explained = shell.run(&explain, TEXT.as_bytes()).json();
    assert_eq!(explained["destinations"][0]["allowed"], json!(true));
    std::fs::write(shell.path("data/policy.toml"), "highest_risk = 0.5\n").unwrap();
    let checked = shell.run(&["config", "check"], b"");
    assert!(checked.code == 0, "{}", checked.err);
    let explain = ["policy", "explain", "--json", "--destination", "home"];
    let little = shell.run(&explain, "Ouverture de 9 h à 12 h.".as_bytes()).json();
    assert_eq!(little["destinations"][0]["allowed"], json!(true), "{little}");
    let long =
        "salam ana smiti l7aj brahim w khti zahra w weld 3emmi lmkhtar sakn hna, ".repeat(200);
    let much = shell.run(&explain, long.as_bytes()).json();
    assert!(much["risk"].as_f64().unwrap() > 0.5, "{}", much["risk"]);
    assert!(much["destinations"][0]["refused"].to_string().contains("highest_risk"), "{much}");
    std::fs::write(shell.path("data/policy.toml"), "[types]\ncni = \"mask\"\n").unwrap();
    let wrong = shell.run(&["config", "check"], b"");
    assert!(wrong.err.contains("policy.toml:2: key `cni`"), "{}", wrong.err);
}

#[test]
fn packs_and_help() {
    let shell = Shell::new();
    assert_eq!(shell.run(&["pack", "check"], b"").code, 0);
    let folder = shell.path("pack");
    std::fs::create_dir(&folder).unwrap();
    assert_eq!(shell.run(&["pack", "check", &folder], b"").code, 1);
    std::fs::write(Path::new(&folder).join("labels.toml"), "[kind.cin]\nword = []\n").unwrap();
    let partial = shell.run(&["pack", "check", &folder], b"");
    assert!(partial.code == 1 && partial.err.contains("identifiers.toml"), "{}", partial.err);
    std::fs::create_dir(Path::new(&folder).join("names")).unwrap();
    for name in [
        "address.toml",
        "birth.toml",
        "identifiers.toml",
        "names/family.tsv",
        "names/first.tsv",
        "names/words.toml",
        "policy.toml",
        "universal.toml",
    ] {
        let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/ma").join(name);
        std::fs::copy(packs, Path::new(&folder).join(name)).unwrap();
    }
    let lists = Path::new(&folder).join("lists");
    std::fs::create_dir(&lists).unwrap();
    let prefixes =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/ma/lists/cin_prefix.tsv");
    std::fs::copy(prefixes, lists.join("cin_prefix.tsv")).unwrap();
    let wrong = shell.run(&["pack", "check", &folder], b"");
    assert!(wrong.code == 1 && wrong.err.contains("labels.toml"), "{}", wrong.err);
    std::fs::remove_file(Path::new(&folder).join("labels.toml")).unwrap();
    std::fs::create_dir(Path::new(&folder).join("places")).unwrap();
    let regions = "code\tfr\nXX-1\n";
    std::fs::write(Path::new(&folder).join("places/regions.tsv"), regions).unwrap();
    let wrong = shell.run(&["pack", "check", &folder], b"");
    assert!(wrong.code == 1 && wrong.err.contains("regions.tsv, line 2"), "{}", wrong.err);
    let help = shell.run(&["--help"], b"");
    assert!(help.code == 0 && help.out.contains("Exit codes:") && help.out.contains("Examples:"));
    assert_eq!(shell.run(&["fly"], b"").code, 2);
    for name in ["bash", "zsh", "fish"] {
        assert!(shell.run(&["completions", name], b"").out.contains("igudar"));
    }
}

#[test]
fn languages_of_texts_lines_and_documents() {
    let shell = Shell::new();
    let mixed = "😀 gal lia le directeur بلي la réunion مأجلة";
    let found = shell.run(&["identify", "--json"], mixed.as_bytes()).json();
    assert_eq!(found["spans"][0], json!({ "start": 2, "end": 9, "language": "ary-Latn" }));
    let shown = shell.run(&["identify", "--offsets", "utf16"], mixed.as_bytes());
    assert!(shown.out.contains("3–10") && shown.out.contains("مأجلة"), "{}", shown.out);

    let lines = "bonjour tout le monde\n\n12 30\n";
    let found = shell.run(&["identify", "--lines", "--json"], lines.as_bytes());
    let found: Vec<Value> =
        found.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let languages: Vec<_> = found.iter().map(|line| &line["language"]).collect();
    assert_eq!(languages, ["fr", "und", "und"], "every line has its answer");
    assert_eq!(found[2]["id"], 3);

    let documents = "{\"id\":\"a\",\"text\":\"bonjour tout le monde\"}\nDA48213\n";
    let ended = shell.run(&["identify", "--jsonl", "--among", "en,es"], documents.as_bytes());
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("line 2") && !ended.err.contains("DA48213"), "{}", ended.err);
    let line = ended.json();
    assert!(line["id"] == "a" && line["language"] != "fr", "{line}");
    let refused = shell.run(&["identify", "--among", "ar,ur"], b"");
    assert!(refused.code == 2 && refused.err.contains("ary-Arab"), "{}", refused.err);
}

#[test]
fn texts_in_other_scripts_and_in_normal_form() {
    let shell = Shell::new();
    let pair = ["transliterate", "--from", "ary-Latn", "--to", "ary-Arab"];
    let ended = shell.run(&pair, "chwiya\n\nsalam 3lik\n".as_bytes());
    assert_eq!(ended.out.lines().count(), 3, "{}", ended.out);
    assert_eq!(ended.out.lines().next(), Some("شوية"));
    let several = shell.run(&[&pair[..], &["--answers", "3"]].concat(), b"chwiya");
    assert!(several.out.contains('|'), "{}", several.out);
    let document =
        shell.run(&[&pair[..], &["--jsonl"]].concat(), b"{\"id\":1,\"text\":\"chwiya\"}");
    assert_eq!(document.json()["words"][0]["end"], 6, "{}", document.out);
    let wrong = shell.run(&["transliterate", "--from", "fr", "--to", "ary-Arab"], b"");
    assert!(wrong.code == 2 && wrong.err.contains("ary-Latn"), "{}", wrong.err);
    let nowhere = shell.run(&["transliterate", "--from", "zgh-Latn", "--to", "ar-Arab"], b"");
    assert_eq!(nowhere.code, 2, "{}", nowhere.err);

    let tifinagh = ["transliterate", "--from", "zgh-Tfng", "--to", "zgh-Latn"];
    assert_eq!(shell.run(&tifinagh, "ⴰⵣⵓⵍ".as_bytes()).out, "azul\n");

    let file = shell.path("text");
    std::fs::write(&file, "مُحَمَّـــد ٢٠٢٦\r\nÉté\n").unwrap();
    assert_eq!(shell.run(&["normalize", &file], b"").out, "محمد 2026\nete\n");
    let display = shell.run(&["normalize", "--profile", "display"], "Été\u{200b}".as_bytes());
    assert_eq!(display.out, "Été\n");
    let mapped = shell.run(&["normalize", "--json", "--map"], "كـت".as_bytes()).json();
    let second = json!({ "start": 1, "end": 2, "source_start": 2, "source_end": 3 });
    assert_eq!(mapped["map"][1], second, "{mapped}");
    assert_eq!(shell.run(&["normalize", "--map"], b"").code, 2);
    assert_eq!(shell.run(&["normalize"], b"\xff").code, 1);
}
