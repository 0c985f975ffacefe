//! The `igudar` binary.
fn main() {}
