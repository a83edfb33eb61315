//! The temporary folder of a module (`fileSystem.createTempDir`): it lives in memory and ends
//! with the call, as Helm's does, and nothing of the machine can be reached from it.

use std::collections::BTreeMap;

/// What the folder is called inside.
pub(super) const NAME: &str = "/tmp";
/// The descriptor that stands for it.
pub(super) const ROOT: u32 = 3;
/// How many files and folders there may be, and how many may be open.
const MAX_ENTRIES: usize = 10_000;

/// Why something cannot be done: the numbers of WASI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    BadDescriptor = 8,
    Exists = 20,
    Invalid = 28,
    IsFolder = 31,
    Nothing = 44,
    NoSpace = 51,
    NoFolder = 54,
    NotEmpty = 55,
    Outside = 76,
}

type Outcome<T> = Result<T, Refusal>;
/// A path in the folder, in parts; none for the folder itself.
type Path = Vec<Vec<u8>>;

/// What is in a folder, by name.
type Entries = BTreeMap<Vec<u8>, Node>;

/// A file or a folder.
enum Node {
    File(Vec<u8>),
    Folder(Entries),
}

/// What is open.
struct Open {
    path: Path,
    place: u64,
    appends: bool,
}

/// How a file is opened.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mode {
    pub creates: bool,
    pub only_folder: bool,
    pub only_new: bool,
    pub truncates: bool,
    pub appends: bool,
}

impl Mode {
    /// By the flags of `path_open`.
    pub fn new(flags: u32, descriptor_flags: u32) -> Self {
        Self {
            creates: flags & 1 != 0,
            only_folder: flags & 2 != 0,
            only_new: flags & 4 != 0,
            truncates: flags & 8 != 0,
            appends: descriptor_flags & 1 != 0,
        }
    }
}

/// What is known of a file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facts {
    pub is_folder: bool,
    pub size: u64,
}

/// The folder with all that is in it.
pub(super) struct Files {
    root: Node,
    open: BTreeMap<u32, Open>,
    next: u32,
    entries: usize,
    /// How many bytes there may be in all files, and how many there are.
    most: u64,
    used: u64,
}

impl Files {
    /// An empty folder for so many bytes.
    pub fn new(most: u64) -> Self {
        let root = Open {
            path: Path::new(),
            place: 0,
            appends: false,
        };
        Self {
            root: Node::Folder(Entries::new()),
            open: BTreeMap::from([(ROOT, root)]),
            next: ROOT + 1,
            entries: 0,
            most,
            used: 0,
        }
    }

    fn opened(&self, file: u32) -> Outcome<&Open> {
        self.open.get(&file).ok_or(Refusal::BadDescriptor)
    }

    /// Where a path leads that is seen from an open folder.
    fn path(&self, folder: u32, text: &[u8]) -> Outcome<Path> {
        let mut path = self.opened(folder)?.path.clone();
        if text.is_empty() {
            return Err(Refusal::Nothing);
        }
        if text.starts_with(b"/") || text.contains(&0) {
            return Err(Refusal::Outside);
        }
        for part in text.split(|byte| *byte == b'/') {
            match part {
                b"" | b"." => {}
                b".." => {
                    path.pop().ok_or(Refusal::Outside)?;
                }
                name => path.push(name.to_vec()),
            }
        }
        Ok(path)
    }

    fn node(&self, path: &[Vec<u8>]) -> Outcome<&Node> {
        path.iter().try_fold(&self.root, |node, name| match node {
            Node::Folder(inner) => inner.get(name).ok_or(Refusal::Nothing),
            Node::File(_) => Err(Refusal::NoFolder),
        })
    }

    fn node_mut(&mut self, path: &[Vec<u8>]) -> Outcome<&mut Node> {
        path.iter()
            .try_fold(&mut self.root, |node, name| match node {
                Node::Folder(inner) => inner.get_mut(name).ok_or(Refusal::Nothing),
                Node::File(_) => Err(Refusal::NoFolder),
            })
    }

