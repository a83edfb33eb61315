//! The same work on many things, on all processors.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What the work gives for each thing, in their order. `prepare` makes the work once on each
/// thread; where there are no threads, all is done on this one.
///
/// # Panics
/// If the work does, as if there were only one thread.
pub fn map<I, O, W>(things: &[I], prepare: impl Fn() -> W + Sync) -> Vec<O>
where
    I: Sync,
    O: Send,
    W: FnMut(&I) -> O,
{
    let next = AtomicUsize::new(0);
    let run = || {
        let mut work = prepare();
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(thing) = things.get(place) else {
                return done;
            };
            done.push((place, work(thing)));
        }
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let more = threads.min(things.len()).saturating_sub(1);
    let mut done = thread::scope(|scope| {
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, run).ok();
        let others: Vec<_> = (0..more).filter_map(spawn).collect();
        let mut done = run();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, output)| output).collect()
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn the_order_stays() {
        let things: Vec<usize> = (0..1000).collect();
        let doubled: Vec<usize> = (0..2000).step_by(2).collect();
        assert_eq!(map(&things, || |thing: &usize| thing * 2), doubled);
        assert_eq!(map(&[] as &[u8], || |_: &u8| ()), []);
    }
}
