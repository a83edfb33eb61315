//! Room on the stack: how much is used, and more of it on a thread of its own.
//!
//! Templates nest as deep as their authors like. Before the stack of a thread is used up,
//! the work goes on in a new thread with a stack of its own, while the old one waits.

use std::io;
use std::thread;

/// Stack of a continuation thread. It is only reserved; the system provides what is used.
const SEGMENT: usize = 64 << 20;

/// What must be left for the functions that a template calls.
const RESERVE: usize = 2 << 20;

/// What may be used of a stack that is not ours: threads may have as little as 2 MiB.
const FIRST: usize = 512 << 10;

/// How much of the current stack has been used since a first look, and how much may be.
#[derive(Debug)]
pub(crate) struct Stack {
    base: usize,
    budget: usize,
    /// What the threads that wait for us have used.
    used_before: usize,
}

impl Stack {
    /// Starts counting here, on a stack of unknown size.
    pub(crate) fn here() -> Self {
        Self {
            base: address(),
            budget: FIRST,
            used_before: 0,
        }
    }

    /// Whether the budget of this stack is used up.
    pub(crate) fn is_low(&self) -> bool {
        self.used() > self.budget
    }

    /// Starts counting on a new stack of [`on_new_stack`], which goes on from this one.
    pub(crate) fn continued(&self) -> Self {
        Self {
            base: address(),
            budget: SEGMENT - RESERVE,
            used_before: self.total(),
        }
    }

    /// Bytes of stack in use since the first look, on all the threads.
    pub(crate) fn total(&self) -> usize {
        self.used_before + self.used().min(self.budget)
    }

    fn used(&self) -> usize {
        self.base.abs_diff(address())
    }
}

/// The address of the top of the stack, near enough.
#[inline(never)]
fn address() -> usize {
    let marker = 0u8;
    std::hint::black_box(&raw const marker).addr()
}

/// Runs `work` on a new, large stack and waits for it.
///
/// # Errors
///
/// When the system gives no further thread.
pub(crate) fn on_new_stack<R: Send>(work: impl FnOnce() -> R + Send) -> io::Result<R> {
    thread::scope(|scope| {
        let worker = thread::Builder::new()
            .name("template".to_owned())
            .stack_size(SEGMENT)
            .spawn_scoped(scope, work)?;
        match worker.join() {
            Ok(result) => Ok(result),
            // A panic stays a panic, as if there were only one thread.
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
