//! Templates over the fields of one item.

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde_json::{Map, Value};

/// How much work one template may do.
const FUEL: u64 = 100_000;

/// The fields of one item.
pub(crate) type Fields = Map<String, Value>;

/// Fills templates. A field that is not there is an error and never an empty text; nothing outside the item can be
/// reached.
#[derive(Debug)]
pub(crate) struct Templates(Environment<'static>);

impl Templates {
    pub(crate) fn new() -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        Self(environment)
    }

    /// The text of a template.
    pub(crate) fn fill(&self, template: &str, fields: &Fields) -> Result<String, String> {
        self.0.render_str(template, Serde(fields)).map_err(|error| told(&error))
    }

    /// The value of a template that is one expression, `{{ … }}`.
    pub(crate) fn value(&self, template: &str, fields: &Fields) -> Result<Value, String> {
        let inside = template.trim().strip_prefix("{{").and_then(|own| own.strip_suffix("}}"));
        let inside = inside.ok_or("it must be a field's name, a list, or one `{{ … }}`")?;
        let expression = self.0.compile_expression(inside.trim()).map_err(|error| told(&error))?;
        let value = expression.eval(Serde(fields)).map_err(|error| told(&error))?;
        if value.is_undefined() {
            return Err("undefined value".to_owned());
        }
        serde_json::to_value(value).map_err(|_| "its value cannot be used".to_owned())
    }
}

/// The reason in a line, without the template's source, which a user has before the eyes.
fn told(error: &minijinja::Error) -> String {
    let line = error.line().filter(|line| *line > 1);
    let line = line.map(|line| format!(", line {line} of the template")).unwrap_or_default();
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    format!("{}{detail}{line}", error.kind())
}

/// A value as text: a string as it is, anything else as JSON.
pub(crate) fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields() -> Fields {
        let fields = json!({ "q": "شحال؟", "n": 2, "l": [{ "t": "a" }, { "t": "b" }] });
        fields.as_object().unwrap().clone()
    }

    #[test]
    fn filled() {
        fn check(template: &str, expect: Result<&str, &str>) {
            match (Templates::new().fill(template, &fields()), expect) {
                (Ok(text), Ok(expect)) => assert_eq!(text, expect),
                (Err(problem), Err(expect)) => assert!(problem.contains(expect), "{problem}"),
                (found, _) => panic!("{template}: {found:?}"),
            }
        }
        check("{{q}} {{ n }}\n", Ok("شحال؟ 2"));
        check("{{ l | map(attribute='t') | join(', ') }}", Ok("a, b"));
        check("{% for own in l %}{{ own.t }}\n{% endfor %}", Ok("a\nb\n"));
        check("{{ missing }}", Err("undefined"));
        check("{{ q", Err("syntax"));
        check("{% include 'a' %}", Err("template"));
        check(
            "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
            Err("fuel"),
        );
    }

    #[test]
    fn values() {
        let value = |template: &str| Templates::new().value(template, &fields());
        assert_eq!(value("{{ [q, 'x'] }}").unwrap(), json!(["شحال؟", "x"]));
        assert_eq!(value("{{n}}").unwrap(), json!(2));
        assert!(value("n").unwrap_err().contains("{{"));
        assert!(value("{{ missing }}").is_err());
    }
}
