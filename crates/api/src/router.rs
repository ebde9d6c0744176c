//! The whole public surface, one line a room.

use crate::{
    audit, billing, bookkeeping, charge_point, circuit, command, correlation, document, events, export, facility,
    idempotency, import, incoming_payment, job, ledger, letter, limit, login, logo, mail_template, mailbox,
    market_price, me, month_run, my_payment, notice, openapi, organisation, payment, payment_agreement, payment_method,
    payout, person, reconciliation, refund, reminder, saved_card, search, session, setting, sign_in, sms, staff,
    stray_message, system, tag, tariff, tenancy, terms, till, todo, top_up, transfer, unit, view,
};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use stolpe_app::App;
use tower_http::request_id::{PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::trace::TraceLayer;
use utoipa_axum::router::OpenApiRouter;

/// What endpoints share.
#[derive(Clone, Debug)]
pub struct Api {
    /// The product.
    pub app: App,
    /// Cookies travel over TLS only.
    pub secure_cookies: bool,
}

/// Every room's endpoints with their documentation: a route that is not documented cannot be registered.
pub(crate) fn rooms() -> OpenApiRouter<Api> {
    let v1 = OpenApiRouter::new()
        // The installation.
        .merge(system::router())
        .merge(events::router())
        .merge(setting::router())
        .merge(mailbox::router())
        .merge(sms::router())
        // Who one is.
        .merge(sign_in::router())
        .merge(me::router())
        .merge(staff::router())
        // Places.
        .merge(organisation::router())
        .merge(logo::router())
        .merge(facility::router())
        .merge(unit::router())
        // Charging.
        .merge(circuit::router())
        .merge(tariff::router())
        .merge(market_price::router())
        .merge(charge_point::router())
        .merge(tag::router())
        .merge(session::router())
        .merge(stray_message::router())
        .merge(command::router())
        // Invoices.
        .merge(billing::router())
        .merge(bookkeeping::router())
        .merge(month_run::router())
        .merge(document::router())
        .merge(reminder::router())
        .merge(ledger::router())
        .merge(transfer::router())
        .merge(payment::router())
        .merge(refund::router())
        .merge(till::router())
        .merge(payout::router())
        .merge(payment_agreement::router())
        .merge(payment_method::router())
        .merge(terms::router())
        .merge(my_payment::router())
        .merge(saved_card::router())
        .merge(top_up::router())
        // People.
        .merge(person::router())
        .merge(tenancy::router())
        .merge(login::router())
        .merge(import::router())
        .merge(incoming_payment::router())
        .merge(reconciliation::router())
        .merge(letter::router())
        .merge(export::router())
        // Work at the desk.
        .merge(todo::router())
        .merge(search::router())
        .merge(view::router())
        .merge(job::router())
        .merge(notice::router())
        .merge(mail_template::router())
        .merge(audit::router());
    OpenApiRouter::with_openapi(openapi::head()).nest("/api/v1", v1)
}

/// The API as a service.
pub fn router(api: Api) -> Router {
    let (router, _) = rooms().split_for_parts();
    let router: Router<Api> = router
        .route("/api/v1/openapi.json", get(|| async { Json(openapi::document()) }))
        .fallback(not_there)
        .layer(middleware::from_fn_with_state(api.clone(), idempotency::read_key))
        .layer(limit::form())
        .layer(tower_http::set_header::SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            header::HeaderValue::from_static("no-store"),
        ))
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(|_| {
            crate::problem::Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "internal error")
                .into_response()
        }))
        .layer(middleware::from_fn(correlation::tell))
        .layer(TraceLayer::new_for_http().make_span_with(correlation::span))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(correlation::NewCorrelation(api.app.clone())))
        .layer(middleware::from_fn(correlation::forget_foreign));
    router.with_state(api)
}

/// What an address says that leads nowhere.
pub async fn not_there() -> impl IntoResponse {
    crate::problem::Problem::new(StatusCode::NOT_FOUND, "not_found", "no such address")
}
