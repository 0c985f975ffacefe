//! Putting the values back.
//!
//! Owns the grammar of labels as models write them, the streaming [`Restorer`], and nothing else: which
//! values there are is the business of [`crate::Vault`].
//!
//! # The grammar
//!
//! A label is written by Igudar as `[WORD_ORDINAL]` or `[WORD_ORDINALform]`: `[PERSON_3]`,
//! `[PERSON_3b]`. Models write it in other ways. What is read as a label is this, and nothing else:
//!
//! ```text
//! label    = bracketed | unclosed | bare
//! bracketed= open{1,2} padding core [ "/" ] close{1,2}      the same number and kind; "[" only once
//! unclosed = "[" core                                       not before , ; | / & and what goes on with a list
//! bare     = core [ "]" ]                                   the "]" only where no "[" stands open in the line
//! core     = word joint ordinal [ form ]
//! open     = "[" | "<" | "{" | 【 | ⟦ | 〔 | ［ | ⟨ | 〈 | 《 | 「       close: its partner
//! padding  = at most 3 of: space, line break, "_", "*", "`"
//! word     = a word of a live kind: its own name, or one from the pack's labels.toml; between its parts a
//!            joint of any kind or none; a line break or emphasis anywhere; case and accents do not
//!            matter; Arabic words also with ال or لل
//! joint    = nothing, or at most 3 of: "_", hyphens, spaces, line breaks, "*", "`"
//! ordinal  = digits of any script, of a live label of that word; leading zeros allowed
//! form     = ASCII letters, in any case; one that is not live gives the principal spelling in the script
//!            of the text before it (between brackets up to three letters, bare only one)
//! ```
//!
//! *Each character* of a label may be written as `\c` before punctuation (Markdown), `\\c` (the same inside
//! JSON), `\uXXXX`, `&#N;`, `&#xN;` or as one of the named entities that these signs have; between
//! characters invisible marks, tatweel, vowel signs and combining accents may stand.
//!
//! A **bare** label must not be part of something longer. Before it may stand: anything that is no letter
//! or digit (so `d'` and `l'`), a letter of another script (so و ف ب ل ك ال before a Latin label), these
//! Arabic particles before an Arabic word, up to two `_` of emphasis. Behind it: no letter of its script,
//! no digit, no `_` with a letter behind; `'s` stays, and a plural `s` that is no live form stays too.
//! Where the joint is no underscore, also no `.` `,` `/` `-` `:` with a digit behind (`CIN 1.5`).
//!
//! A bare label must not be plain language either: with `_` or a hyphen any case will do; with a space it
//! must be in capitals (`PERSON 1`), or capitalised with four letters or more (`Person 1`), or bear the
//! Arabic article (الشخص 1); glued it must be in capitals or in a script without case; a line break alone
//! does not join. Between quotes, emphasis, round brackets or guillemets on both sides all of these are
//! read (`"person 1"`). `<person1>` and `{person1}` are program text and stay.
//!
//! What goes with the label: its brackets and the padding inside. What stays: quotes, emphasis, round
//! brackets, guillemets, particles and a second pair of square brackets around it.
//!
//! Where two words are spelled alike and both have the ordinal, nothing is restored. A value is written
//! once and not read again.
//!
//! # Exactness
//!
//! `[WORD_ORDINALform]` itself is read whatever stands around it: nothing that begins before its `[` can
//! reach into it, since no other label holds a `[` inside, and it ends at its own `]`. So restoring what
//! was protected gives back every byte. (`\[PERSON_1]` is a backslash and a label; only where more of it
//! is escaped the backslash goes too.)
//!
//! # Holding back
//!
//! The reader stops where the text so far does not tell, and only then; it looks at no more characters
//! than the longest live form has, plus eight. An answer once given never changes when text is added,
//! which is why every way to cut a stream gives the same output.

mod cursor;
mod matcher;
mod reading;
mod restorer;
mod surrogates;
mod table;
#[cfg(test)]
mod tests;

pub use restorer::{Escape, Restorer, is_whole_number};

pub(crate) use cursor::Cursor;
pub(crate) use reading::{read_digit, read_word};
pub(crate) use surrogates::{LiveSurrogates, Surrogate, signs};
pub(crate) use table::WordTable;
