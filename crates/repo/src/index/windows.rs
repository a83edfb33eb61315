//! An index read piece by piece, by several threads: it never lies in memory whole.
//!
//! One thread reads and cuts. The charts that end in what it has read go to the others, and what
//! these make of them comes back in the order of the index.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Read as _};
use std::num::NonZero;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use memchr::memrchr;
use pintle_go_value::Value;

use super::blocks::{ChartBlock, Cut, Cutter};
use super::fields::Fields;
use super::head::{Head, TYPE, yaml};
use crate::decode::{Path, Rules};
use crate::entry::Draft;

/// An index smaller than this is read on one thread.
const WORTH_A_THREAD: usize = 512 << 10;
/// More threads than this gain nothing.
const THREADS: usize = 4;
/// How much is read at once: several charts of most repositories.
const WINDOW: usize = 128 << 10;

/// How an index is gone through.
#[derive(Debug, Clone, Copy)]
pub(super) struct Windows {
    /// How many bytes are read at once, at least one.
    pub size: usize,
    /// How many threads read what was cut; this one alone for none.
    pub threads: usize,
}

impl Windows {
    /// What is right for an index of this many bytes.
    pub fn for_size(size: usize) -> Self {
        let all = || thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            size: WINDOW,
            threads: if size < WORTH_A_THREAD {
                0
            } else {
                all().min(THREADS)
            },
        }
    }

    /// Shows to `take` what `keep` makes of each chart, in their order. Nothing where the
    /// blocks do not surely say what the whole says, where the index cannot be read, or when
    /// `take` wants no more.
    pub fn read<T: Send>(
        self,
        text: impl io::Read,
        keep: &(impl Fn(String, Vec<Option<Draft>>) -> T + Sync),
        mut take: impl FnMut(T) -> Option<()>,
    ) -> Option<Head> {
        let mut names = HashSet::new();
        let mut take = |charts: Charts<T>| {
            let mut charts = charts.into_iter();
            // Two of one name are an error, which is told when the whole is read.
            charts.try_for_each(|(name, one)| names.insert(name).then_some(one).and_then(&mut take))
        };
        let mut batches = Batches::new(text, self.size.max(1));
        if self.threads > 0 {
            return shared_out(self.threads, batches, keep, take);
        }
        while let Some(batch) = batches.next()? {
            take(batch.read(keep)?)?;
        }
        batches.head()
    }
}

/// What was made of some charts, with their names.
type Charts<T> = Vec<(String, T)>;

/// What was made of a batch, if it was understood, with its number.
type Done<T> = (usize, Option<Charts<T>>);

fn shared_out<T: Send>(
    threads: usize,
    mut batches: Batches<impl io::Read>,
    keep: &(impl Fn(String, Vec<Option<Draft>>) -> T + Sync),
    take: impl FnMut(Charts<T>) -> Option<()>,
) -> Option<Head> {
    thread::scope(|scope| {
        // Who cuts waits for those who read, or else the whole index would lie here.
        let (give, work) = mpsc::sync_channel(1);
        let work = Arc::new(Mutex::new(work));
        let (tell, told) = mpsc::channel();
        for _ in 0..threads {
            let (work, tell) = (Arc::clone(&work), tell.clone());
            scope.spawn(move || worker(&work, &tell, keep));
        }
        // The threads alone hold these now: they end when one of the two ends does.
        drop((work, tell));
        let mut in_order = InOrder {
            next: 0,
            early: BTreeMap::new(),
            take,
        };
        while let Some(batch) = batches.next()? {
            give.send(batch).ok()?;
            told.try_iter().try_for_each(|done| in_order.put(done))?;
        }
        drop(give);
        told.iter().try_for_each(|done| in_order.put(done))?;
        (in_order.next == batches.count).then_some(())?;
        batches.head()
    })
}

fn worker<T>(
    work: &Mutex<mpsc::Receiver<Batch>>,
    tell: &mpsc::Sender<Done<T>>,
    keep: &impl Fn(String, Vec<Option<Draft>>) -> T,
) {
    let next = || work.lock().ok()?.recv().ok();
    while let Some(batch) = next() {
        let done = (batch.number, batch.read(keep));
        // The text goes before the next one is asked for.
        drop(batch);
        if tell.send(done).is_err() {
            return;
        }
    }
}

