//! Objects that outlive the process: one file, a database of the `redb` library.
//!
//! Writes are handed over in their order and kept in groups: a caller that waits knows that its
//! write is on the disk.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use bytes::Bytes;
use redb::{Database, ReadableDatabase as _, ReadableTable as _, TableDefinition};

use super::Key;

const OBJECTS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("objects");
const NUMBERS: TableDefinition<'_, &str, u64> = TableDefinition::new("numbers");
/// How much of the file stays in memory, in bytes. All objects do so anyway.
const CACHE: usize = 8 << 20;
/// How many writes go into one group at most.
const GROUP: usize = 256;

/// The file.
#[derive(Debug)]
pub struct Disk {
    /// Nothing once it ends.
    send: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Disk {
    /// Closes the file: another may open it then.
    fn drop(&mut self) {
        self.send = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What was read from the file.
#[derive(Debug, Default)]
pub struct Found {
    /// The number of the latest change.
    pub revision: u64,
    /// All objects.
    pub objects: Vec<(Key, Bytes)>,
}

#[derive(Debug)]
struct Job {
    changes: Vec<(Key, Option<Bytes>)>,
    revision: u64,
    done: SyncSender<Result<(), String>>,
}

/// A write that is on its way.
#[derive(Debug)]
pub struct Pending(Receiver<Result<(), String>>);

impl Pending {
    /// Waits until it is on the disk.
    ///
    /// # Errors
    /// When it could not be written.
    pub fn wait(self) -> Result<(), String> {
        self.0
            .recv()
            .unwrap_or_else(|_| Err("the writer has ended".to_owned()))
    }
}

impl Disk {
    /// Opens the file, or makes it, and reads what is in it.
    ///
    /// # Errors
    /// A file that cannot be used: another has it open, it is none of ours, the disk is full.
    pub fn open(path: &Path) -> io::Result<(Self, Found)> {
        // What is in it may be secret; one that is there already stays as it is.
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        drop(options.open(path)?);
        let mut builder = Database::builder();
        builder.set_cache_size(CACHE);
        let database = builder.create(path).map_err(io::Error::other)?;
        let found = read(&database).map_err(io::Error::other)?;
        let (send, receive) = channel();
        let thread = std::thread::Builder::new()
            .name("sandbox-disk".to_owned())
            .spawn(move || write(&database, &receive))?;
        Ok((
            Self {
                send: Some(send),
                thread: Some(thread),
            },
            found,
        ))
    }

    /// Hands over one write.
    pub(super) fn put(&self, changes: Vec<(Key, Option<Bytes>)>, revision: u64) -> Pending {
        let (done, told) = sync_channel(1);
        // Should the writer have ended, the caller learns it as it waits.
        let job = Job {
            changes,
            revision,
            done,
        };
        if let Some(send) = &self.send {
            let _ = send.send(job);
        }
        Pending(told)
    }
}

fn read(database: &Database) -> Result<Found, redb::Error> {
    let begun = database.begin_write()?;
    begun.open_table(OBJECTS)?;
    begun.open_table(NUMBERS)?;
    begun.commit()?;
    let reading = database.begin_read()?;
    let revision = reading
        .open_table(NUMBERS)?
        .get("revision")?
        .map_or(0, |number| number.value());
    let mut objects = Vec::new();
    for entry in reading.open_table(OBJECTS)?.iter()? {
        let (key, text) = entry?;
        let mut parts = key.value().splitn(3, '\0');
        let mut part = || parts.next().unwrap_or_default();
        let key = Key::new(part(), part(), part());
        objects.push((key, Bytes::copy_from_slice(text.value())));
    }
    Ok(Found { revision, objects })
}

fn write(database: &Database, jobs: &Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        while group.len() < GROUP {
            match jobs.try_recv() {
                Ok(job) => group.push(job),
                Err(_) => break,
            }
        }
        let kept = keep(database, &group).map_err(|error| error.to_string());
        for job in group {
            // Who does not wait does not want to know.
            let _ = job.done.send(kept.clone());
        }
    }
}

fn keep(database: &Database, group: &[Job]) -> Result<(), redb::Error> {
    let begun = database.begin_write()?;
    {
        let mut objects = begun.open_table(OBJECTS)?;
        let mut numbers = begun.open_table(NUMBERS)?;
        for job in group {
            for (key, text) in &job.changes {
                let key = format!("{}\0{}\0{}", key.shelf, key.namespace, key.name);
                match text {
                    Some(text) => objects.insert(key.as_str(), text.as_ref())?,
                    None => objects.remove(key.as_str())?,
                };
            }
            numbers.insert("revision", job.revision)?;
        }
    }
    begun.commit()?;
    Ok(())
}
