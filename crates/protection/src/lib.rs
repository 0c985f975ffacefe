//! Find, decide, replace, restore; policies; country packs.