/// Puts into order what comes from several threads.
struct InOrder<T, F> {
    next: usize,
    early: BTreeMap<usize, Option<Charts<T>>>,
    take: F,
}

impl<T, F: FnMut(Charts<T>) -> Option<()>> InOrder<T, F> {
    fn put(&mut self, (number, charts): Done<T>) -> Option<()> {
        self.early.insert(number, charts);
        while let Some(charts) = self.early.remove(&self.next) {
            self.next += 1;
            (self.take)(charts?)?;
        }
        Some(())
    }
}

/// Some charts of an index, with their text.
struct Batch {
    number: usize,
    text: Vec<u8>,
    /// Where the text starts.
    at: usize,
    cuts: Vec<Cut>,
}

impl Batch {
    fn read<T>(&self, keep: &impl Fn(String, Vec<Option<Draft>>) -> T) -> Option<Charts<T>> {
        let cuts = self.cuts.iter();
        cuts.map(|cut| {
            let (name, drafts) = chart(&cut.of(&self.text, self.at)?)?;
            Some((name.clone(), keep(name, drafts)))
        })
        .collect()
    }
}

/// Goes through an index.
struct Batches<R> {
    text: R,
    window: usize,
    cutter: Cutter,
    /// What was read and not given away.
    buffer: Vec<u8>,
    /// Where the buffer starts.
    at: usize,
    /// How much of the buffer was cut.
    seen: usize,
    count: usize,
    head: Option<[Vec<u8>; 2]>,
}

impl<R: io::Read> Batches<R> {
    fn new(text: R, window: usize) -> Self {
        Self {
            text,
            window,
            cutter: Cutter::default(),
            buffer: Vec::new(),
            at: 0,
            seen: 0,
            count: 0,
            head: None,
        }
    }

    /// The next charts, none at the end; nothing when the index is not surely understood, or
    /// cannot be read.
    #[expect(clippy::option_option, reason = "not understood is another thing")]
    fn next(&mut self) -> Option<Option<Batch>> {
        while self.head.is_none() {
            let known = self.buffer.len();
            let missing = self.window as u64;
            self.buffer.reserve(self.window);
            let more = (&mut self.text).take(missing).read_to_end(&mut self.buffer);
            let more = more.ok()?;
            let lines = if more == 0 {
                self.buffer.len()
            } else {
                memrchr(b'\n', &self.buffer[known..]).map_or(self.seen, |end| known + end + 1)
            };
            let mut cuts = self.cutter.lines(&self.buffer[self.seen..lines])?;
            self.seen = lines;
            if more == 0 {
                let (head, last) = std::mem::take(&mut self.cutter).finish()?;
                cuts.extend(last);
                self.head = Some(head);
            }
            let end = cuts.last().map_or(self.cutter.open_at(), |cut| cut.end);
            if let Some(batch) = self.give(cuts, end) {
                return Some(Some(batch));
            }
        }
        Some(None)
    }

    /// Gives away what is before a place of the index.
    fn give(&mut self, cuts: Vec<Cut>, end: usize) -> Option<Batch> {
        let length = end.checked_sub(self.at).filter(|length| *length > 0)?;
        let rest = self.buffer.get(length..)?.to_vec();
        let text = std::mem::replace(&mut self.buffer, rest);
        let at = std::mem::replace(&mut self.at, end);
        self.seen -= length;
        if cuts.is_empty() {
            return None;
        }
        let number = self.count;
        self.count += 1;
        Some(Batch {
            number,
            text,
            at,
            cuts,
        })
    }

    /// After the last batch.
    fn head(&self) -> Option<Head> {
        Head::read(self.head.as_ref()?)
    }
}

