//! The one declaration of every setting: key, variable, type, default, meaning.

use std::net::SocketAddr;

use serde::Deserialize;

use super::destination::DestinationWritten;
use super::file::ConfigurationError;
use super::values::{ActionChoice, LogFormat, MetricsWord, Size, Time, WordList};

/// The variable that replaces the list of destinations; its value is TOML like the file's.
pub(super) const DESTINATIONS_VARIABLE: &str = "IGUDAR_DESTINATIONS";

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The configuration file.
    File,
    /// A variable of the environment.
    Variable,
}

/// One setting, for the file, the variables and `config show`.
pub(crate) struct Setting {
    pub(crate) section: &'static str,
    pub(crate) name: &'static str,
    /// `section.name`
    pub(crate) key: &'static str,
    pub(crate) variable: &'static str,
    pub(crate) default: &'static str,
    pub(crate) about: &'static str,
    pub(crate) is_written: fn(&Written) -> bool,
    pub(crate) take: fn(&mut Written, &str) -> Result<(), String>,
    pub(crate) shown: fn(&Ready) -> String,
}

macro_rules! settings {
    ($(
        $(#[doc = $section_about:literal])+
        $section:ident $written:ident $ready:ident {
            $($(#[doc = $about:literal])+ $name:ident: $type:ty = $default:literal, $variable:literal;)+
        }
    )+) => {
        $(
            #[derive(Debug, Clone, Default, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub(crate) struct $written { $(pub(crate) $name: Option<$type>,)+ }

            $(#[doc = $section_about])+
            #[derive(Debug, Clone)]
            pub(crate) struct $ready { $($(#[doc = $about])+ pub(crate) $name: $type,)+ }
        )+

        /// What somebody wrote.
        #[derive(Debug, Clone, Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct Written {
            $(#[serde(default)] pub(crate) $section: $written,)+
            pub(crate) destinations: Option<Vec<DestinationWritten>>,
        }

        /// Complete and typed.
        #[derive(Debug, Clone)]
        pub(crate) struct Ready { $(pub(crate) $section: $ready,)+ }

        impl Written {
            /// Fills what nobody wrote with the defaults.
            pub(super) fn complete(self) -> Result<Ready, ConfigurationError> {
                Ok(Ready { $($section: $ready { $(
                    $name: match self.$section.$name {
                        Some(value) => value,
                        None => parsed::<$type>($default).map_err(|reason| {
                            ConfigurationError::variable($variable, &reason)
                        })?,
                    },
                )+ },)+ })
            }
        }

        /// Every setting, in the order of the file.
        pub(crate) const SETTINGS: &[Setting] = &[$($(Setting {
            section: stringify!($section),
            name: stringify!($name),
            key: concat!(stringify!($section), ".", stringify!($name)),
            variable: $variable,
            default: $default,
            about: concat!($($about,)+),
            is_written: |written| written.$section.$name.is_some(),
            take: |written, text| {
                written.$section.$name = Some(parsed::<$type>(text)?);
                Ok(())
            },
            shown: |ready| ready.$section.$name.to_string(),
        },)+)+];
    };
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, String> {
    text.trim().parse().map_err(|error: T::Err| error.to_string())
}

settings! {
    /// The HTTP server.
    server ServerWritten ServerReady {
        /// Address and port; port 0 takes any free one.
        listen: SocketAddr = "127.0.0.1:8484", "IGUDAR_LISTEN";
        /// The longest body as it comes over the wire.
        max_body: Size = "32 MiB", "IGUDAR_MAX_BODY";
        /// The longest body after decompression.
        max_decoded_body: Size = "64 MiB", "IGUDAR_MAX_DECODED_BODY";
        /// Memory for all bodies together that are being read or worked on; more gets 503.
        body_memory: Size = "1024 MiB", "IGUDAR_BODY_MEMORY";
        /// How long a body may take to arrive.
        body_time: Time = "60 s", "IGUDAR_BODY_TIME";
        /// How long a body may pause.
        body_idle_time: Time = "15 s", "IGUDAR_BODY_IDLE_TIME";
        /// Requests worked on at once; one more gets 503.
        max_in_flight: usize = "256", "IGUDAR_MAX_IN_FLIGHT";
        /// Requests a minute of one caller without a key, on routes that are open to visitors; 0 for no limit.
        visitor_requests_per_minute: u32 = "120", "IGUDAR_VISITOR_REQUESTS_PER_MINUTE";
        /// How long running requests may take after Ctrl-C or SIGTERM.
        drain_time: Time = "30 s", "IGUDAR_DRAIN_TIME";
        /// Who may read /metrics: loopback (this machine, not through a proxy), open, off.
        metrics: MetricsWord = "loopback", "IGUDAR_METRICS";
    }
    /// The log. It never holds a body, a header, a key or a personal value.
    log LogWritten LogReady {
        /// error, warn, info, debug, trace, or a filter such as info,store=debug.
        level: String = "info", "IGUDAR_LOG";
        /// text or json.
        format: LogFormat = "text", "IGUDAR_LOG_FORMAT";
    }
    /// What happens to a value on its way to a destination.
    policy PolicyWritten PolicyReady {
        /// A policy file, seen from the data folder; empty for the country pack's alone. See docs/policies.md.
        file: String = "", "IGUDAR_POLICY_FILE";
        /// The policy's name in refusals and in the ledger; empty for the file's own.
        name: String = "", "IGUDAR_POLICY_NAME";
        /// For every type that the policy does not name: keep, surrogate, label, mask, block; empty for the file's.
        default: ActionChoice = "", "IGUDAR_POLICY_DEFAULT";
        /// For single types, more than the file, such as { secret = "block" }; in the variable: secret=block,cin=mask.
        types: WordList = "", "IGUDAR_POLICY_TYPES";
    }
    /// What Igudar knows of the country.
    pack PackWritten PackReady {
        /// A folder that replaces the built-in country pack; empty for the built-in one (Morocco).
        folder: String = "", "IGUDAR_PACK";
        /// The country this installation stands in, as `place` of a destination spells it; empty for the policy's.
        country: String = "", "IGUDAR_COUNTRY";
    }
    /// Sealed maps, which let a caller restore a text later.
    seal SealWritten SealReady {
        /// How long a map can be opened when the caller does not say.
        usual_time: Time = "1 h", "IGUDAR_SEAL_TIME";
        /// The longest that a caller may ask for.
        longest_time: Time = "30 d", "IGUDAR_SEAL_LONGEST_TIME";
    }
    /// Money and new projects.
    projects ProjectsWritten ProjectsReady {
        /// The currency of prices and budgets.
        currency: String = "MAD", "IGUDAR_CURRENCY";
        /// Requests a minute of a new project; 0 for no limit.
        requests_per_minute: u32 = "600", "IGUDAR_REQUESTS_PER_MINUTE";
    }
    /// Recourse: who contests what a request led to.
    recourse RecourseWritten RecourseReady {
        /// Days within which a person answers; the day of receipt does not count.
        days: u32 = "10", "IGUDAR_RECOURSE_DAYS";
        /// Where that period comes from, as every contest is told: own (this installation's rule), law-09-08-article-8 (ten clear days for a rectification), or your own words.
        source: String = "own", "IGUDAR_RECOURSE_SOURCE";
    }
    /// The model on this machine that is served without any further configuration.
    local LocalWritten LocalReady {
        /// A GGUF file, seen from the data folder; empty for models/smollm2-135m-instruct-q4_1.gguf.
        model: String = "", "IGUDAR_LOCAL_MODEL";
        /// The name by which callers ask for it.
        name: String = "smollm2-135m-instruct", "IGUDAR_LOCAL_NAME";
        /// Threads that compute; 0 for one less than the machine's cores.
        threads: usize = "0", "IGUDAR_LOCAL_THREADS";
        /// Longest prompt and answer together, in tokens.
        context: u32 = "4096", "IGUDAR_LOCAL_CONTEXT";
        /// Requests that are generated at once.
        parallel: u32 = "4", "IGUDAR_LOCAL_PARALLEL";
        /// The most tokens of an answer when the request sets no cap.
        max_output_tokens: u64 = "1024", "IGUDAR_LOCAL_MAX_OUTPUT_TOKENS";
        /// Whether echo-no-model is served: it answers with what it received, for trials and tests.
        echo: bool = "true", "IGUDAR_ECHO";
    }
    /// Where model files come from.
    hub HubWritten HubReady {
        /// The hub's address.
        host: String = "https://huggingface.co", "IGUDAR_HUB";
        /// The name of the variable that holds a token for private repositories.
        token_variable: String = "HF_TOKEN", "IGUDAR_HUB_TOKEN_VARIABLE";
    }
}
