//! Work that a second thread does beside the first.
//!
//! It only ever saves time: a piece of work that nobody has begun with when its result is
//! needed is the caller's, who does it as if there were no thread.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// Pieces of work by name, done in the order in which they come.
pub struct Beside<I, O>(Arc<Shared<I, O>>);

/// What a thread does with each piece.
pub type Work<I, O> = Box<dyn FnMut(&str, I) -> O>;

struct Shared<I, O> {
    /// Makes the work, on the thread that does it.
    prepare: Box<dyn Fn() -> Work<I, O> + Send + Sync>,
    state: Mutex<State<I, O>>,
    changed: Condvar,
}

struct State<I, O> {
    pieces: HashMap<String, Piece<I, O>>,
    /// The names of those the thread has not begun with, and of some that were taken since.
    waiting: VecDeque<String>,
    /// How large all pieces were so far.
    size: usize,
    /// How large those are that nobody has begun with.
    backlog: usize,
    has_thread: bool,
    thread: Option<JoinHandle<()>>,
    /// Whether no more pieces come.
    complete: bool,
    /// How many wait for a change: to wake nobody takes a call of the kernel, too.
    sleeping: usize,
}

/// How far a piece is.
enum Piece<I, O> {
    Waiting(I, usize),
    Busy,
    Done(O),
}

/// A thread pays when the pieces are so large together, in bytes of text.
const WORTHWHILE: usize = 32 << 10;

impl<I: Send + 'static, O: Send + 'static> Beside<I, O> {
    /// No work yet. `prepare` makes what does it, on the thread that does it.
    pub fn new(prepare: impl Fn() -> Work<I, O> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Shared {
            prepare: Box::new(prepare),
            state: Mutex::new(State {
                pieces: HashMap::new(),
                waiting: VecDeque::new(),
                size: 0,
                backlog: 0,
                has_thread: false,
                thread: None,
                complete: false,
                sleeping: 0,
            }),
            changed: Condvar::new(),
        }))
    }

    /// Adds a piece of about `size` bytes, unless there is one of this name.
    pub fn add(&self, name: String, input: I, size: usize) {
        let mut state = self.0.lock();
        if state.complete || state.pieces.contains_key(&name) {
            return;
        }
        state.size += size;
        state.waiting.push_back(name.clone());
        state.backlog += size;
        state.pieces.insert(name, Piece::Waiting(input, size));
        if !state.has_thread && state.size >= WORTHWHILE {
            state.has_thread = true;
            let shared = Arc::clone(&self.0);
            let work = move || shared.run();
            // Without a thread all pieces are the callers'.
            state.thread = thread::Builder::new().spawn(work).ok();
            state.complete = state.thread.is_none();
        }
        self.0.wake(state);
    }

    /// What came of the piece, if it is done or just being done. Otherwise it is the
    /// caller's now.
    pub fn take(&self, name: &str) -> Option<O> {
        let mut state = self.0.lock();
        while let Some(Piece::Busy) = state.pieces.get(name) {
            state = self.0.wait(state);
        }
        match state.pieces.remove(name) {
            Some(Piece::Done(output)) => Some(output),
            Some(Piece::Waiting(_, size)) => {
                state.backlog -= size;
                None
            }
            _ => None,
        }
    }

    /// Does what the thread has not begun with, the last piece first: both end at about the same
    /// time. Every piece that was added is done then, or just being done.
    pub fn help(&self) {
        let mut work = (self.0.prepare)();
        let mut state = self.0.lock();
        while state.has_thread
            && let Some(name) = state.waiting.pop_back()
        {
            state = self.0.piece(state, name, &mut work);
        }
    }

    /// How large the pieces are that nobody has begun with.
    pub fn backlog(&self) -> usize {
        self.0.lock().backlog
    }

    /// No more pieces come, and none that was not begun is done any more. The thread has ended
    /// after this: the next one can have its memory.
    pub fn finish(&self) {
        let mut state = self.0.lock();
        state.complete = true;
        let thread = state.thread.take();
        self.0.wake(state);
        if let Some(thread) = thread {
            // It may have panicked; then it left its work to us.
            let _ = thread.join();
        }
    }
}

impl<I, O> Drop for Beside<I, O> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.complete = true;
        self.0.wake(state);
    }
}

