//! The closed field table (law 1): what happens to each member of each body.
//!
//! | treatment | rule |
//! |---|---|
//! | *protect* | [`Rule::Text`], [`Rule::Arguments`], [`Rule::Open`], [`Rule::Schema`]; names ([`Rule::Name`]) and ids ([`Rule::Id`]) are searched too |
//! | *pass* | [`Rule::Nothing`], [`Rule::Boolean`], [`Rule::Number`], [`Rule::Tokens`], [`Rule::Model`]; [`Rule::Words`] when the word is in the closed set, else protected |
//! | *translate* | by the destination's dialect, see [`crate::dialect`] |
//! | *refuse* | [`Rule::Refused`] |
//!
//! A member that stands in no table is [`Rule::Open`]: its strings are protected, its keys and numbers
//! searched. A member that a table names may stand only once in its object.

mod completions;

pub(crate) use completions::{COMPLETION_CHOICE, COMPLETIONS_ANSWER, COMPLETIONS_REQUEST};

/// What happens to a value.
#[derive(Debug)]
pub(crate) enum Rule {
    /// Not in the table: strings are protected, keys and numbers searched, at any depth.
    Open,
    /// Passes as it is, whatever it is. Only for values the provider made (answers).
    Nothing,
    /// A JSON schema: searched like what no table knows, and asked which forms it demands.
    Schema,
    /// A boolean.
    Boolean,
    /// A number that controls the model.
    Number,
    /// An object of token id → bias.
    Tokens,
    /// The model's name.
    Model,
    /// A word from a closed set; any other string is protected.
    Words(&'static [&'static str]),
    /// Running text.
    Text,
    /// A string that holds JSON: tool arguments. Mistral also takes the object itself.
    Arguments,
    /// A name that other members refer to.
    Name,
    /// The name of a message's author: a function's for tool results, else a person's.
    AuthorName,
    /// The id of a tool call.
    Id,
    /// Content that Igudar cannot read, so cannot protect.
    Refused(&'static str),
    /// An object with members of its own.
    Object(&'static Table),
    /// A list of equal things.
    List(&'static Rule),
    /// Text or a list of content chunks.
    TextOrChunks,
    /// A string, or a list of strings: running text.
    TextOrTexts,
    /// Text, texts, token ids, or lists of token ids.
    TextsOrTokens,
    /// A word from a closed set, or an object.
    WordsOr(&'static [&'static str], &'static Table),
}

/// The members of one kind of object.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) members: &'static [(&'static str, Rule)],
}

impl Table {
    /// The member that a reader which ignores letter case would take `name` for. Folding goes through both
    /// cases, since some readers also fold `ſ` to `s` and the Kelvin sign to `k`.
    pub(crate) fn differs_in_case(&self, name: &str) -> Option<&'static str> {
        let folded = name.to_uppercase().to_lowercase();
        self.members.iter().map(|(known, _)| *known).find(|known| *known == folded)
    }

    /// The place and the rule of a member; `None` when it is not in the table.
    pub(crate) fn find(&self, name: &str) -> Option<(usize, &'static Rule)> {
        let members: &'static [(&'static str, Rule)] = self.members;
        members
            .iter()
            .enumerate()
            .find_map(|(index, (known, rule))| (*known == name).then_some((index, rule)))
    }
}

use Rule::{
    Arguments, AuthorName, Boolean, Id, List, Model, Name, Nothing, Number, Object, Open, Refused,
    Schema, Text, TextOrChunks, TextOrTexts, TextsOrTokens, Tokens, Words, WordsOr,
};

const IMAGE: &str = "images cannot be searched for personal data yet; send the text they hold";
const AUDIO: &str = "audio cannot be searched for personal data yet; send a transcript";
const FILE: &str = "files cannot be searched for personal data yet; send the text they hold";
const AUDIO_ANSWER: &str = "answers as audio cannot be protected; leave `audio` out";
const STORED_AUDIO: &str =
    "audio that the provider stores cannot be protected; send its transcript as content";

const KNOWLEDGE: &str = "answers from documents are asked for once, as {\"collections\": [\"…\"]}, and are no model's to read";

const VECTORS: &str = "vectors of a text cannot be searched for personal data; send the text";
const TOKEN_IDS: &str = "token ids cannot be searched for personal data; send the text, or `prompt` to a model on this machine";

