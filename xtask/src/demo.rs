//! The main job on real input, for whoever has just cloned the repository.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::running::{create_key, serve};
use crate::tools::{
    build_igudar, fetch_default_model, install_build_tools, run_command, say, target,
};

pub(crate) fn run(root: &Path, once: bool) -> Result<()> {
    install_build_tools()?;
    let igudar = build_igudar(root)?;
    let model = fetch_default_model(root, &igudar)?;
    let data = target(root).join("igudar-demo");
    say("starting the server");
    let server = serve(&igudar, &data, |command| {
        command.arg("--listen").arg(if once { "127.0.0.1:0" } else { "127.0.0.1:8484" });
        command.env("IGUDAR_LOCAL_MODEL", &model).env("IGUDAR_LOG", "warn");
    })?;
    let url = server.url()?.to_owned();
    let key = create_key(&igudar, &data, "demo")?;
    run_command(Command::new(&igudar).args(["demo", "--url", &url]).env("IGUDAR_KEY", &key))?;
    say("documents in, a cited answer out");
    for words in [
        &["ingest", "evaluations/procedures/documents"][..],
        &["ask", "ch7al taman dyal lpasseport ?"][..],
    ] {
        let mut command = Command::new(&igudar);
        run_command(command.args(words).current_dir(root).env("IGUDAR_DATA", &data))?;
    }
    say("through every door, with invented people");
    run_command(Command::new(&igudar).arg("demo").env("IGUDAR_DATA", &data))?;
    if once {
        return Ok(());
    }
    println!(
        "\nThe server goes on at {url} until Ctrl-C. Try it:\n\n\
         curl {url}/v1/chat/completions -H 'authorization: Bearer {key}' -H 'content-type: application/json' \\\n\
         \x20 -d '{{\"model\":\"echo-no-model\",\"messages\":[{{\"role\":\"user\",\"content\":\"Je suis Zineb Oukacha, CIN DA48213\"}}]}}'\n"
    );
    server.wait()
}
