//! The application: configuration, commands, wiring.
//!
//! Joins the crates into one program. Decides nothing about a request: that is `gateway`'s; stores nothing
//! by itself: that is `store`'s.
#![allow(
    clippy::disallowed_methods,
    reason = "the binary: it reads the environment, files and the clock, and hands them down"
)]

mod arguments;
mod commands;
mod configuration;
mod exit;
mod output;
mod wiring;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::Arguments;
use crate::exit::Exit;

/// Runs one command. The code is documented in `igudar --help`.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are asked for and go to standard output; the rest is a usage error.
            let code = if error.use_stderr() { Exit::Usage } else { Exit::Done };
            // With neither output there is nobody to tell.
            drop(error.print());
            return code.into();
        }
    };
    match commands::run(arguments) {
        Ok(exit) => exit.into(),
        Err(error) if output::is_closed_pipe(&error) => Exit::Done.into(),
        Err(error) => {
            output::failure(&error);
            Exit::of(&error).into()
        }
    }
}
