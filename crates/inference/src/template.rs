//! The model's own chat template: the Jinja text in the GGUF file, rendered the way the library for
//! which such templates are written renders them.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State};
use serde::Serialize;

use crate::calendar::format_utc;
use crate::conversation::Turn;

const NAME: &str = "chat";
/// Bounds a template that does not end: about this many steps, or 64 times as many bytes.
const FUEL: u64 = 20_000_000;

/// A compiled chat template.
#[derive(Debug)]
pub(crate) struct ChatTemplate {
    environment: Environment<'static>,
    begin_text: String,
    end_text: String,
}

/// Why a conversation could not be rendered.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TemplateError {
    /// The template itself refuses the conversation, in its own words.
    #[error("the model's chat template refuses this conversation: {0}")]
    Refused(String),
    /// The template does something that this renderer does not know.
    #[error("the model's chat template cannot be rendered ({0})")]
    Broken(String),
}

impl ChatTemplate {
    /// Compiles `source`; `begin_text` and `end_text` are the texts of the special tokens that open
    /// and close a text.
    pub(crate) fn new(
        source: &str,
        begin_text: String,
        end_text: String,
    ) -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        environment.set_syntax(
            SyntaxConfig::builder()
                .trim_blocks(true)
                .lstrip_blocks(true)
                .build()
                .map_err(|error| broken(&error))?,
        );
        environment.set_fuel(Some(FUEL));
        environment
            .set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.add_function("raise_exception", raise_exception);
        environment.add_function("strftime_now", strftime_now);
        environment.add_filter("tojson", tojson);
        // Marks for training; rendering passes over them.
        let source = source.replace("{% generation %}", "").replace("{% endgeneration %}", "");
        environment.add_template_owned(NAME, source).map_err(|error| broken(&error))?;
        Ok(Self { environment, begin_text, end_text })
    }

    /// Renders a conversation into a prompt that ends where the model's answer begins.
    ///
    /// A model without the system role: where the template refuses the conversation or leaves a
    /// system message out, the system messages move to the head of the first user turn, an empty
    /// line between.
    pub(crate) fn render(
        &self,
        turns: &[Turn],
        tools: Option<&Value>,
        now_s: i64,
    ) -> Result<String, TemplateError> {
        let first = self.render_once(turns, tools, now_s);
        let systems: Vec<&str> = turns.iter().filter_map(Turn::system_text).collect();
        let complete = match &first {
            Ok(prompt) => systems.iter().all(|text| prompt.contains(text.trim())),
            Err(TemplateError::Refused(_)) => systems.is_empty(),
            Err(TemplateError::Broken(_)) => true,
        };
        if complete {
            return first;
        }
        self.render_once(&fold_system(turns), tools, now_s)
    }

    fn render_once(
        &self,
        turns: &[Turn],
        tools: Option<&Value>,
        now_s: i64,
    ) -> Result<String, TemplateError> {
        let template = self.environment.get_template(NAME).map_err(|error| broken(&error))?;
        let messages: Value = turns.iter().map(Turn::to_value).collect();
        let mut context = vec![
            ("messages", messages),
            ("bos_token", Value::from(self.begin_text.as_str())),
            ("eos_token", Value::from(self.end_text.as_str())),
            ("add_generation_prompt", Value::from(true)),
            (NOW, Value::from(now_s)),
        ];
        if let Some(tools) = tools {
            context.push(("tools", tools.clone()));
        }
        template.render(Value::from_pairs(context)).map_err(|error| match refusal(&error) {
            Some(words) => TemplateError::Refused(words),
            None => broken(&error),
        })
    }
}

