//! Where the data folder is.

use std::path::PathBuf;

/// The configuration's file name inside the data folder.
pub(crate) const FILE_NAME: &str = "igudar.toml";

/// What was asked for; else the XDG data folder; else a folder beside where the command runs.
pub(crate) fn data_folder(
    asked: Option<PathBuf>,
    variable: impl Fn(&str) -> Option<String>,
) -> PathBuf {
    if let Some(folder) = asked {
        return folder;
    }
    // The XDG base directory specification ignores paths that are not absolute.
    let absolute = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if let Some(folder) = absolute("XDG_DATA_HOME") {
        return folder.join("igudar");
    }
    match absolute("HOME") {
        Some(home) => home.join(".local").join("share").join("igudar"),
        None => PathBuf::from("igudar-data"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(asked: Option<&str>, variables: &[(&str, &str)], expect: &str) {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let folder = data_folder(asked.map(PathBuf::from), variable);
        assert_eq!(folder, PathBuf::from(expect));
    }

    #[test]
    fn the_nearest_wish_wins() {
        check(Some("here"), &[("HOME", "/h")], "here");
        check(None, &[("XDG_DATA_HOME", "/x"), ("HOME", "/h")], "/x/igudar");
        check(None, &[("XDG_DATA_HOME", "x"), ("HOME", "/h")], "/h/.local/share/igudar");
        check(None, &[], "igudar-data");
    }
}