    /// The folder that something is in, and its name there.
    fn place<'a>(&mut self, path: &'a [Vec<u8>]) -> Outcome<(&mut Entries, &'a Vec<u8>)> {
        let (name, above) = path.split_last().ok_or(Refusal::Invalid)?;
        match self.node_mut(above)? {
            Node::Folder(inner) => Ok((inner, name)),
            Node::File(_) => Err(Refusal::NoFolder),
        }
    }

    fn add(&mut self, path: &[Vec<u8>], node: Node) -> Outcome<()> {
        if self.entries >= MAX_ENTRIES {
            return Err(Refusal::NoSpace);
        }
        let (folder, name) = self.place(path)?;
        folder.insert(name.clone(), node);
        self.entries += 1;
        Ok(())
    }

    /// Opens a file or folder; gives its descriptor.
    pub fn open(&mut self, folder: u32, text: &[u8], mode: Mode) -> Outcome<u32> {
        let path = self.path(folder, text)?;
        match self.node(&path) {
            Ok(_) if mode.creates && mode.only_new => return Err(Refusal::Exists),
            Ok(Node::File(_)) if mode.only_folder => return Err(Refusal::NoFolder),
            Ok(Node::Folder(_)) if mode.truncates => return Err(Refusal::IsFolder),
            Ok(_) => {}
            Err(Refusal::Nothing) if mode.creates && !mode.only_folder => {
                self.add(&path, Node::File(Vec::new()))?;
            }
            Err(refusal) => return Err(refusal),
        }
        if mode.truncates {
            self.resize(&path, 0)?;
        }
        if self.open.len() >= MAX_ENTRIES {
            return Err(Refusal::NoSpace);
        }
        let file = self.next;
        self.next += 1;
        let open = Open {
            path,
            place: 0,
            appends: mode.appends,
        };
        self.open.insert(file, open);
        Ok(file)
    }

    /// Closes a descriptor.
    pub fn close(&mut self, file: u32) -> Outcome<()> {
        let closed = self.open.remove(&file);
        closed.map(drop).ok_or(Refusal::BadDescriptor)
    }

    /// Whether what is written goes to the end.
    pub fn set_flags(&mut self, file: u32, flags: u32) -> Outcome<()> {
        let open = self.open.get_mut(&file).ok_or(Refusal::BadDescriptor)?;
        open.appends = flags & 1 != 0;
        Ok(())
    }

    /// What is open.
    pub fn facts(&self, file: u32) -> Outcome<Facts> {
        let path = self.opened(file)?.path.clone();
        Ok(facts(self.node(&path)?))
    }

    /// What a path leads to.
    pub fn facts_at(&self, folder: u32, text: &[u8]) -> Outcome<Facts> {
        let path = self.path(folder, text)?;
        Ok(facts(self.node(&path)?))
    }

    /// Up to so many bytes from a place; from where the descriptor is, and it goes on, if none is
    /// given.
    pub fn read(&mut self, file: u32, at: Option<u64>, most: usize) -> Outcome<Vec<u8>> {
        let open = self.opened(file)?;
        let from = at.unwrap_or(open.place);
        let Node::File(bytes) = self.node(&open.path)? else {
            return Err(Refusal::IsFolder);
        };
        let start = usize::try_from(from).map_or(bytes.len(), |from| from.min(bytes.len()));
        let end = start.saturating_add(most).min(bytes.len());
        let read = bytes[start..end].to_vec();
        if at.is_none() {
            self.go(file, from.saturating_add(read.len() as u64));
        }
        Ok(read)
    }

    /// Writes bytes, as [`Files::read`] reads them.
    pub fn write(&mut self, file: u32, at: Option<u64>, bytes: &[u8]) -> Outcome<()> {
        let open = self.opened(file)?;
        let (path, appends) = (open.path.clone(), open.appends);
        let size = facts(self.node(&path)?).size;
        let from = match at {
            Some(at) => at,
            None if appends => size,
            None => open.place,
        };
        let end = from
            .checked_add(bytes.len() as u64)
            .ok_or(Refusal::NoSpace)?;
        if end > size {
            self.resize(&path, end)?;
        }
        let Node::File(whole) = self.node_mut(&path)? else {
            return Err(Refusal::IsFolder);
        };
        // Both are within the file, whose size is one of memory.
        let start = usize::try_from(from).map_err(|_| Refusal::NoSpace)?;
        let place = whole.get_mut(start..start + bytes.len());
        place.ok_or(Refusal::Invalid)?.copy_from_slice(bytes);
        if at.is_none() {
            self.go(file, end);
        }
        Ok(())
    }

    fn go(&mut self, file: u32, place: u64) {
        if let Some(open) = self.open.get_mut(&file) {
            open.place = place;
        }
    }

    /// Goes to a place: from the start (0), from here (1) or from the end (2).
    pub fn seek(&mut self, file: u32, by: i64, from: u32) -> Outcome<u64> {
        let base = match from {
            0 => 0,
            1 => self.opened(file)?.place,
            2 => self.facts(file)?.size,
            _ => return Err(Refusal::Invalid),
        };
        self.opened(file)?;
        let place = base.checked_add_signed(by).ok_or(Refusal::Invalid)?;
        self.go(file, place);
        Ok(place)
    }

    /// Makes an open file so long.
    pub fn set_size(&mut self, file: u32, size: u64) -> Outcome<()> {
        let path = self.opened(file)?.path.clone();
        self.resize(&path, size)
    }

    fn resize(&mut self, path: &[Vec<u8>], size: u64) -> Outcome<()> {
        let old = match self.node(path)? {
            Node::File(bytes) => bytes.len() as u64,
            Node::Folder(_) => return Err(Refusal::IsFolder),
        };
        let used = (self.used - old).checked_add(size);
        let used = used.filter(|used| *used <= self.most);
        let used = used.ok_or(Refusal::NoSpace)?;
        let size = usize::try_from(size).map_err(|_| Refusal::NoSpace)?;
        if let Node::File(bytes) = self.node_mut(path)? {
            bytes.resize(size, 0);
        }
        self.used = used;
        Ok(())
    }

    /// Makes a folder.
    pub fn make_folder(&mut self, folder: u32, text: &[u8]) -> Outcome<()> {
        let path = self.path(folder, text)?;
        match self.node(&path) {
            Ok(_) => Err(Refusal::Exists),
            Err(Refusal::Nothing) => self.add(&path, Node::Folder(Entries::new())),
            Err(refusal) => Err(refusal),
        }
    }

    /// Removes a file, or an empty folder.
    pub fn remove(&mut self, folder: u32, text: &[u8], is_folder: bool) -> Outcome<()> {
        let path = self.path(folder, text)?;
        let size = match (self.node(&path)?, is_folder) {
            (Node::File(bytes), false) => bytes.len() as u64,
            (Node::File(_), true) => return Err(Refusal::NoFolder),
            (Node::Folder(_), false) => return Err(Refusal::IsFolder),
            (Node::Folder(inner), true) if inner.is_empty() => 0,
            (Node::Folder(_), true) => return Err(Refusal::NotEmpty),
        };
        let (above, name) = self.place(&path)?;
        above.remove(name);
        self.used -= size;
        self.entries -= 1;
        Ok(())
    }

    /// Gives a file or folder another name, in place of a file that may be there.
    pub fn rename(&mut self, from: (u32, &[u8]), to: (u32, &[u8])) -> Outcome<()> {
        let (from, target) = (self.path(from.0, from.1)?, self.path(to.0, to.1)?);
        self.node(&from)?;
        if from == target {
            return Ok(());
        }
        if target.starts_with(&from) {
            return Err(Refusal::Invalid);
        }
        self.place(&target)?;
        match self.node(&target) {
            Ok(Node::File(_)) => self.remove(to.0, to.1, false)?,
            Ok(Node::Folder(_)) => self.remove(to.0, to.1, true)?,
            Err(_) => {}
        }
        let (above, name) = self.place(&from)?;
        let node = above.remove(name).ok_or(Refusal::Nothing)?;
        let (above, name) = self.place(&target)?;
        above.insert(name.clone(), node);
        Ok(())
    }

    /// The names in an open folder, and whether each is a folder.
    pub fn list(&self, folder: u32) -> Outcome<Vec<(Vec<u8>, bool)>> {
        match self.node(&self.opened(folder)?.path)? {
            Node::File(_) => Err(Refusal::NoFolder),
            Node::Folder(inner) => Ok(inner
                .iter()
                .map(|(name, node)| (name.clone(), matches!(node, Node::Folder(_))))
                .collect()),
        }
    }
}