/// The system messages as the head of the first user turn.
fn fold_system(turns: &[Turn]) -> Vec<Turn> {
    let systems: Vec<&str> = turns.iter().filter_map(Turn::system_text).collect();
    let mut head = Some(systems.join("\n\n"));
    let mut folded = Vec::new();
    for turn in turns.iter().filter(|turn| turn.system_text().is_none()) {
        let mut turn = turn.clone();
        if turn.role == "user"
            && let Some(head) = head.take()
        {
            let own = turn.content.unwrap_or_default();
            turn.content = Some(format!("{head}\n\n{own}"));
        }
        folded.push(turn);
    }
    if let Some(head) = head {
        folded.insert(0, Turn::new("user", head));
    }
    folded
}

const NOW: &str = "igudar_now_s";
const REFUSAL: &str = "\u{1}refused: ";

fn raise_exception(words: &str) -> Result<Value, Error> {
    Err(Error::new(ErrorKind::InvalidOperation, format!("{REFUSAL}{words}")))
}

/// The words of `raise_exception`, when the error is one.
fn refusal(error: &Error) -> Option<String> {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(this) = cause {
        if let Some(words) = this
            .downcast_ref::<Error>()
            .and_then(Error::detail)
            .and_then(|detail| detail.strip_prefix(REFUSAL))
        {
            return Some(words.to_owned());
        }
        cause = this.source();
    }
    None
}

/// Only the kind and the line: the detail of an error may hold values of the conversation.
fn broken(error: &Error) -> TemplateError {
    let line = error.line().map_or_else(String::new, |line| format!(", line {line}"));
    TemplateError::Broken(format!("{}{line}", error.kind()))
}

fn strftime_now(state: &State, pattern: &str) -> String {
    let now = state.lookup(NOW).and_then(|value| value.as_i64()).unwrap_or(0);
    format_utc(pattern, now)
}

#[expect(clippy::needless_pass_by_value, reason = "the signature of a filter")]
/// JSON as Python's `json.dumps` writes it, letters outside ASCII as they are.
fn tojson(value: &Value, indent: Option<Value>, options: Kwargs) -> Result<Value, Error> {
    let indent = match indent {
        Some(indent) => Some(indent),
        None => options.get::<Option<Value>>("indent")?,
    };
    for known in ["ensure_ascii", "separators", "sort_keys"] {
        options.get::<Option<Value>>(known)?;
    }
    options.assert_all_used()?;
    let width = indent
        .filter(|indent| indent.kind() == ValueKind::Number)
        .and_then(|indent| indent.as_usize());
    let mut text = Vec::new();
    let written = match width {
        Some(width) => {
            let spaces = vec![b' '; width.min(16)];
            let formatter = serde_json::ser::PrettyFormatter::with_indent(&spaces);
            value.serialize(&mut serde_json::Serializer::with_formatter(&mut text, formatter))
        }
        None => value.serialize(&mut serde_json::Serializer::with_formatter(&mut text, Spaced)),
    };
    written
        .map_err(|_| Error::new(ErrorKind::BadSerialization, "a value that JSON cannot hold"))?;
    let text = String::from_utf8(text)
        .map_err(|_| Error::new(ErrorKind::BadSerialization, "JSON that is not UTF-8"))?;
    Ok(Value::from(text))
}

/// `{"a": 1, "b": [1, 2]}`: a space after `:` and `,`.
struct Spaced;

