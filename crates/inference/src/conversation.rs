//! The messages of a chat request, as the model's template sees them.

use minijinja::value::{Value, ValueKind};

use crate::requests::{Refusal, items, refuse};

const ROLES: [&str; 5] = ["system", "developer", "user", "assistant", "tool"];

/// One message of a conversation, as the template sees it.
#[derive(Debug, Clone)]
pub(crate) struct Turn {
    pub(crate) role: String,
    pub(crate) content: Option<String>,
    /// `name`, `tool_calls`, `tool_call_id` and whatever else the message carries.
    pub(crate) others: Vec<(String, Value)>,
}

impl Turn {
    pub(crate) fn new(role: &str, content: String) -> Self {
        Self { role: role.to_owned(), content: Some(content), others: Vec::new() }
    }

    /// The text of a system message.
    pub(crate) fn system_text(&self) -> Option<&str> {
        if self.role == "system" { self.content.as_deref() } else { None }
    }

    pub(crate) fn to_value(&self) -> Value {
        let content = self.content.as_deref().map_or(Value::from(()), Value::from);
        let own = [("role", Value::from(self.role.as_str())), ("content", content)];
        let others = self.others.iter().map(|(name, value)| (name.as_str(), value.clone()));
        Value::from_pairs(own.into_iter().chain(others))
    }
}

/// Reads the message at `index` of the request.
pub(crate) fn read_turn(index: usize, message: &Value) -> Result<Turn, Refusal> {
    let role = message.get_attr("role").ok();
    let role = role.as_ref().and_then(Value::as_str).unwrap_or_default();
    if !ROLES.contains(&role) {
        return refuse(format!("messages[{index}].role must be one of {}", ROLES.join(", ")));
    }
    let mut turn = Turn { role: role.to_owned(), content: None, others: Vec::new() };
    if role == "developer" {
        "system".clone_into(&mut turn.role);
    }
    for key in message.try_iter().into_iter().flatten() {
        let Some(name) = key.as_str() else { continue };
        let Ok(value) = message.get_attr(name) else { continue };
        match name {
            "role" => {}
            "content" => turn.content = read_content(index, &value)?,
            "tool_calls" => turn.others.push((name.to_owned(), open_arguments(&value))),
            _ if value.is_none() => {}
            _ => turn.others.push((name.to_owned(), value)),
        }
    }
    // Templates ask whether an assistant's content is none; every other turn has a text.
    if turn.content.is_none() && turn.role != "assistant" {
        turn.content = Some(String::new());
    }
    Ok(turn)
}

fn read_content(index: usize, content: &Value) -> Result<Option<String>, Refusal> {
    if content.is_none() {
        return Ok(None);
    }
    if let Some(text) = content.as_str() {
        return Ok(Some(text.to_owned()));
    }
    let Some(parts) = items(content) else {
        return refuse(format!("messages[{index}].content must be a text or a list of parts"));
    };
    let mut texts = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        let kind = part.get_attr("type").ok();
        let text = part.get_attr("text").ok();
        match (kind.as_ref().and_then(Value::as_str), text.as_ref().and_then(Value::as_str)) {
            (Some("text"), Some(text)) => texts.push(text.to_owned()),
            _ => {
                return refuse(format!(
                    "messages[{index}].content[{place}]: a model on this machine reads text parts only"
                ));
            }
        }
    }
    Ok(Some(texts.join("\n")))
}

/// Templates expect the arguments of a past call as an object; the API carries them as JSON text.
fn open_arguments(calls: &Value) -> Value {
    map_member(calls, &|name, value| {
        if name != "arguments" {
            return None;
        }
        value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok())
    })
}

/// Rebuilds a value with some members of its objects replaced.
fn map_member(value: &Value, change: &dyn Fn(&str, &Value) -> Option<Value>) -> Value {
    match value.kind() {
        ValueKind::Seq => {
            value.try_iter().into_iter().flatten().map(|item| map_member(&item, change)).collect()
        }
        ValueKind::Map => Value::from_pairs(value.try_iter().into_iter().flatten().map(|key| {
            let member = value.get_item(&key).unwrap_or_default();
            let changed = key.as_str().and_then(|name| change(name, &member));
            (key, changed.unwrap_or_else(|| map_member(&member, change)))
        })),
        _ => value.clone(),
    }
}

/// Rebuilds a value with every text in it changed.
pub(crate) fn map_texts(value: &Value, change: &dyn Fn(&str) -> Option<String>) -> Value {
    match value.kind() {
        ValueKind::Seq => {
            value.try_iter().into_iter().flatten().map(|item| map_texts(&item, change)).collect()
        }
        ValueKind::Map => Value::from_pairs(value.try_iter().into_iter().flatten().map(|key| {
            let member = value.get_item(&key).unwrap_or_default();
            (map_texts(&key, change), map_texts(&member, change))
        })),
        ValueKind::String => {
            value.as_str().and_then(change).map_or_else(|| value.clone(), Value::from)
        }
        _ => value.clone(),
    }
}
