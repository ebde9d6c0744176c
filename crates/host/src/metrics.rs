//! `/metrics`: what an operator's Prometheus collects. Counts and times only, never who or what they concern.
//!
//! Only this computer may ask, whatever the listener is open to: how busy a house is tells strangers something, and a
//! collector beside the host needs no password. Behind a proxy, the address that counts is the one the proxy was asked from.

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use stolpe_app::App;
use stolpe_store::backlog::Backlog;

/// Seconds: from an answer out of memory to one that somebody has given up on.
const STEPS: [f64; 9] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];

/// What is asked by a method or under an address that does not exist is counted under one name, or strangers could make
/// new ones for ever.
const ELSEWHERE: &str = "other";

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: &'static str,
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: u16,
}

/// What has been counted since the host started.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    app: App,
    answers: Family<Answered, Counter>,
    times: Family<Asked, Histogram, fn() -> Histogram>,
}

impl Metrics {
    pub(crate) fn of(app: App) -> Arc<Self> {
        let times: Family<Asked, Histogram, fn() -> Histogram> = Family::new_with_constructor(|| Histogram::new(STEPS));
        Arc::new(Self { app, answers: Family::default(), times })
    }

    async fn told(&self) -> Result<String, std::fmt::Error> {
        let mut registry = Registry::with_prefix("stolpe");
        registry.register("build", "What runs", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        registry.register("answers", "Requests answered by the API", self.answers.clone());
        registry.register_with_unit("answer", "How long answers of the API took", Unit::Seconds, self.times.clone());
        // Whoever collects notices a database that is gone by a zero, not by the silence of the host.
        let backlog = self.app.backlog().await.ok();
        registry.register_collector(Box::new(Held(backlog)));
        let mut text = String::new();
        encode(&mut text, &registry)?;
        Ok(text)
    }
}

/// What stands in the database as it is asked.
#[derive(Debug)]
struct Held(Option<Backlog>);

impl Collector for Held {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let mut gauge = |name: &str, help: &str, value: i64| {
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)
        };
        gauge("database_up", "Whether the database answers", i64::from(self.0.is_some()))?;
        let Some(backlog) = &self.0 else { return Ok(()) };
        gauge("tasks_running", "Tasks at work", backlog.tasks)?;
        gauge("notices_queued", "Messages that wait to be sent", backlog.queued)?;
        gauge("notices_held", "Messages that wait for somebody to release them", backlog.held)?;
        gauge("notices_failed", "Messages that could not be sent", backlog.failed)?;
        gauge("audit_rows", "Rows of the audit log", backlog.audit_rows)
    }
}

/// The name under which a method is counted. Whoever asks may make up methods, as many as they like.
fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or(ELSEWHERE)
}

/// Counts an answer of the API and how long it took.
pub(crate) async fn count(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or(ELSEWHERE, MatchedPath::as_str).to_owned();
    let began = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    metrics.times.get_or_create(&Asked { method, route: route.clone() }).observe(began.elapsed().as_secs_f64());
    metrics.answers.get_or_create(&Answered { method, route, status }).inc();
    response
}

/// Tells this computer what has been counted; for others there is nothing here.
pub(crate) async fn tell(State(metrics): State<Arc<Metrics>>, request: Request) -> Response {
    let near =
        request.extensions().get::<ConnectInfo<SocketAddr>>().is_some_and(|it| it.0.ip().to_canonical().is_loopback());
    if !near {
        return (StatusCode::NOT_FOUND, "not found\n").into_response();
    }
    match metrics.told().await {
        Ok(text) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
