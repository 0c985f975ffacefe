//! Identifiers that are the same in every country: addresses of mail and machines, coordinates, IBANs,
//! handles, and secrets that betray themselves by their form.
//!
//! Their forms are fixed by international standards and so stand in code; the words around obfuscated
//! addresses and the registry of IBAN lengths are data of the pack.

mod email;
mod handle;
mod iban;
mod location;
mod machine;
mod token;

use language::ByteSpan;

use super::candidate::{Candidate, Detector, Strength};
use super::place::Surroundings;
use super::view::View;
use crate::finding::Kind;
use crate::pack::Pack;
use crate::pack::universal::{Universal, meaning};

/// Finds identifiers of international form.
#[derive(Debug)]
pub(crate) struct UniversalDetector {
    rules: Universal,
    iban_lengths: iban::Lengths,
    kinds: Kinds,
}

/// The types' names, made once.
#[derive(Debug)]
struct Kinds {
    account: Kind,
    email: Kind,
    geolocation: Kind,
    iban: Kind,
    ip_address: Kind,
    mac_address: Kind,
    secret: Kind,
}

impl UniversalDetector {
    /// A detector with the pack's words and IBAN lengths.
    pub(crate) fn new(pack: &Pack) -> Self {
        Self {
            iban_lengths: iban::Lengths::new(&pack.universal().iban_lengths),
            rules: pack.universal().clone(),
            kinds: Kinds {
                account: Kind::new("account"),
                email: Kind::new("email"),
                geolocation: Kind::new("geolocation"),
                iban: Kind::new("iban"),
                ip_address: Kind::new("ip_address"),
                mac_address: Kind::new("mac_address"),
                secret: Kind::new("secret"),
            },
        }
    }
}

impl Detector for UniversalDetector {
    fn candidates(&self, view: &View<'_>, around: Surroundings<'_>, out: &mut Vec<Candidate>) {
        let text = view.text();
        let mut add =
            |kind: &Kind, span: ByteSpan, score: u8, strength: Strength, reason: &'static str| {
                out.push(Candidate {
                    span,
                    kind: kind.clone(),
                    score,
                    strength,
                    reason: reason.into(),
                });
            };
        email::plain(view, &self.rules, &mut |span| {
            add(&self.kinds.email, span, 95, Strength::Proven, "mail address");
        });
        email::spelled_out(view, &self.rules, &mut |span| {
            add(&self.kinds.email, span, 90, Strength::Proven, "mail address spelled out");
        });
        handle::handles(text, around.place(), &self.rules.not_handles, &mut |span| {
            add(&self.kinds.account, span, 65, Strength::Form, "handle");
        });
        handle::profiles(view.folded(), &self.rules.profile_sites, &mut |span| {
            add(&self.kinds.account, span, 75, Strength::Form, "profile page");
        });
        let is_version = |at: usize| {
            let before = view.token_index_at(at).checked_sub(1);
            before.and_then(|index| view.tokens().get(index)).is_some_and(|token| {
                at - token.span.end <= 3 && self.rules.means(token.key, meaning::VERSION)
            })
        };
        machine::addresses(text, &mut |family, span| match family {
            machine::Family::V4 if is_version(span.start) => {}
            machine::Family::Mac => {
                add(&self.kinds.mac_address, span, 95, Strength::Proven, "MAC address");
            }
            machine::Family::V4 | machine::Family::V6 => {
                add(&self.kinds.ip_address, span, 90, Strength::Named, "IP address");
            }
        });
        location::coordinates(view, &self.rules, around.key(), &mut |span, score| {
            add(&self.kinds.geolocation, span, score, Strength::Named, "coordinates");
        });
        iban::ibans(view, &self.iban_lengths, &mut |span, valid| {
            let (score, strength) =
                if valid { (99, Strength::Proven) } else { (80, Strength::Named) };
            add(
                &self.kinds.iban,
                span,
                score,
                strength,
                if valid { "check digits" } else { "form" },
            );
        });
        token::tokens(text, &self.rules.secret_prefixes, &mut |span, score| {
            add(&self.kinds.secret, span, score, Strength::Named, "form of a secret");
        });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn detector() -> UniversalDetector {
        let files = BTreeMap::from([
            (
                "universal.toml".to_owned(),
                "at = [\"at\", \"arobase\"]\ndot = [\"point\", \"dot\"]\nlatitude = [\"lat\"]\nlongitude = [\"lng\"]\nsecret_prefixes = [\"sk-\"]\n"
                    .to_owned(),
            ),
            ("iban-lengths.tsv".to_owned(), "country\tlength\nMA\t28\nGB\t22\n".to_owned()),
        ]);
        UniversalDetector::new(&Pack::read(&files).unwrap())
    }

