//! The tables of `POST /v1/completions`: text to continue, in `OpenAI`'s older shape.

use super::Rule::{
    Boolean, List, Model, Nothing, Number, Object, Open, Refused, Text, TextOrTexts, TextsOrTokens,
    Tokens,
};
use super::{STREAM_OPTIONS, TOKEN_IDS, Table, VECTORS};

/// The body of a request. `best_of` is left out on purpose: it is refused as a member that changes the cost.
pub(crate) static COMPLETIONS_REQUEST: Table = Table {
    members: &[
        ("model", Model),
        ("prompt", TextsOrTokens),
        ("prompt_embeds", Refused(VECTORS)),
        ("inputs_embeds", Refused(VECTORS)),
        ("prompt_token_ids", Refused(TOKEN_IDS)),
        ("input_ids", Refused(TOKEN_IDS)),
        ("suffix", Text),
        ("echo", Boolean),
        ("logprobs", Number),
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
        ("logit_bias", Tokens),
        ("stop", TextOrTexts),
        ("user", Open),
        ("metadata", Open),
    ],
};

/// A whole answer.
pub(crate) static COMPLETIONS_ANSWER: Table = Table {
    members: &[
        ("id", Nothing),
        ("object", Nothing),
        ("created", Nothing),
        ("model", Nothing),
        ("system_fingerprint", Nothing),
        ("service_tier", Nothing),
        ("usage", Nothing),
        ("choices", List(&Object(&COMPLETION_CHOICE))),
    ],
};

/// One choice. The tokens in `logprobs` are restored together, see [`crate::TokenList`].
pub(crate) static COMPLETION_CHOICE: Table = Table {
    members: &[
        ("index", Nothing),
        ("finish_reason", Nothing),
        ("logprobs", Nothing),
        ("text", Text),
    ],
};
