//! `igudar-mock-upstream`: the test server as a program of its own, for client scripts and benchmarks.
#![expect(clippy::print_stdout, reason = "whoever starts it reads the URL from its output")]

use std::net::SocketAddr;

use clap::Parser;
use igudar_mock_upstream::{Behaviour, MockUpstream, Options};

/// A language-model server that answers as told. Prints its base URL, then serves until it is ended.
#[derive(Parser)]
#[command(name = "igudar-mock-upstream")]
struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// What it does by default, for example `echo+mistral+cut:7`.
    #[arg(long, default_value = "echo")]
    behaviour: Behaviour,
    /// The key it asks for.
    #[arg(long)]
    key: Option<String>,
    /// A key that is always over its rate limit.
    #[arg(long)]
    limited_key: Option<String>,
    /// A model it lists and accepts; may be given several times. Without it, every name is accepted.
    #[arg(long = "model")]
    models: Vec<String>,
    /// Keeps nothing of what it receives beyond the counts (for long benchmarks).
    #[arg(long)]
    forget: bool,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let Arguments { listen, behaviour, key, limited_key, models, forget } = arguments;
    let options = Options { behaviour, key, limited_key, models, forget };
    let mock = MockUpstream::listen(listen, options).await?;
    println!("{}", mock.url());
    mock.run().await;
    Ok(())
}
