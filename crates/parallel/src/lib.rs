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
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Below this weight of all items a thread costs more than it saves.
const WORTHWHILE: usize = 96 << 10;

/// The weight of the items that a thread takes in one go.
const PORTION: usize = 16 << 10;

/// More cores would only wait for memory.
const MOST_THREADS: usize = 8;

/// What `work` makes of each item, in the order of the items.
///
/// `weight` says about how long an item takes, in bytes of text or the like; when all are
/// light there is only this thread. A system that gives no threads is no error; a panic of
/// `work` is passed on.
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
    let portions = divide(items.iter().map(weight));
    let threads = match portions.len() * PORTION {
        light if light < WORTHWHILE => 1,
        _ => cores().min(MOST_THREADS).min(portions.len()),
    };
    if threads < 2 {
        let mut room = room();
        return items.iter().map(|item| work(&mut room, item)).collect();
    }
    let next = AtomicUsize::new(0);
    // Takes portions until there are none: what takes long delays nobody else.
    let take_portions = || {
        let mut room = room();
        let mut done = Vec::new();
        while let Some(portion) = portions.get(next.fetch_add(1, Ordering::Relaxed)) {
            let results = items[portion.clone()].iter();
            let results: Vec<R> = results.map(|item| work(&mut room, item)).collect();
            done.push((portion.start, results));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..threads)
            .map_while(|_| {
                let thread = thread::Builder::new().name("work".to_owned());
                thread.spawn_scoped(scope, take_portions).ok()
            })
            .collect();
        let mut done = take_portions();
        for other in others {
            match other.join() {
                Ok(results) => done.extend(results),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(start, _)| *start);
    done.into_iter().flat_map(|(_, results)| results).collect()
}

/// Items in rows of about the same weight.
fn divide(weights: impl Iterator<Item = usize>) -> Vec<Range<usize>> {
    let mut portions = Vec::new();
    let (mut start, mut end, mut sum) = (0, 0, 0_usize);
    for weight in weights {
        end += 1;
        sum = sum.saturating_add(weight);
        if sum >= PORTION {
            portions.push(start..end);
            start = end;
            sum = 0;
        }
    }
    if start < end {
        portions.push(start..end);
    }
    portions
}

/// How many cores there are. Asking takes a while.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_however_it_is_divided() {
        for count in [0, 1, 2, 7, 1000] {
            let items: Vec<usize> = (0..count).collect();
            for weight in [0, 1, 50_000, WORTHWHILE * 3, usize::MAX] {
                let doubled = map(&items, |_| weight, |item| item * 2);
                assert_eq!(doubled, items.iter().map(|i| i * 2).collect::<Vec<_>>());
            }
            let uneven = map(&items, |item| item * item * 100, |item| *item);
            assert_eq!(uneven, items);
        }
    }

    #[test]
    fn portions_are_about_equal() {
        let sizes = |weights: &[usize]| -> Vec<usize> {
            let portions = divide(weights.iter().copied());
            portions.iter().map(ExactSizeIterator::len).collect()
        };
        assert_eq!(sizes(&[]), [0; 0]);
        assert_eq!(sizes(&[1, 1, 1]), [3]);
        assert_eq!(sizes(&[PORTION, 1, PORTION * 9, 1, 1]), [1, 2, 2]);
    }

    #[test]
    fn each_thread_has_its_room() {
        let items = vec![WORTHWHILE; 100];
        let room = || 0_usize;
        let counts = map_with(
            &items,
            |item| *item,
            room,
            |count, _| {
                *count += 1;
                *count
            },
        );
        // Each thread counts for itself; together they counted everything.
        let firsts = counts.iter().filter(|count| **count == 1).count();
        assert!((1..=MOST_THREADS).contains(&firsts));
        assert_eq!(counts.len(), items.len());
    }
}
