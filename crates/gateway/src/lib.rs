//! One request from the key to the record: allow → protect → route → ask → restore → record.

pub mod ports;
