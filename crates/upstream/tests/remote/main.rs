//! Remote models against the mock upstream: answers, refusals, time-outs, cancellation, proxies, certificates.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "helpers of tests fail loudly"
)]

mod answers;
mod downloads;
mod network;
mod proxies;
mod refusals;
mod time_outs;

use bytes::Bytes;
use futures_util::StreamExt as _;
use igudar_mock_upstream::{Behaviour, MockUpstream};
use model::{Answer, Ask, AskError, Model as _, Route};
use upstream::{ProxyChoice, RemoteModel, Settings};

fn settings(url: impl Into<String>) -> Settings {
    Settings { proxy: ProxyChoice::Direct, ..Settings::new(url) }
}

fn behaviour(text: &str) -> Behaviour {
    text.parse().unwrap()
}

fn chat(stream: bool) -> Ask {
    let body = format!(
        r#"{{"model":"mock-model","stream":{stream},"messages":[{{"role":"user","content":"Salam [PERSON_1], لاباس؟"}}]}}"#
    );
    Ask { route: Route::ChatCompletions, body: Bytes::from(body), stream }
}

/// Every byte of an answer, and the error that ended it.
async fn drained(answer: Answer) -> (Vec<u8>, Option<AskError>) {
    match answer {
        Answer::Whole(bytes) => (bytes.to_vec(), None),
        Answer::Stream(mut stream) => {
            let mut all = Vec::new();
            while let Some(piece) = stream.next().await {
                match piece {
                    Ok(piece) => all.extend_from_slice(&piece),
                    Err(error) => {
                        assert!(stream.next().await.is_none(), "nothing follows an error");
                        return (all, Some(error));
                    }
                }
            }
            (all, None)
        }
    }
}

/// Asks a fresh mock that behaves so.
async fn asked(behaving: &str, stream: bool) -> Result<(Vec<u8>, Option<AskError>), AskError> {
    let mock = MockUpstream::start().await.unwrap();
    mock.behave(behaviour(behaving));
    let model = RemoteModel::new(&settings(mock.url())).unwrap();
    Ok(drained(model.ask(chat(stream)).await?).await)
}
