//! The courses that the binary carries, and those of a folder.

use std::path::Path;

use anyhow::Context as _;
use include_dir::{Dir, include_dir};
use learning::Course;
use learning::course::Files;

use super::folders;

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
        folders::below(&self.files, folder)
    }
}

/// The courses of the binary, in the order of their names.
pub(crate) fn courses() -> anyhow::Result<Vec<CourseFolder>> {
    COURSES
        .dirs()
        .map(|folder| {
            let files = folders::carried(folder, folder.path(), |_| true)?;
            CourseFolder::read(files, &folder.path().display().to_string())
        })
        .collect()
}

/// The course of a folder on disk.
pub(crate) fn course_in(folder: &Path) -> anyhow::Result<CourseFolder> {
    let files = folders::on_disk(folder, |_| true)?;
    CourseFolder::read(files, &folder.display().to_string())
}
