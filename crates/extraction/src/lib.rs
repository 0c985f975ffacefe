//! Files of many formats as readings, in a child process.
