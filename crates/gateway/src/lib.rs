//! One request: allow, protect, route, ask, restore, record.
