//! Several charts: fetched beside each other, told and written one after the other.

use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use super::{Arrived, PullOptions, arrive, place};
use crate::{Class, Error, Events, Log};

/// How many charts are fetched at once; no more are kept in memory.
const AT_ONCE: usize = 4;

/// Pulls charts. What is told and left behind is what pulling them in turn would.
///
/// # Errors
/// As [`super::pull`], for the first that fails; those after it are not written.
pub fn pull_all(charts: Vec<PullOptions>, events: &dyn Events) -> Result<(), Error> {
    if let [one] = charts.as_slice() {
        return super::pull(one, events);
    }
    let queue = Arc::new(Queue {
        state: Mutex::new(State {
            next: 0,
            placed: 0,
            arrived: charts.iter().map(|_| None).collect(),
        }),
        charts,
        changed: Condvar::new(),
    });
    for _ in 0..queue.charts.len().min(AT_ONCE) {
        let queue = Arc::clone(&queue);
        // Nobody waits for these when a chart before theirs has failed.
        thread::spawn(move || queue.work());
    }
    for (number, options) in queue.charts.iter().enumerate() {
        let (told, arrived) = queue.wait(number)?;
        told.again(events);
        place(&arrived?, options, events)?;
        queue.placed(number);
    }
    Ok(())
}

type Outcome = (Told, Result<Arrived, Error>);

struct Queue {
    charts: Vec<PullOptions>,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// The next to fetch.
    next: usize,
    /// How many are written.
    placed: usize,
    arrived: Vec<Option<Outcome>>,
}

impl Queue {
    fn work(&self) {
        while let Some(number) = self.next() {
            let told = Told::default();
            let arrived = arrive(&self.charts[number], &told);
            if let Ok(mut state) = self.state.lock() {
                state.arrived[number] = Some((told, arrived));
            }
            self.changed.notify_all();
        }
    }

    /// The next chart, when there is room for it.
    fn next(&self) -> Option<usize> {
        let mut state = self.state.lock().ok()?;
        while state.next >= state.placed + AT_ONCE && state.next < self.charts.len() {
            state = self.changed.wait(state).ok()?;
        }
        let number = state.next;
        state.next += 1;
        (number < self.charts.len()).then_some(number)
    }

    fn wait(&self, number: usize) -> Result<Outcome, Error> {
        let lost = || Error::new(Class::Input, "a download was lost");
        let mut state = self.state.lock().map_err(|_| lost())?;
        loop {
            if let Some(outcome) = state.arrived[number].take() {
                return Ok(outcome);
            }
            state = self.changed.wait(state).map_err(|_| lost())?;
        }
    }

    fn placed(&self, number: usize) {
        if let Ok(mut state) = self.state.lock() {
            state.placed = number + 1;
        }
        self.changed.notify_all();
    }
}

/// What is to be told when its turn comes.
#[derive(Debug, Default)]
struct Told(Mutex<Vec<Line>>);

#[derive(Debug)]
enum Line {
    Log(Log),
    Message(String),
    Note(String),
}

impl Told {
    fn add(&self, line: Line) {
        if let Ok(mut lines) = self.0.lock() {
            lines.push(line);
        }
    }

    fn again(self, events: &dyn Events) {
        for line in self.0.into_inner().unwrap_or_default() {
            match line {
                Line::Log(log) => events.log(log),
                Line::Message(text) => events.message(&text),
                Line::Note(text) => events.note(&text),
            }
        }
    }
}

impl Events for Told {
    fn log(&self, log: Log) {
        self.add(Line::Log(log));
    }

    fn message(&self, text: &str) {
        self.add(Line::Message(text.to_owned()));
    }

    fn note(&self, text: &str) {
        self.add(Line::Note(text.to_owned()));
    }
}