/// The body of `POST /v1/chat/completions`, `OpenAI`'s members and Mistral's.
pub(crate) static CHAT_REQUEST: Table = Table {
    members: &[
        ("model", Model),
        ("knowledge", Refused(KNOWLEDGE)),
        ("prompt_embeds", Refused(VECTORS)),
        ("inputs_embeds", Refused(VECTORS)),
        ("prompt_token_ids", Refused(TOKEN_IDS)),
        ("input_ids", Refused(TOKEN_IDS)),
        ("messages", List(&Object(&MESSAGE))),
        ("stream", Boolean),
        ("stream_options", Object(&STREAM_OPTIONS)),
        ("max_tokens", Number),
        ("max_completion_tokens", Number),
        ("min_tokens", Number),
        ("n", Number),
        ("temperature", Number),
        ("top_p", Number),
        ("top_k", Number),
        ("min_p", Number),
        ("presence_penalty", Number),
        ("frequency_penalty", Number),
        ("repetition_penalty", Number),
        ("seed", Number),
        ("random_seed", Number),
        ("logprobs", Boolean),
        ("top_logprobs", Number),
        ("logit_bias", Tokens),
        ("stop", TextOrTexts),
        ("tools", List(&Object(&TOOL))),
        ("tool_choice", WordsOr(&["auto", "none", "any", "required"], &TOOL_CHOICE)),
        ("parallel_tool_calls", Boolean),
        ("functions", List(&Object(&FUNCTION))),
        ("function_call", WordsOr(&["auto", "none"], &FUNCTION_CALL)),
        ("response_format", Object(&RESPONSE_FORMAT)),
        ("prediction", Object(&PREDICTION)),
        ("reasoning_effort", Words(&["none", "minimal", "low", "medium", "high", "xhigh"])),
        ("verbosity", Words(&["low", "medium", "high"])),
        ("service_tier", Words(&["auto", "default", "flex", "priority", "scale"])),
        ("modalities", List(&Words(&["text", "audio"]))),
        ("audio", Refused(AUDIO_ANSWER)),
        ("store", Boolean),
        ("metadata", Open),
        ("user", Open),
        ("safety_identifier", Open),
        ("prompt_cache_key", Open),
        ("web_search_options", Open),
        ("prompt_mode", Words(&["reasoning"])),
        ("safe_prompt", Boolean),
        ("guardrails", Open),
    ],
};

pub(crate) static STREAM_OPTIONS: Table =
    Table { members: &[("include_usage", Boolean), ("include_obfuscation", Boolean)] };

/// One message of a request. The same members come back in answers, see [`ANSWER_MESSAGE`].
pub(crate) static MESSAGE: Table = Table {
    members: &[
        ("role", Words(ROLES)),
        ("content", TextOrChunks),
        ("name", AuthorName),
        ("tool_calls", List(&Object(&TOOL_CALL))),
        ("tool_call_id", Id),
        ("function_call", Object(&FUNCTION_CALL)),
        ("refusal", Text),
        ("reasoning_content", Text),
        ("reasoning", Text),
        ("prefix", Boolean),
        ("weight", Number),
        ("annotations", Open),
        ("audio", Refused(STORED_AUDIO)),
    ],
};

const ROLES: &[&str] = &["system", "developer", "user", "assistant", "tool", "function"];

/// One chunk of a content list; the members of all its types together.
pub(crate) static CHUNK: Table = Table {
    members: &[
        (
            "type",
            Words(&[
                "text",
                "refusal",
                "thinking",
                "reference",
                "image_url",
                "input_audio",
                "file",
                "document_url",
            ]),
        ),
        ("text", Text),
        ("refusal", Text),
        ("thinking", TextOrChunks),
        ("closed", Boolean),
        ("image_url", Refused(IMAGE)),
        ("input_image", Refused(IMAGE)),
        ("image", Refused(IMAGE)),
        ("video_url", Refused(IMAGE)),
        ("input_audio", Refused(AUDIO)),
        ("audio_url", Refused(AUDIO)),
        ("audio", Refused(AUDIO)),
        ("file", Refused(FILE)),
        ("file_id", Refused(FILE)),
        ("file_data", Refused(FILE)),
        ("document_url", Refused(FILE)),
    ],
};

static TOOL: Table =
    Table { members: &[("type", Words(&["function", "custom"])), ("function", Object(&FUNCTION))] };

static FUNCTION: Table = Table {
    members: &[("name", Name), ("description", Text), ("parameters", Schema), ("strict", Boolean)],
};

static TOOL_CHOICE: Table = Table {
    members: &[
        ("type", Words(&["function", "custom", "allowed_tools"])),
        ("function", Object(&FUNCTION_NAME)),
    ],
};

static FUNCTION_NAME: Table = Table { members: &[("name", Name)] };

/// One call of a tool, in a message that is sent or received.
pub(crate) static TOOL_CALL: Table = Table {
    members: &[
        ("id", Id),
        ("type", Words(&["function", "custom"])),
        ("index", Number),
        ("function", Object(&FUNCTION_CALL)),
    ],
};

