//! The `igudar` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    igudar::run(std::env::args_os())
}