    fn check(text: &str, expect: &[(&str, &str)]) {
        let view = View::new(text);
        let mut out = Vec::new();
        detector().candidates(&view, Surroundings::text(), &mut out);
        out.sort_by_key(|candidate| candidate.span);
        let got: Vec<_> = out
            .iter()
            .map(|candidate| (candidate.kind.as_str(), view.source_span(candidate.span).of(text)))
            .collect();
        assert_eq!(got, expect, "{text:?}");
    }

    #[test]
    fn mail_addresses() {
        check("à nora.b+x@hotmail.fr.", &[("email", "nora.b+x@hotmail.fr")]);
        check("De : A <a.b@c-d.ma>, <e@f.io>", &[("email", "a.b@c-d.ma"), ("email", "e@f.io")]);
        check("لgrouani@gmail.com", &[("email", "grouani@gmail.com")]);
        check("wael.naciri(at)gmail.com،", &[("email", "wael.naciri(at)gmail.com")]);
        check("a.touzani(at)menara(point)ma", &[("email", "a.touzani(at)menara(point)ma")]);
        check(
            "judith.knafo [at] gmail [dot] com.",
            &[("email", "judith.knafo [at] gmail [dot] com")],
        );
        check(
            "mail oumaima point bennani arobase gmail point com voilà",
            &[("email", "oumaima point bennani arobase gmail point com")],
        );
        check("look at me. It is at home", &[]);
        check("a@b @ 5@3 @@ x@", &[]);
    }

    #[test]
    fn mail_addresses_over_line_breaks() {
        for text in [
            "z.ouka\u{ad}\ncha@example.ma",
            "z.ouka=\r\ncha@example.ma",
            "z.oukacha@exam-\nple.ma",
            "z.oukacha@exam\u{ad}\nple.ma",
            "z.oukacha@example.\nma",
            "z.oukacha@example\n.ma",
            "zineb.\noukacha@example.ma",
            "zineb_\r\noukacha@example.ma",
        ] {
            check(&format!("mail {text}, merci"), &[("email", text)]);
        }
        check("contact\nz@example.ma.\nbonjour", &[("email", "z@example.ma")]);
        check("une dame-\nz@example.ma", &[("email", "dame-\nz@example.ma")]);
        check("merci\n@example.ma\nroot@serveur\nVoir.suite", &[("account", "@example.ma")]);
    }

    #[test]
    fn machine_addresses() {
        check(
            "ip=81.192.40.226 mac=9c:b6:d0:fe:21:0a",
            &[("ip_address", "81.192.40.226"), ("mac_address", "9c:b6:d0:fe:21:0a")],
        );
        check(
            "B827.EB90.77C1 A4-5E-60-C2-7B-19",
            &[("mac_address", "B827.EB90.77C1"), ("mac_address", "A4-5E-60-C2-7B-19")],
        );
        check("2a02:8440:5140:93::1f", &[("ip_address", "2a02:8440:5140:93::1f")]);
        check("1.2.3 1.2.3.4.5 999.1.1.1 16.0.17628.20110 08:12:33 a::b std::x", &[]);
    }

    #[test]
    fn coordinates() {
        check("GPS 34.0209,-6.8416 ok", &[("geolocation", "34.0209,-6.8416")]);
        check("35.7595 N, 5.8340 W", &[("geolocation", "35.7595 N, 5.8340 W")]);
        check("29°41'50\"N 9°43'12\"W", &[("geolocation", "29°41'50\"N 9°43'12\"W")]);
        check("N 33°28'41.2\" W 4°17'55.0\"", &[("geolocation", "N 33°28'41.2\" W 4°17'55.0\"")]);
        check("35.46512° N, 6.03477° W", &[("geolocation", "35.46512° N, 6.03477° W")]);
        check("prix 12.50, 13.75 et 3,5", &[]);
        check(
            "{\"lat\": 34.02088, \"lng\": -6.84165}",
            &[("geolocation", "34.02088"), ("geolocation", "-6.84165")],
        );
    }

    #[test]
    fn ibans_of_every_country() {
        check(
            "IBAN MA64 0077 8007 9155 3175 7862 7697 avant",
            &[("iban", "MA64 0077 8007 9155 3175 7862 7697")],
        );
        check("GB82 WEST 1234 5698 7654 32 ok", &[("iban", "GB82 WEST 1234 5698 7654 32")]);
        check("GB82 WEST 1234 5698 7654 33 ok", &[("iban", "GB82 WEST 1234 5698 7654 33")]);
        check("MA64 0077", &[]);
    }

    #[test]
    fn handles_and_tokens() {
        check("écris à @t.bennis: merci", &[("account", "@t.bennis")]);
        check("sk-9fQ2xTt71LmZc04b", &[("secret", "sk-9fQ2xTt71LmZc04b")]);
        check("zlg_prod_Q7ZT4M2XLP09WERT", &[("secret", "zlg_prod_Q7ZT4M2XLP09WERT")]);
        check("une_fonction_tres_longue internationalisation 2024-2025-2026-2027", &[]);
    }
}
