//! Independent work on several cores, with its results in order.
//!
//! What it is: one function for the loops that make up most of a render (parsing templates,
//! reading rendered documents), each round of which depends on nothing but its item. What it
//! is not: a pool of threads; a command lives for some milliseconds.
//!
//! ```
//! let lengths = pintle_parallel::map(&["a", "bcd", ""], |text| text.len(), |text| text.len());
//! assert_eq!(lengths, [1, 3, 0]);
//! ```

use std::num::NonZero;
use std::thread;

/// Below this weight of all items a thread costs more than it saves.
const WORTHWHILE: usize = 96 << 10;

/// More cores would only wait for memory.
const MOST_THREADS: usize = 8;

/// What `work` makes of each item, in the order of the items.
///
/// `weight` says how long an item takes, in bytes of text or the like: items are divided
/// among threads by it, and when all are light there is only this thread. A system that
/// gives no threads is no error; a panic of `work` is passed on.
pub fn map<T: Sync, R: Send>(
    items: &[T],
    weight: impl Fn(&T) -> usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    map_with(items, weight, || (), |(), item| work(item))
}

/// The same for work that needs room: each thread gets some of its own from `room`.
pub fn map_with<T: Sync, R: Send, S>(
    items: &[T],
    weight: impl Fn(&T) -> usize,
    room: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &T) -> R + Sync,
) -> Vec<R> {
    let weights: Vec<usize> = items.iter().map(weight).collect();
    let total = weights.iter().sum::<usize>();
    let threads = if total < WORTHWHILE {
        1
    } else {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        cores.min(MOST_THREADS).min(total / (WORTHWHILE / 2))
    };
    let mut shares = divide(items, &weights, threads);
    let own = shares.pop().unwrap_or_default();
    thread::scope(|scope| {
        let (work, room) = (&work, &room);
        let run = move |share: &[T]| {
            let mut room = room();
            let results = share.iter().map(|item| work(&mut room, item));
            results.collect::<Vec<R>>()
        };
        let others: Vec<_> = shares
            .iter()
            .map(|share| {
                let thread = thread::Builder::new().name("work".to_owned());
                thread.spawn_scoped(scope, move || run(share))
            })
            .collect();
        let last = run(own);
        let mut results = Vec::with_capacity(items.len());
        for (share, other) in shares.iter().zip(others) {
            match other.map(thread::ScopedJoinHandle::join) {
                Ok(Ok(done)) => results.extend(done),
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                Err(_) => results.extend(run(share)),
            }
        }
        results.extend(last);
        results
    })
}

/// `items` in rows of about equal weight, one for each thread.
fn divide<'a, T>(items: &'a [T], weights: &[usize], threads: usize) -> Vec<&'a [T]> {
    let total: usize = weights.iter().sum();
    let mut shares = Vec::with_capacity(threads);
    let (mut start, mut sum) = (0, 0);
    for (index, weight) in weights.iter().enumerate() {
        sum += weight;
        // The share that ends here, if the sum of all before it is reached.
        if shares.len() + 1 < threads && sum * threads >= total * (shares.len() + 1) {
            shares.push(&items[start..=index]);
            start = index + 1;
        }
    }
    shares.push(&items[start..]);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_however_it_is_divided() {
        for count in [0, 1, 2, 7, 1000] {
            let items: Vec<usize> = (0..count).collect();
            for weight in [0, 1, 50_000, WORTHWHILE * 3] {
                let doubled = map(&items, |_| weight, |item| item * 2);
                assert_eq!(doubled, items.iter().map(|i| i * 2).collect::<Vec<_>>());
            }
            let uneven = map(&items, |item| item * item * 100, |item| *item);
            assert_eq!(uneven, items);
        }
    }

    #[test]
    fn shares_are_about_equal() {
        let weights = [1, 1, 1, 1, 4, 1, 1, 1, 1];
        let items = [(); 9];
        let sizes = |threads| -> Vec<usize> {
            let shares = divide(&items, &weights, threads);
            shares.iter().map(|share| share.len()).collect()
        };
        assert_eq!(sizes(1), [9]);
        assert_eq!(sizes(2), [5, 4]);
        assert_eq!(sizes(3), [4, 1, 4]);
    }
}
