//! Every character of Unicode alone: its normal form is its own normal form.

use language::{Profile, normalize};

#[test]
fn the_normal_form_of_every_character_stays() {
    let mut wrong = Vec::new();
    for character in '\0'..=char::MAX {
        for profile in [Profile::Match, Profile::Search, Profile::Display] {
            let once = normalize(character.encode_utf8(&mut [0; 4]), profile).text;
            let twice = normalize(&once, profile).text;
            if once != twice {
                wrong.push(format!("{profile:?}: {character:?} → {once:?} → {twice:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} characters\n{}", wrong.len(), wrong.join("\n"));
}