/// The name of a chart, and its versions; nothing where the block is not surely understood.
pub(super) fn chart(block: &ChartBlock<'_>) -> Option<(String, Vec<Option<Draft>>)> {
    let Value::Map(header) = yaml(block.header)? else {
        return None;
    };
    let mut header = header.entries();
    let (name, nothing) = header.pop().filter(|_| header.is_empty())?;
    let is_empty_list = matches!(&nothing, Value::List(list) if list.is_empty());
    if !(nothing.is_nil() || is_empty_list && block.items.is_empty()) {
        return None;
    }
    let mut drafts = Vec::new();
    let mut fields = Fields::default();
    for text in block.entries() {
        let entry = match fields.read(text, yaml) {
            Some(entry) => entry,
            None => whole_entry(text)?,
        };
        let path = Path::Top(TYPE, "");
        drafts.push(Draft::read(&entry, &path, Rules::YAML).ok()?);
    }
    Some((name.as_str()?.to_owned(), drafts))
}

/// An entry that could not be cut: a list of one.
fn whole_entry(text: &[u8]) -> Option<Value> {
    match yaml(text)? {
        Value::List(list) if list.len() == 1 => list.first().cloned(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const CHARTS: usize = 1000;

    /// One chart of an index; each takes as many bytes.
    fn block(number: usize) -> String {
        format!(
            "  c{number:06}:\n  - name: c\n    version: 1.0.0\n    description: x{number:0400}\n"
        )
    }

    /// An index that is made as it is read, and counts.
    struct Endless<'a> {
        number: usize,
        line: Vec<u8>,
        read: &'a AtomicUsize,
        kept: &'a AtomicUsize,
        most: &'a AtomicUsize,
    }

    impl io::Read for Endless<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if self.line.is_empty() && self.number < CHARTS {
                self.line = block(self.number).into_bytes();
                self.number += 1;
            }
            let count = into.len().min(self.line.len());
            into[..count].copy_from_slice(&self.line[..count]);
            self.line.drain(..count);
            let read = self.read.fetch_add(count, Ordering::SeqCst) + count;
            let held = read.saturating_sub(self.kept.load(Ordering::SeqCst));
            self.most.fetch_max(held, Ordering::SeqCst);
            Ok(count)
        }
    }

    /// The names in order, and how much of the text was held at most.
    fn gone_through(threads: usize) -> (Vec<String>, usize) {
        let [read, kept, most] = [0, 0, 0].map(AtomicUsize::new);
        let each = block(0).len();
        let text = Endless {
            number: 0,
            line: b"apiVersion: v1\nentries:\n".to_vec(),
            read: &read,
            kept: &kept,
            most: &most,
        };
        let keep = |name: String, drafts: Vec<Option<Draft>>| {
            assert_eq!(drafts.len(), 1);
            kept.fetch_add(each, Ordering::SeqCst);
            name
        };
        let mut names = Vec::new();
        let windows = Windows {
            size: 8 << 10,
            threads,
        };
        let head = windows.read(text, &keep, |name| {
            names.push(name);
            Some(())
        });
        assert_eq!(head.unwrap().api_version, "v1");
        (names, most.into_inner())
    }

    #[test]
    fn an_index_never_lies_in_memory_whole() {
        let all: Vec<String> = (0..CHARTS).map(|one| format!("c{one:06}")).collect();
        for (threads, windows) in [(0, 2), (2, 6), (4, 8)] {
            let (names, most) = gone_through(threads);
            assert_eq!(names, all);
            assert!(most <= windows * (9 << 10), "{most} of {threads}");
        }
    }

    #[test]
    fn who_wants_no_more_gets_no_more() {
        let text: String = (0..CHARTS).map(block).collect();
        let text = format!("apiVersion: v1\nentries:\n{text}");
        for threads in [0, 2] {
            let windows = Windows {
                size: 1 << 10,
                threads,
            };
            let mut count = 0;
            let head = windows.read(text.as_bytes(), &|name, _| name, |_| {
                count += 1;
                (count < 10).then_some(())
            });
            assert!(head.is_none());
            assert_eq!(count, 10);
            // A name that comes again.
            let twice = text.replace("c000900:", "c000001:");
            assert!(
                windows
                    .read(twice.as_bytes(), &|name, _| name, |_| Some(()))
                    .is_none()
            );
        }
    }
}