impl serde_json::ser::Formatter for Spaced {
    fn begin_array_value<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
    ) -> std::io::Result<()> {
        writer.write_all(b": ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m['content'] }}\
                         {% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}";
    const NO_SYSTEM: &str = "{% for m in messages %}
    {% if m.role == 'system' %}
        {{ raise_exception('System role not supported') }}
    {% endif %}
{{ '<' + m.role + '>' + m.content | trim }}
{% endfor %}";
    const FORGETS_SYSTEM: &str =
        "{% for m in messages if m.role != 'system' %}<{{ m.role }}>{{ m.content }}{% endfor %}";

    fn turns(pairs: &[(&str, &str)]) -> Vec<Turn> {
        pairs.iter().map(|(role, content)| Turn::new(role, (*content).to_owned())).collect()
    }

    fn render(
        source: &str,
        pairs: &[(&str, &str)],
        tools: Option<&str>,
    ) -> Result<String, TemplateError> {
        let template = ChatTemplate::new(source, "<s>".to_owned(), "</s>".to_owned())?;
        let tools: Option<Value> = tools.map(|tools| serde_json::from_str(tools).unwrap());
        template.render(&turns(pairs), tools.as_ref(), 0)
    }

    fn check(source: &str, pairs: &[(&str, &str)], tools: Option<&str>, expect: &str) {
        assert_eq!(render(source, pairs, tools).as_deref(), Ok(expect));
    }

    #[test]
    fn conversations_are_rendered() {
        check(PLAIN, &[("user", "سلام")], None, "<s><user>سلام<assistant>");
        check(
            PLAIN,
            &[("system", "S"), ("user", "a<b>&'\""), ("assistant", "c"), ("user", "d")],
            None,
            "<s><system>S<user>a<b>&'\"<assistant>c<user>d<assistant>",
        );
        check("{{ strftime_now('%d %b %Y') }}", &[("user", "x")], None, "01 Jan 1970");
        check("{{ messages[0].content.strip().upper() }}", &[("user", " x ")], None, "X");
        check("{{ messages[0].content.split('</a>')[-1] }}", &[("user", "1</a>2")], None, "2");
        check(
            "{% if tools is defined %}T{% else %}none{% endif %}",
            &[("user", "x")],
            None,
            "none",
        );
        check("a{% generation %}b{% endgeneration %}", &[("user", "x")], None, "ab");
        check(
            "{%- for i in range(9) %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}",
            &[("user", "x")],
            None,
            "01",
        );
    }

    #[test]
    fn json_is_written_as_the_templates_expect() {
        let tools =
            r#"[{"type":"function","function":{"name":"ville","b":[1,2.5,null,true],"a":"é<&'"}}]"#;
        check(
            "{{ tools | tojson }}",
            &[("user", "x")],
            Some(tools),
            r#"[{"type": "function", "function": {"name": "ville", "b": [1, 2.5, null, true], "a": "é<&'"}}]"#,
        );
        check(
            "{{ tools[0].function.b[:2] | tojson(indent=2) }}",
            &[("user", "x")],
            Some(tools),
            "[\n  1,\n  2.5\n]",
        );
        check("{{ {} | tojson(ensure_ascii=False) }}", &[("user", "x")], None, "{}");
    }

    #[test]
    fn a_model_without_system_role_gets_it_in_the_user_turn() {
        let talk =
            [("system", "Sois bref."), ("user", "Bonjour"), ("assistant", "Oui"), ("user", "?")];
        check(NO_SYSTEM, &talk, None, "<user>Sois bref.\n\nBonjour\n<assistant>Oui\n<user>?\n");
        check(FORGETS_SYSTEM, &talk, None, "<user>Sois bref.\n\nBonjour<assistant>Oui<user>?");
        check(NO_SYSTEM, &[("system", "Seul")], None, "<user>Seul\n");
        check(FORGETS_SYSTEM, &[("user", "u")], None, "<user>u");
    }

    #[test]
    fn refusals_and_faults_are_told_apart_without_values() {
        let refuses = "{{ raise_exception('roles must alternate') }}";
        assert_eq!(
            render(refuses, &[("user", "x")], None),
            Err(TemplateError::Refused("roles must alternate".to_owned()))
        );
        let broken =
            render("{{ messages[0].content.secret_method() }}", &[("user", "Zahra")], None);
        let told = broken.unwrap_err().to_string();
        assert!(told.contains("cannot be rendered") && !told.contains("Zahra"), "{told}");
        assert!(ChatTemplate::new("{% for %}", String::new(), String::new()).is_err());
        let endless =
            "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
        assert!(matches!(render(endless, &[("user", "x")], None), Err(TemplateError::Broken(_))));
    }
}
