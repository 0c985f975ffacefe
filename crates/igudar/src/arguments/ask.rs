//! Arguments of `igudar ask`.

use clap::Args;

use super::FilterArguments;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  igudar ask 'combien coûte un passeport pour un enfant ?'\n  igudar ask --commune 'Aït Oumghar' 'ch7al taman dyal chahadat sokna'\n  igudar ask --jsonl < questions.jsonl > answers.jsonl\n\nThe answer is in the language and script of the question and quotes the documents word for word, each quote with its document; where they do not answer, it says so and names whom to ask (exit code 0 as well: a refusal is an answer). --jsonl reads one {\"id\",\"question\"} a line and writes one {\"id\",\"answer\",\"citations\":[{\"document\",\"quote\"}],\"refused\"} a line."
)]
pub(crate) struct Ask {
    /// The question, in any language.
    #[arg(required_unless_present = "jsonl")]
    pub(crate) question: Option<String>,
    /// Questions from standard input, one JSON object a line.
    #[arg(long, conflicts_with = "question")]
    pub(crate) jsonl: bool,
    #[command(flatten)]
    pub(crate) filter: FilterArguments,
}
