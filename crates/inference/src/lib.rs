//! Models on this machine, in a supervised child process.
