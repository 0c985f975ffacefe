//! `igudar demo`: a walk through every door; with the address of a server, three messages of citizens through it.

mod messages;
mod server;
mod walk;

use serde_json::json;

use super::Session;
use crate::arguments::Demo;
use crate::exit::Exit;
use crate::output;
use messages::{MESSAGES, Message};
use server::Server;

/// The model that is none, and the one on this machine.
const ECHO: &str = "echo-no-model";

/// What a model is asked to do with a citizen's message.
const INSTRUCTION: &str = "You are a clerk of a town hall. Answer the citizen's message in one or two \
                           short sentences. Address the citizen by name.";

pub(crate) async fn run(session: &Session, demo: Demo) -> anyhow::Result<Exit> {
    let Some((url, key)) = demo.url.zip(demo.key) else { return walk::run(session).await };
    let server = Server::new(&url, key)?;
    let local = server.local_model(ECHO).await?;
    let mut exact = true;
    for message in MESSAGES {
        let came_back = exchange(session, &server, ECHO, message).await?;
        if came_back != message.text {
            exact = false;
            output::remark("the round trip through echo was not exact");
        }
    }
    for message in MESSAGES {
        exchange(session, &server, &local, message).await?;
    }
    Ok(if exact { Exit::Done } else { Exit::NotVerified })
}

/// Sends one message and shows the three columns. Yields what came back.
async fn exchange(
    session: &Session,
    server: &Server,
    model: &str,
    message: &Message,
) -> anyhow::Result<String> {
    let question = json!({ "role": "user", "content": message.text });
    // The small default model repeats what it is given unless it is told what to do.
    let messages = if model == ECHO {
        json!([question])
    } else {
        json!([{ "role": "system", "content": INSTRUCTION }, question])
    };
    let request = json!({
        "model": model,
        "stream": true,
        "max_tokens": if model == ECHO { 4096 } else { 64 },
        "temperature": 0,
        "messages": messages,
    });
    let saw = server.preview(&request, model).await?;
    if !session.json.0 {
        output::line(&format!("\n{} → {model}", message.title))?;
    }
    let live = !session.json.0 && output::on_terminal();
    let answer = server.ask(&request, |piece| if live { super::write_text(piece) } else { Ok(()) });
    let answer = answer.await?;
    if live {
        // The columns repeat what was just streamed.
        output::line("")?;
    }
    let value = json!({
        "title": message.title,
        "model": model,
        "sent": message.text,
        "model_saw": saw,
        "came_back": answer.text,
        "receipt": answer.receipt,
        "findings": answer.findings,
    });
    output::result(session.json, &value, || {
        let head = ["what was sent", "what the model saw", "what came back"];
        let columns = output::columns(&head, &[message.text, &saw, &answer.text]);
        format!("{columns}\nfound: {}   receipt: {}", answer.findings, answer.receipt)
    })?;
    Ok(answer.text)
}
