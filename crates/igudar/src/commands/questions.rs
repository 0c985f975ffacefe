//! Questions one a line, answers one a line, in the same order. A line that cannot be answered does not stop the
//! others.

use serde_json::{Map, Value};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use super::documents::record;
use super::lines::Lines;
use crate::exit::Exit;
use crate::output;

/// Answers every line of standard input with the members that `answer` gives, behind the line's own `id`. `member`
/// is what the question is called.
pub(super) fn each(
    member: &str,
    answer: impl AsyncFn(String) -> anyhow::Result<Map<String, Value>>,
) -> anyhow::Result<Exit> {
    let mut bad = 0_u64;
    Lines::new(&[]).each(|place, line, out| {
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        let answered = record(line, "question", member).and_then(|(asked, remark)| {
            if let Some(remark) = remark {
                output::remark(&format!("{place}: {remark}"));
            }
            let members = block_in_place(|| Handle::current().block_on(answer(asked.text)));
            members.map(|members| (asked.id, members)).map_err(|error| error.to_string())
        });
        match answered {
            Ok((id, members)) => {
                let mut named = Map::from_iter([("id".to_owned(), serde_json::to_value(id)?)]);
                named.extend(members);
                writeln!(out, "{}", Value::Object(named))?;
            }
            Err(reason) => {
                bad += 1;
                output::remark(&format!("{place}: {reason}"));
            }
        }
        Ok(())
    })?;
    anyhow::ensure!(bad == 0, "{bad} of the lines could not be answered; the others were");
    Ok(Exit::Done)
}
