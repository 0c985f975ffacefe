//! The first `igudar.toml`: every setting with its meaning, default and variable, commented out.

use super::SETTINGS;

const HEAD: &str = "\
# Igudar's configuration. Lines that begin with # are comments; the values shown are the defaults, so
# nothing here needs to be changed to begin. After a change: igudar config check
# Every setting can be given by its variable instead, which then counts more than this file.
";

const DESTINATIONS: &str = r#"
# Where requests may go, in order of preference. Igudar itself brings `local` (the model on this machine)
# and `echo` (no model: answers with what it received). All of it can stand in IGUDAR_DESTINATIONS.
#
# [[destinations]]
# name = "mistral"
# kind = "mistral"                        # echo, local, openai (any compatible server), mistral
# url = "https://api.mistral.ai/v1"
# key_variable = "MISTRAL_API_KEY"        # the variable that holds the key; the key never stands here
# key_header = "api-key"                  # only where the server wants another header than Authorization
# operator = "Mistral AI"
# place = "FR"                            # the country it stands in
# law = "GDPR"
# highest_class = "personal"              # public, internal, personal, sensitive: the highest that may go
# authorisation = "CNDP …"                # the reference of the authorisation: without it, what the policy
                                        # names in needs_authorisation does not leave the country
# connect_time = "10 s"
# header_time = "5 min"
# idle_time = "2 min"
# ca_file = "ca.pem"                      # certificates of a private authority
# embeddings = "label"                    # texts to embed: label (constant type labels) or clear
# policy = { name = "abroad", default = "label", types = { secret = "block" } }
# models = [
#   { name = "mistral-small-latest", input_price = "1.00", output_price = "3.00", max_output_tokens = 4096 },
# ]                                       # prices a million tokens, in the currency of [projects]
#
# [[destinations]]
# name = "ministral"
# kind = "local"
# file = "models/ministral.gguf"          # from: igudar models pull OWNER/REPOSITORY/FILE.gguf
# models = [{ name = "ministral", context = 8192 }]
"#;

/// The file's text.
pub(crate) fn text() -> String {
    let mut parts = vec![HEAD.to_owned()];
    let mut section = "";
    for setting in SETTINGS {
        if setting.section != section {
            section = setting.section;
            parts.push(format!("\n[{section}]\n"));
        }
        let value = toml_value(setting.key, setting.default);
        parts.push(format!(
            "#{}\n# {} = {value}   # {}\n",
            setting.about, setting.name, setting.variable
        ));
    }
    parts.push(DESTINATIONS.to_owned());
    parts.concat()
}

fn toml_value(key: &str, default: &str) -> String {
    let bare = default == "true" || default == "false" || default.parse::<u64>().is_ok();
    if key == "policy.types" {
        return "{}".to_owned();
    }
    if bare { default.to_owned() } else { format!("{default:?}") }
}