impl<I, O> Shared<I, O> {
    fn lock(&self) -> MutexGuard<'_, State<I, O>> {
        // Nothing panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, mut state: MutexGuard<'a, State<I, O>>) -> MutexGuard<'a, State<I, O>> {
        state.sleeping += 1;
        let woken = self.changed.wait(state);
        let mut state = woken.unwrap_or_else(PoisonError::into_inner);
        state.sleeping -= 1;
        state
    }

    /// Ends a change of the state.
    fn wake(&self, state: MutexGuard<'_, State<I, O>>) {
        let is_awaited = state.sleeping > 0;
        drop(state);
        if is_awaited {
            self.changed.notify_all();
        }
    }

    /// What the thread does.
    fn run(&self) {
        let mut work = (self.prepare)();
        let mut state = self.lock();
        while !state.complete {
            let Some(name) = state.waiting.pop_front() else {
                state = self.wait(state);
                continue;
            };
            state = self.piece(state, name, &mut work);
        }
    }

    /// Does a piece, if it is still there.
    fn piece<'a>(
        &'a self,
        mut state: MutexGuard<'a, State<I, O>>,
        name: String,
        work: &mut Work<I, O>,
    ) -> MutexGuard<'a, State<I, O>> {
        let waits = |piece: &&mut Piece<I, O>| matches!(piece, Piece::Waiting(..));
        let Some(piece) = state.pieces.get_mut(&name).filter(waits) else {
            return state;
        };
        let Piece::Waiting(input, size) = std::mem::replace(piece, Piece::Busy) else {
            return state;
        };
        state.backlog -= size;
        drop(state);
        let begun = Begun { shared: self, name };
        let output = work(&begun.name, input);
        begun.end(output);
        self.lock()
    }
}

/// A piece that the thread is at.
struct Begun<'a, I, O> {
    shared: &'a Shared<I, O>,
    name: String,
}

impl<I, O> Begun<'_, I, O> {
    fn end(mut self, output: O) {
        let name = std::mem::take(&mut self.name);
        let mut state = self.shared.lock();
        state.pieces.insert(name, Piece::Done(output));
        self.shared.wake(state);
    }
}

impl<I, O> Drop for Begun<'_, I, O> {
    /// The work panicked, unless it is done: nobody is to wait for it.
    fn drop(&mut self) {
        if !self.name.is_empty() {
            let mut state = self.shared.lock();
            state.pieces.remove(&self.name);
            self.shared.wake(state);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Beside, WORTHWHILE};
    use std::sync::mpsc;

    fn doubling() -> Beside<usize, usize> {
        Beside::new(|| Box::new(|_, number| number * 2))
    }

    #[test]
    fn a_piece_is_done_or_the_callers() {
        let beside = doubling();
        for number in 0..100 {
            beside.add(number.to_string(), number, WORTHWHILE);
        }
        for number in 0..100 {
            let output = beside.take(&number.to_string());
            assert!(output.is_none_or(|output| output == number * 2));
            assert_eq!(beside.take(&number.to_string()), None);
        }
    }

    #[test]
    fn little_work_is_left_to_the_caller() {
        let beside = doubling();
        beside.add("a".into(), 1, WORTHWHILE - 1);
        assert_eq!(beside.take("a"), None);
    }

    #[test]
    fn the_caller_waits_for_what_is_begun() {
        let (begin, begun) = mpsc::channel();
        let (go_on, wait) = mpsc::channel::<()>();
        let wait = std::sync::Mutex::new(Some(wait));
        let beside = Beside::new(move || {
            let wait = wait.lock().expect("no panic").take().expect("one thread");
            let begin = begin.clone();
            Box::new(move |_, number: usize| {
                begin.send(()).expect("a test that waits");
                wait.recv().expect("a test that goes on");
                number + 1
            })
        });
        beside.add("a".into(), 1, WORTHWHILE);
        beside.add("a".into(), 5, WORTHWHILE);
        begun.recv().expect("a thread");
        go_on.send(()).expect("a thread");
        assert_eq!(beside.take("a"), Some(2));
    }

    #[test]
    fn what_waits_is_done_by_who_helps() {
        let (begin, begun) = mpsc::channel();
        let (go_on, wait) = mpsc::channel::<()>();
        let wait = std::sync::Mutex::new(Some(wait));
        let beside = Beside::new(move || {
            let wait = wait.lock().expect("no panic").take();
            let begin = begin.clone();
            Box::new(move |_, number: usize| {
                // The thread waits at its first piece until we have done all others.
                if let Some(wait) = &wait {
                    begin.send(()).expect("a test that waits");
                    wait.recv().expect("a test that goes on");
                }
                number + 1
            })
        });
        beside.add("0".into(), 0, WORTHWHILE);
        begun.recv().expect("a thread");
        for number in 1..10 {
            beside.add(number.to_string(), number, 1);
        }
        assert_eq!(beside.backlog(), 9);
        beside.help();
        assert_eq!(beside.backlog(), 0);
        assert_eq!(beside.take("7"), Some(8));
        go_on.send(()).expect("a thread");
        assert_eq!(beside.take("0"), Some(1));
    }

    #[test]
    fn nobody_waits_for_a_panic() {
        let (begin, begun) = mpsc::channel();
        let beside = Beside::<(), ()>::new(move || {
            let begin = begin.clone();
            Box::new(move |_, ()| {
                begin.send(()).expect("a test that waits");
                panic!("as this test wants it");
            })
        });
        beside.add("a".into(), (), WORTHWHILE);
        begun.recv().expect("a thread");
        assert_eq!(beside.take("a"), None);
    }

    #[test]
    fn nothing_is_added_after_the_end() {
        let beside = doubling();
        beside.finish();
        beside.add("a".into(), 1, WORTHWHILE);
        assert_eq!(beside.take("a"), None);
    }
}
