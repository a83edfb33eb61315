//! At most so many requests a second, when the user asks for that.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// A token bucket.
pub(crate) struct Limiter {
    rate: f64,
    burst: f64,
    state: Mutex<(f64, Instant)>,
}

impl Limiter {
    /// HELM: without `--qps` the limit would be client-go's own; we set none then. A negative
    /// burst switches the limit off.
    pub(crate) fn new(qps: f32, burst: i32) -> Option<Self> {
        if qps <= 0.0 || !qps.is_finite() || burst < 0 {
            return None;
        }
        let burst = f64::from(burst.max(1));
        Some(Self {
            rate: f64::from(qps),
            burst,
            state: Mutex::new((burst, Instant::now())),
        })
    }

    /// Waits for the next free place.
    pub(crate) async fn wait(&self) {
        let pause = {
            let mut state = self.state.lock().await;
            let now = Instant::now();
            let earned = now.duration_since(state.1).as_secs_f64() * self.rate;
            // Below zero: places already promised to those who wait.
            *state = ((state.0 + earned).min(self.burst) - 1.0, now);
            Duration::from_secs_f64((-state.0).max(0.0) / self.rate)
        };
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_no_limit_unless_asked_for() {
        assert!(Limiter::new(0.0, 100).is_none());
        assert!(Limiter::new(5.0, -1).is_none());
        assert!(Limiter::new(f32::NAN, 1).is_none());
    }

    #[tokio::test]
    async fn the_burst_is_free_and_the_rest_waits() {
        let limiter = Limiter::new(50.0, 3).unwrap();
        let start = Instant::now();
        for _ in 0..3 {
            limiter.wait().await;
        }
        assert!(start.elapsed() < Duration::from_millis(15));
        limiter.wait().await;
        limiter.wait().await;
        assert!(start.elapsed() >= Duration::from_millis(35));
    }
}