/// Name and arguments of a call.
pub(crate) static FUNCTION_CALL: Table =
    Table { members: &[("name", Name), ("arguments", Arguments)] };

static RESPONSE_FORMAT: Table = Table {
    members: &[
        ("type", Words(&["text", "json_object", "json_schema"])),
        ("json_schema", Object(&JSON_SCHEMA)),
    ],
};

static JSON_SCHEMA: Table = Table {
    members: &[("name", Name), ("description", Text), ("schema", Schema), ("strict", Boolean)],
};

static PREDICTION: Table =
    Table { members: &[("type", Words(&["content"])), ("content", TextOrChunks)] };

/// The body of `POST /v1/embeddings`, `OpenAI`'s members and Mistral's.
pub(crate) static EMBEDDINGS_REQUEST: Table = Table {
    members: &[
        ("model", Model),
        ("input", TextsOrTokens),
        ("encoding_format", Words(&["float", "base64"])),
        ("dimensions", Number),
        ("output_dimension", Number),
        ("output_dtype", Words(&["float", "int8", "uint8", "binary", "ubinary"])),
        ("user", Open),
        ("metadata", Open),
    ],
};

/// The answer of `POST /v1/chat/completions`, and each chunk of a streamed one.
pub(crate) static CHAT_ANSWER: Table = Table {
    members: &[
        ("id", Nothing),
        ("object", Nothing),
        ("created", Nothing),
        ("model", Nothing),
        ("system_fingerprint", Nothing),
        ("service_tier", Nothing),
        ("usage", Nothing),
        ("choices", List(&Object(&CHOICE))),
    ],
};

/// One choice of an answer.
pub(crate) static CHOICE: Table = Table {
    members: &[
        ("index", Nothing),
        ("finish_reason", Nothing),
        ("logprobs", Nothing),
        ("message", Object(&ANSWER_MESSAGE)),
        ("delta", Object(&ANSWER_MESSAGE)),
    ],
};

/// A message (or a piece of one) that the model wrote.
pub(crate) static ANSWER_MESSAGE: Table = Table {
    members: &[
        ("role", Nothing),
        ("content", TextOrChunks),
        ("refusal", Text),
        ("reasoning_content", Text),
        ("reasoning", Text),
        ("tool_calls", List(&Object(&ANSWER_TOOL_CALL))),
        ("function_call", Object(&FUNCTION_CALL)),
        ("audio", Object(&ANSWER_AUDIO)),
        ("prefix", Nothing),
    ],
};

/// One tool call of an answer: its id passes.
pub(crate) static ANSWER_TOOL_CALL: Table = Table {
    members: &[
        ("id", Nothing),
        ("type", Nothing),
        ("index", Nothing),
        ("function", Object(&FUNCTION_CALL)),
    ],
};

static ANSWER_AUDIO: Table = Table {
    members: &[("id", Nothing), ("data", Nothing), ("expires_at", Nothing), ("transcript", Text)],
};

/// An answer chunk of a content list holds the same members as a request's; nothing is refused in answers.
pub(crate) static EMBEDDINGS_ANSWER: Table = Table {
    members: &[
        ("id", Nothing),
        ("object", Nothing),
        ("model", Nothing),
        ("data", Nothing),
        ("usage", Nothing),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::Step;

    /// Collects a table and every table below it, each once.
    fn every_table<'t>(table: &'t Table, seen: &mut Vec<&'t Table>) {
        if seen.iter().any(|known| std::ptr::eq(*known, table)) {
            return;
        }
        seen.push(table);
        for (_, rule) in table.members {
            let mut rule = rule;
            while let List(inner) = rule {
                rule = inner;
            }
            match rule {
                Object(inner) | WordsOr(_, inner) => every_table(inner, seen),
                TextOrChunks => every_table(&CHUNK, seen),
                _ => {}
            }
        }
    }

    #[test]
    fn tables_are_well_formed() {
        let mut tables = Vec::new();
        for table in [
            &CHAT_REQUEST,
            &COMPLETIONS_REQUEST,
            &EMBEDDINGS_REQUEST,
            &CHAT_ANSWER,
            &COMPLETIONS_ANSWER,
            &EMBEDDINGS_ANSWER,
        ] {
            every_table(table, &mut tables);
        }
        assert!(tables.len() > 15);
        for table in tables {
            // Duplicates are noticed by one bit a member.
            assert!(table.members.len() <= 64);
            for (index, (name, _)) in table.members.iter().enumerate() {
                assert_eq!(
                    table.find(name).map(|(found, _)| found),
                    Some(index),
                    "{name} stands twice"
                );
                // Paths in messages show every member that a table names.
                assert!(Step::member(name, 0).is_published(), "add {name} to the published names");
            }
        }
    }
}
