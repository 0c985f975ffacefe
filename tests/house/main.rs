//! The house keeps its plan: arrows, fences, file sizes and documents are as the root `Cargo.toml` and
//! CONTRIBUTING.md say.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test over the repository's own files"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Crate → names of its production dependencies.
type Dependencies = BTreeMap<String, BTreeSet<String>>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn plan(table: &str) -> BTreeMap<String, BTreeSet<String>> {
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).expect("the root manifest");
    let plan = manifest["workspace"]["metadata"][table].as_table().expect("a table").clone();
    let names = |value: &toml::Value| {
        let names = value.as_array().expect("a list of names").iter();
        names.map(|name| name.as_str().expect("a name").to_owned()).collect()
    };
    plan.iter().map(|(key, value)| (key.clone(), names(value))).collect()
}

fn dependencies() -> Dependencies {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo metadata");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON from cargo metadata");
    let packages = metadata["packages"].as_array().expect("packages");
    let production = |package: &Value| {
        let all = package["dependencies"].as_array().expect("dependencies").iter();
        all.filter(|dependency| dependency["kind"] != "dev")
            .map(|dependency| dependency["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    packages
        .iter()
        .map(|package| (package["name"].as_str().expect("a name").to_owned(), production(package)))
        .collect()
}

fn tracked(extension: &str) -> Vec<String> {
    let output =
        Command::new("git").args(["ls-files"]).current_dir(root()).output().expect("git ls-files");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter(|name| name.ends_with(extension))
        .map(str::to_owned)
        .collect()
}

#[test]
fn arrows_point_as_the_plan_draws_them() {
    let plan = plan("arrows");
    let dependencies = dependencies();
    let drawn: BTreeSet<_> = plan.keys().collect();
    assert_eq!(
        drawn,
        dependencies.keys().collect(),
        "every crate stands in the plan, and no other"
    );
    for (name, used) in &dependencies {
        for inner in used.iter().filter(|used| dependencies.contains_key(*used)) {
            assert!(
                plan[name].contains(inner),
                "{name} -> {inner} is not in [workspace.metadata.arrows]"
            );
        }
    }
}

#[test]
fn libraries_that_reach_outside_stay_behind_their_fences() {
    let dependencies = dependencies();
    for (library, allowed) in plan("fences") {
        for (name, used) in &dependencies {
            assert!(
                !used.contains(&library) || allowed.contains(name),
                "{name} may not name {library}: see [workspace.metadata.fences]"
            );
        }
    }
}

#[test]
fn the_plan_has_no_cycle() {
    let plan = plan("arrows");
    let mut left: BTreeSet<&String> = plan.keys().collect();
    loop {
        let ready: Vec<&String> = left
            .iter()
            .copied()
            .filter(|name| plan[*name].iter().all(|below| !left.contains(below)))
            .collect();
        if ready.is_empty() {
            break;
        }
        for name in ready {
            left.remove(name);
        }
    }
    assert!(left.is_empty(), "these crates stand in a cycle: {left:?}");
}

#[test]
fn rust_files_stay_small() {
    let mut sizes: Vec<(usize, String)> = tracked(".rs")
        .into_iter()
        .filter(|name| root().join(name).exists())
        .map(|name| (read(&name).lines().count(), name))
        .collect();
    sizes.sort();
    let (longest, name) = sizes.last().expect("Rust files");
    assert!(*longest <= 800, "{name} has {longest} lines; split it");
    let median = sizes[sizes.len() / 2].0;
    assert!(median <= 200, "the median file has {median} lines; the house aims at 150");
}

#[test]
fn every_crate_has_its_place_on_the_map() {
    let map = read("ARCHITECTURE.md");
    for name in dependencies().keys() {
        assert!(map.contains(&format!("`{name}`")), "ARCHITECTURE.md does not name `{name}`");
    }
}

#[test]
fn every_test_that_the_table_of_reports_names_exists() {
    let table = read("docs/reports.md");
    let named: Vec<&str> =
        table.split('`').filter(|piece| piece.contains(".rs::") && !piece.contains(' ')).collect();
    assert!(named.len() > 40, "docs/reports.md names hardly any test");
    for test in named {
        let (file, name) = test.split_once("::").expect("a file and a test");
        let content = read(file);
        assert!(content.contains(&format!("fn {name}(")), "{test} does not exist");
    }
    for row in table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| report"))
    {
        assert!(row.contains(".rs::"), "this report has no test: {row}");
    }
}

#[test]
fn both_readmes_say_the_same() {
    let (english, french) = (read("README.md"), read("README.fr.md"));
    let shape = |text: &str| {
        let mut inside = false;
        let mut shape = Vec::new();
        for line in text.lines() {
            if line.starts_with("```") {
                inside = !inside;
                shape.push("code".to_owned());
            } else if !inside && line.starts_with('#') {
                shape.push(line.chars().take_while(|character| *character == '#').collect());
            } else if !inside && line.starts_with('|') {
                shape.push("row".to_owned());
            }
        }
        shape
    };
    assert_eq!(shape(&english), shape(&french), "headings, code blocks and table rows correspond");
    for command in ["cargo xtask demo", "cargo xtask test"] {
        assert!(english.contains(command) && french.contains(command));
    }
}

#[test]
fn nothing_names_a_path_of_one_machine() {
    let marks = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];
    for name in [".rs", ".md", ".toml", ".py", ".yml"].into_iter().flat_map(tracked) {
        let Ok(text) = std::fs::read_to_string(root().join(&name)) else { continue };
        for mark in marks {
            assert!(!text.contains(mark), "{name} names a path that starts with {mark}");
        }
    }
}
