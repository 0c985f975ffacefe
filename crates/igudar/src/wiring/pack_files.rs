//! The built-in country pack: every file of `packs/ma`, inside the program.
//!
//! A test compares this list with the folder.

/// File name inside the pack, and content.
pub(super) const BUILT_IN: &[(&str, &str)] = &[
    ("address.toml", include_str!("../../../../packs/ma/address.toml")),
    ("birth.toml", include_str!("../../../../packs/ma/birth.toml")),
    ("cases/bank.toml", include_str!("../../../../packs/ma/cases/bank.toml")),
    ("cases/cin.toml", include_str!("../../../../packs/ma/cases/cin.toml")),
    ("cases/company.toml", include_str!("../../../../packs/ma/cases/company.toml")),
    ("cases/justice.toml", include_str!("../../../../packs/ma/cases/justice.toml")),
    ("cases/network.toml", include_str!("../../../../packs/ma/cases/network.toml")),
    ("cases/not-personal.toml", include_str!("../../../../packs/ma/cases/not-personal.toml")),
    ("cases/people.toml", include_str!("../../../../packs/ma/cases/people.toml")),
    ("cases/phone.toml", include_str!("../../../../packs/ma/cases/phone.toml")),
    ("iban-lengths.tsv", include_str!("../../../../packs/ma/iban-lengths.tsv")),
    ("identifiers.toml", include_str!("../../../../packs/ma/identifiers.toml")),
    ("labels.toml", include_str!("../../../../packs/ma/labels.toml")),
    ("lists/cin_prefix.tsv", include_str!("../../../../packs/ma/lists/cin_prefix.tsv")),
    ("names/family.tsv", include_str!("../../../../packs/ma/names/family.tsv")),
    ("names/first.tsv", include_str!("../../../../packs/ma/names/first.tsv")),
    ("names/words.toml", include_str!("../../../../packs/ma/names/words.toml")),
    ("places/places.tsv", include_str!("../../../../packs/ma/places/places.tsv")),
    ("universal.toml", include_str!("../../../../packs/ma/universal.toml")),
];
