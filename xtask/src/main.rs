//! Checks, generators and the test command of the workspace.

fn main() {}
