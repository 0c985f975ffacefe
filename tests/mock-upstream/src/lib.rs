//! A language-model server for tests and benchmarks.
