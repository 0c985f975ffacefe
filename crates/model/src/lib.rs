//! How one speaks to a language model: field table, scanner, splicer, event parser, usage, the Model trait.
