//! HTTP: the API.
