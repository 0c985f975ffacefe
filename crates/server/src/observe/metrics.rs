//! Counters in Prometheus' text format. Labels are route templates, statuses, types of findings and names
//! of destinations: all from the code or the configuration, none from a request.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use gateway::ports::Observer;
use ledger::{Answer, Egress};
use metrics::{Key, Label, Level, Metadata, Recorder as _, SharedString, Unit};
use metrics_exporter_prometheus::{
    Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};

const REQUESTS: &str = "igudar_http_requests_total";
const SECONDS: &str = "igudar_http_request_duration_seconds";
const IN_FLIGHT: &str = "igudar_http_requests_in_flight";
const FINDINGS: &str = "igudar_findings_total";
const RESTORED: &str = "igudar_restored_total";
const WRITTEN: &str = "igudar_written_total";
const TOKENS: &str = "igudar_tokens_total";
const ANSWERS: &str = "igudar_answers_total";
const COST: &str = "igudar_cost_micro_total";
const REGISTER_MISMATCH: &str = "igudar_register_mismatch";

const BUCKETS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0,
];

/// Samples of histograms wait in memory until somebody reads them or this many requests have passed.
const UPKEEP: u64 = 1024;

static METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, None);

/// The counters of one server.
pub struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    requests: AtomicU64,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let builder = PrometheusBuilder::new();
        // Fails for an empty list of buckets alone.
        let builder = builder
            .set_buckets_for_metric(Matcher::Full(SECONDS.to_owned()), BUCKETS)
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let about = |name: &'static str, unit, text: &'static str| {
            recorder.describe_counter(name.into(), unit, SharedString::from(text));
        };
        about(REQUESTS, Some(Unit::Count), "Requests answered, by route and status.");
        about(FINDINGS, Some(Unit::Count), "Personal values found in requests, by type.");
        about(RESTORED, Some(Unit::Count), "Personal values put back into answers, by type.");
        about(
            WRITTEN,
            Some(Unit::Count),
            "Personal values that models wrote by themselves, by type.",
        );
        about(TOKENS, Some(Unit::Count), "Tokens, by destination and direction.");
        about(ANSWERS, Some(Unit::Count), "Answers, by destination and outcome.");
        about(COST, Some(Unit::Count), "Cost in millionths of the currency, by destination.");
        recorder.describe_histogram(
            SECONDS.into(),
            Some(Unit::Seconds),
            SharedString::from("From the request's header to the answer's last byte."),
        );
        recorder.describe_gauge(
            IN_FLIGHT.into(),
            Some(Unit::Count),
            SharedString::from("Requests being worked on."),
        );
        recorder.describe_gauge(
            REGISTER_MISMATCH.into(),
            Some(Unit::Count),
            SharedString::from("What runs otherwise than the public register says, by entry."),
        );
        let handle = recorder.handle();
        Self { recorder, handle, requests: AtomicU64::new(0) }
    }
}

impl Metrics {
    pub(crate) fn request(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let labels = vec![
            Label::new("method", method),
            Label::new("route", route.to_owned()),
            Label::new("status", status.to_string()),
        ];
        self.add(REQUESTS, labels, 1);
        let key = Key::from_parts(SECONDS, vec![Label::new("route", route.to_owned())]);
        self.recorder.register_histogram(&key, &METADATA).record(took.as_secs_f64());
        if self.requests.fetch_add(1, Ordering::Relaxed) % UPKEEP == UPKEEP - 1 {
            self.handle.run_upkeep();
        }
    }

    /// Sets how much of an entry of the public register is no longer true.
    pub fn register_mismatch(&self, entry: &str, changes: usize) {
        let key = Key::from_parts(REGISTER_MISMATCH, vec![Label::new("entry", entry.to_owned())]);
        let gauge = self.recorder.register_gauge(&key, &METADATA);
        gauge.set(f64::from(u32::try_from(changes).unwrap_or(u32::MAX)));
    }

    /// Everything, as Prometheus reads it.
    pub(crate) fn render(&self, in_flight: usize) -> String {
        let gauge = self.recorder.register_gauge(&Key::from_name(IN_FLIGHT), &METADATA);
        gauge.set(f64::from(u32::try_from(in_flight).unwrap_or(u32::MAX)));
        self.handle.render()
    }

    fn add(&self, name: &'static str, labels: Vec<Label>, amount: u64) {
        self.recorder.register_counter(&Key::from_parts(name, labels), &METADATA).increment(amount);
    }
}

impl Observer for Metrics {
    fn ended(&self, egress: &Egress, answer: &Answer) {
        for (kind, count) in &egress.findings {
            self.add(FINDINGS, vec![Label::new("type", kind.clone())], u64::from(*count));
        }
        for (kind, count) in &answer.restored {
            self.add(RESTORED, vec![Label::new("type", kind.clone())], u64::from(*count));
        }
        for (kind, count) in &answer.written {
            self.add(WRITTEN, vec![Label::new("type", kind.clone())], u64::from(*count));
        }
        let destination = || Label::new("destination", egress.destination.clone());
        for (direction, tokens) in
            [("prompt", answer.prompt_tokens), ("completion", answer.completion_tokens)]
        {
            self.add(TOKENS, vec![destination(), Label::new("direction", direction)], tokens);
        }
        let outcome = Label::new("outcome", answer.outcome.as_str());
        self.add(ANSWERS, vec![destination(), outcome], 1);
        self.add(COST, vec![destination()], u64::try_from(answer.cost_micro).unwrap_or(0));
    }
}
