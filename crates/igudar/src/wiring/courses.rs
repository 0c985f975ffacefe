//! The courses that the binary carries, and those of a folder.

use std::path::Path;

use anyhow::Context as _;
use include_dir::{Dir, include_dir};
use learning::Course;
use learning::course::Files;

static COURSES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../courses");

/// A course with its files: what it needs to be graded (its own documents) and checked (solutions).
#[derive(Debug, Clone)]
pub(crate) struct CourseFolder {
    pub(crate) course: Course,
    pub(crate) files: Files,
}

impl CourseFolder {
    fn read(files: Files, name: &str) -> anyhow::Result<Self> {
        let course = Course::read(&files).with_context(|| format!("{name} is not in order"))?;
        Ok(Self { course, files })
    }

    /// The files below a folder of the course, with their names in it.
    pub(crate) fn below<'s>(&'s self, folder: &'s str) -> impl Iterator<Item = (&'s str, &'s str)> {
        self.files.iter().filter_map(move |(path, content)| {
            let name = path.strip_prefix(folder)?.strip_prefix('/')?;
            Some((name, content.as_str()))
        })
    }
}

/// The courses of the binary, in the order of their names.
pub(crate) fn courses() -> anyhow::Result<Vec<CourseFolder>> {
    COURSES
        .dirs()
        .map(|folder| {
            let mut files = Files::new();
            embedded(folder, folder.path(), &mut files)?;
            CourseFolder::read(files, &folder.path().display().to_string())
        })
        .collect()
}

pub(super) fn embedded(folder: &Dir<'_>, root: &Path, files: &mut Files) -> anyhow::Result<()> {
    for file in folder.files() {
        let name = relative(file.path(), root)?;
        let text = file.contents_utf8().with_context(|| format!("{name} is not UTF-8"))?;
        files.insert(name, text.to_owned());
    }
    folder.dirs().try_for_each(|inner| embedded(inner, root, files))
}

/// The course of a folder on disk.
pub(crate) fn course_in(folder: &Path) -> anyhow::Result<CourseFolder> {
    let mut files = Files::new();
    on_disk(folder, folder, &mut files)?;
    CourseFolder::read(files, &folder.display().to_string())
}

pub(super) fn on_disk(folder: &Path, root: &Path, files: &mut Files) -> anyhow::Result<()> {
    let failed = || format!("{} cannot be read", folder.display());
    for entry in std::fs::read_dir(folder).with_context(failed)? {
        let entry = entry.with_context(failed)?;
        let path = entry.path();
        // What a folder does not show is its owner's.
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        // A link could lead anywhere; a course is what lies in its folder.
        let kind = entry.file_type().with_context(failed)?;
        if kind.is_dir() {
            on_disk(&path, root, files)?;
        } else if kind.is_file() {
            let name = relative(&path, root)?;
            let text =
                std::fs::read_to_string(&path).with_context(|| format!("{name} cannot be read"))?;
            files.insert(name, text);
        }
    }
    Ok(())
}

fn relative(path: &Path, root: &Path) -> anyhow::Result<String> {
    let parts = path.strip_prefix(root)?.components().map(|part| {
        part.as_os_str().to_str().with_context(|| format!("{} is not UTF-8", path.display()))
    });
    Ok(parts.collect::<anyhow::Result<Vec<_>>>()?.join("/"))
}
