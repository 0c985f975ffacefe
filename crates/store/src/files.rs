//! Files that are either wholly there or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Its owner only.
    Owner,
    /// Whoever the user's mask allows.
    Anyone,
}

/// Writes `contents` in place of what stands at `path`. After a crash there is the old file or the new one.
pub fn replace(path: &Path, contents: &[u8], readers: Readers) -> io::Result<()> {
    let draft = Draft::write(path, contents, readers)?;
    fs::rename(&draft.path, path)?;
    sync_folder(path)
}

/// Writes `contents` to `path` unless something stands there already; tells whether it did.
pub fn create(path: &Path, contents: &[u8], readers: Readers) -> io::Result<bool> {
    if path.try_exists()? {
        return Ok(false);
    }
    let draft = Draft::write(path, contents, readers)?;
    // A link fails where a file stands; a rename would replace the one that another process just made.
    match fs::hard_link(&draft.path, path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        // Some file systems have no hard links; there the check above is all there is.
        Err(_) => fs::rename(&draft.path, path)?,
    }
    sync_folder(path)?;
    Ok(true)
}

/// A file that is written piece by piece and stands at its place only once it is whole.
#[derive(Debug)]
pub struct Growing {
    draft: Draft,
    file: File,
    destination: PathBuf,
}

impl Growing {
    /// Begins a file that will stand at `destination`.
    pub fn begin(destination: &Path, readers: Readers) -> io::Result<Self> {
        let (draft, file) = Draft::begin(destination, readers)?;
        Ok(Self { draft, file, destination: destination.to_owned() })
    }

    /// Puts the file at its place, instead of what stood there. A file that is dropped before is gone.
    pub fn keep(self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.draft.path, &self.destination)?;
        sync_folder(&self.destination)
    }
}

impl io::Write for Growing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Whether a file's name is that of a draft, left by a process that was killed.
pub fn is_draft(name: &str) -> bool {
    name.rsplit_once(".draft-").is_some_and(|(_, numbers)| {
        numbers.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
    })
}

/// Writes one more line to a file, which is made where it is missing; on disk when this returns.
pub fn append_line(path: &Path, line: &str, readers: Readers) -> io::Result<()> {
    let mut file = options(readers).append(true).create(true).open(path)?;
    file.write_all(format!("{line}\n").as_bytes())?;
    file.sync_data()
}

/// Makes the folder and those above it; new ones are for their owner only.
pub fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// A file beside its destination, removed when dropped.
#[derive(Debug)]
struct Draft {
    path: PathBuf,
}

impl Draft {
    fn write(destination: &Path, contents: &[u8], readers: Readers) -> io::Result<Self> {
        let (draft, mut file) = Self::begin(destination, readers)?;
        file.write_all(contents)?;
        file.sync_all()?;
        Ok(draft)
    }

    fn begin(destination: &Path, readers: Readers) -> io::Result<(Self, File)> {
        static DRAFTS: AtomicU64 = AtomicU64::new(0);
        let mut name = destination.file_name().unwrap_or_default().to_os_string();
        let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
        name.push(format!(".draft-{}-{number}", std::process::id()));
        let draft = Self { path: destination.with_file_name(name) };
        let mut options = options(readers);
        // What a crashed process of the same number left is of no use.
        let file = match options.create_new(true).open(&draft.path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                fs::remove_file(&draft.path)?;
                options.open(&draft.path)?
            }
            opened => opened?,
        };
        Ok((draft, file))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After a rename there is nothing left to remove.
        drop(fs::remove_file(&self.path));
    }
}

/// Options for writing a file that has the right readers from its first moment.
pub(crate) fn options(readers: Readers) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    options
}

/// A file's name is on disk only once its folder is.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => File::open(parent)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_replaced_and_created_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert!(create(&path, b"one", Readers::Owner).unwrap());
        assert!(!create(&path, b"two", Readers::Owner).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"one");
        replace(&path, b"three", Readers::Anyone).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft stays");
    }

    #[test]
    fn a_growing_file_is_there_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut growing = Growing::begin(&path, Readers::Owner).unwrap();
        growing.write_all(b"one").unwrap();
        assert!(!path.exists());
        growing.keep().unwrap();
        drop(Growing::begin(&path, Readers::Owner).unwrap());
        append_line(&path, "two", Readers::Owner).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"onetwo\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft stays");
        assert!(is_draft("a.csv.draft-12-0") && !is_draft("a.draft-x") && !is_draft("a.txt"));
    }

    #[test]
    fn many_who_create_agree_on_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let made: usize = std::thread::scope(|scope| {
            let tasks: Vec<_> = (0..8_u8)
                .map(|number| {
                    let path = &path;
                    scope.spawn(move || create(path, &[number], Readers::Owner).unwrap())
                })
                .collect();
            tasks.into_iter().map(|task| usize::from(task.join().unwrap())).sum()
        });
        assert_eq!(made, 1);
        assert_eq!(fs::read(&path).unwrap().len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_file_is_for_its_owner_from_the_start() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("x").join("y");
        create_folder(&inner).unwrap();
        let path = inner.join("a");
        create(&path, b"one", Readers::Owner).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&inner)), (0o600, 0o700));
    }
}