fn facts(node: &Node) -> Facts {
    match node {
        Node::File(bytes) => Facts {
            is_folder: false,
            size: bytes.len() as u64,
        },
        Node::Folder(_) => Facts {
            is_folder: true,
            size: 0,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: Mode = Mode {
        creates: true,
        only_folder: false,
        only_new: true,
        truncates: false,
        appends: false,
    };

    #[test]
    fn files_keep_what_is_written() {
        let mut files = Files::new(100);
        assert_eq!(files.make_folder(ROOT, b"a"), Ok(()));
        assert_eq!(files.make_folder(ROOT, b"a"), Err(Refusal::Exists));
        let file = files.open(ROOT, b"a/./b", NEW).unwrap();
        files.write(file, None, b"hello ").unwrap();
        files.write(file, None, b"you").unwrap();
        files.write(file, Some(0), b"H").unwrap();
        assert_eq!(files.seek(file, -3, 2), Ok(6));
        assert_eq!(files.read(file, None, 100).unwrap(), b"you");
        assert_eq!(files.read(file, Some(0), 5).unwrap(), b"Hello");
        assert_eq!(files.facts_at(ROOT, b"a/b").unwrap().size, 9);
        assert_eq!(files.open(ROOT, b"a/b", NEW), Err(Refusal::Exists));
        let more = Mode {
            appends: true,
            ..Mode::default()
        };
        let more = files.open(ROOT, b"a/b", more).unwrap();
        files.write(more, None, b"!").unwrap();
        assert_eq!(files.read(file, Some(9), 5).unwrap(), b"!");
        assert_eq!(files.rename((ROOT, b"a/b"), (ROOT, b"c")), Ok(()));
        assert_eq!(
            files.list(ROOT).unwrap(),
            [(b"a".to_vec(), true), (b"c".to_vec(), false)]
        );
        assert_eq!(files.remove(ROOT, b"a", true), Ok(()));
        assert_eq!(files.remove(ROOT, b"c", false), Ok(()));
        assert_eq!((files.used, files.entries), (0, 0));
        assert_eq!(files.close(more), Ok(()));
        assert_eq!(files.close(more), Err(Refusal::BadDescriptor));
    }

    #[test]
    fn nothing_leads_outside() {
        let mut files = Files::new(100);
        for path in [&b"/etc/passwd"[..], b"..", b"a/../..", b"\0"] {
            assert_eq!(
                files.open(ROOT, path, NEW),
                Err(Refusal::Outside),
                "{path:?}"
            );
        }
        assert_eq!(files.open(ROOT, b"no/file", NEW), Err(Refusal::Nothing));
        assert_eq!(files.open(7, b"x", NEW), Err(Refusal::BadDescriptor));
    }

    #[test]
    fn there_is_so_much_room() {
        let mut files = Files::new(10);
        let file = files.open(ROOT, b"a", NEW).unwrap();
        assert_eq!(
            files.write(file, Some(u64::MAX), b"x"),
            Err(Refusal::NoSpace)
        );
        assert_eq!(files.write(file, Some(10), b"x"), Err(Refusal::NoSpace));
        assert_eq!(files.set_size(file, 11), Err(Refusal::NoSpace));
        files.write(file, None, b"0123456789").unwrap();
        files.set_size(file, 0).unwrap();
        assert_eq!(files.read(file, Some(0), 9).unwrap(), b"");
        assert_eq!(
            files.rename((ROOT, b"a"), (ROOT, b"a/b")),
            Err(Refusal::Invalid)
        );
    }
}
