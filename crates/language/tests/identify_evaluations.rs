//! The committed evaluations keep their floors: spans of mixed sentences, and Darija of a chat.

mod marked;

use language::identify::{Identifier, Language};

#[test]
fn tokens_of_mixed_sentences() {
    let file = include_str!("../../../evaluations/code-switch/sentences.txt");
    let (mut right, mut all, mut sentences) = (0_u32, 0_u32, 0_u32);
    for sentence in marked::sentences(file) {
        sentences += 1;
        let spans = Identifier::built_in().identify_spans(&sentence.text).spans;
        for (tag, token) in sentence.tokens {
            let over = spans.iter().find(|own| own.span.overlaps(token));
            let found = over.map_or(Language::Undetermined, |own| own.language);
            right += u32::from(found.tag() == tag);
            all += 1;
        }
    }
    assert!(sentences >= 150, "{sentences} sentences");
    assert!(right * 100 >= all * 92, "{right} of {all} tokens");
}

#[test]
fn darija_of_a_chat_is_not_standard_arabic() {
    let file = include_str!("../../../evaluations/chat-darija/sentences.txt");
    let (mut wrong, mut all) = (Vec::new(), 0);
    for sentence in marked::sentences(file) {
        let expect = sentence.tokens.first().map_or("", |token| token.0);
        let found = Identifier::built_in().identify(&sentence.text).language;
        all += 1;
        if found.tag() != expect {
            wrong.push(format!("{expect} as {found}: {}", sentence.text));
        }
    }
    assert!(wrong.len() * 10 <= all, "{} of {all} wrong\n{}", wrong.len(), wrong.join("\n"));
}
