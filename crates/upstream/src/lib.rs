//! Remote models over HTTP; the one HTTP client.
