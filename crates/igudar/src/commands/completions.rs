//! `igudar completions`

use clap::CommandFactory as _;

use crate::arguments::Arguments;
use crate::exit::Exit;

pub(crate) fn run(shell: clap_complete::Shell) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "igudar", &mut script);
    super::write_text(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
