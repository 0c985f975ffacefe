//! Projects, keys, budgets: decides what a key may do.
