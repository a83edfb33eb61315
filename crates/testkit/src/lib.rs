//! Test support: hermetic command runner, fixtures, real peers.
