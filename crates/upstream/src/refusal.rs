//! What a server says when it refuses, without the credential.

/// The message of an error body, or `None` when the body has no known shape.
pub(crate) fn message(body: &[u8], credential: Option<&str>) -> Option<String> {
    let message = model::error_message(std::str::from_utf8(body).ok()?)?;
    Some(match credential {
        Some(credential) => without(&message, credential),
        None => message,
    })
}

/// Replaces every word that holds the credential, or enough of its beginning or end to be a hint at it:
/// servers like to repeat the first and last characters of a key they refuse.
fn without(message: &str, credential: &str) -> String {
    if credential.is_empty() {
        return message.to_owned();
    }
    let begins = credential.get(..6).unwrap_or(credential);
    let ends = credential.len().checked_sub(4).and_then(|at| credential.get(at..));
    let hides = |word: &str| {
        word.contains(credential)
            || word.contains(begins)
            || (word.contains('*') && ends.is_some_and(|ends| word.contains(ends)))
    };
    message
        .split_inclusive(char::is_whitespace)
        .map(|word| {
            let bare = word.trim_end();
            if hides(bare) {
                format!("[key]{}", word.get(bare.len()..).unwrap_or_default())
            } else {
                word.to_owned()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expect: Option<&str>) {
        let credential = Some("key-0123456789abcdef");
        assert_eq!(message(body.as_bytes(), credential).as_deref(), expect, "{body}");
    }

    #[test]
    fn bodies_without_a_message() {
        for body in ["", "<html></html>", "[]", "{}"] {
            check(body, None);
        }
        assert_eq!(message(b"{\"message\":\"\xff\"}", None), None);
    }

    #[test]
    fn the_credential_is_removed() {
        check(r#"{"message":"bad key-0123456789abcdef, sorry"}"#, Some("bad [key] sorry"));
        check(r#"{"message":"bad key: key-01******cdef."}"#, Some("bad key: [key]"));
        check(r#"{"message":"bad *****cdef\nagain"}"#, Some("bad [key]\nagain"));
        check(r#"{"message":"a keyboard"}"#, Some("a keyboard"));
    }
}
