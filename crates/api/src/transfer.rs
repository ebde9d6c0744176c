//! One transfer of the ledger, down to what it was made of.

use crate::extract::{Caller, Filter, Id};
use crate::ledger::AccountView;
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{OpenTransfer, Traced, TransferLeg, TransferSource};
use stolpe_domain::document::DocumentKind;
use stolpe_domain::id::{DocumentId, IncomingPaymentId, PaymentId, PayoutId, RefundId, TillId, TransferId};
use stolpe_domain::ledger::{Step, TransferCode};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_transfers)).routes(routes!(read_transfer))
}

/// What a transfer did.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TransferStep {
    /// Final at once.
    Posted,
    /// Held, until another says what becomes of it.
    Pending,
    /// What was held became final.
    Post,
    /// What was held is free again.
    Void,
    /// What was held is free again, since its time was over.
    Expire,
}

impl From<Step> for TransferStep {
    fn from(step: Step) -> Self {
        match step {
            Step::Posted => Self::Posted,
            Step::Pending => Self::Pending,
            Step::Post { .. } => Self::Post,
            Step::Void { .. } => Self::Void,
            Step::Expire { .. } => Self::Expire,
        }
    }
}

/// An amount on its way from one account to another. It is in the smallest part of the asset of both.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TransferLegView {
    id: TransferId,
    amount: i64,
    /// To whom it was given.
    debit: AccountView,
    /// From whom it was taken.
    credit: AccountView,
}

impl From<TransferLeg> for TransferLegView {
    fn from(it: TransferLeg) -> Self {
        Self {
            id: it.transfer.id,
            amount: it.transfer.amount.smallest(),
            debit: it.debit.into(),
            credit: it.credit.into(),
        }
    }
}

/// A transfer with what it was made of.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TransferView {
    #[serde(flatten)]
    leg: TransferLegView,
    step: TransferStep,
    code: TransferCode,
    /// The day on which it counts.
    value_on: NaiveDate,
    created_at: DateTime<Utc>,
    /// What whoever made it is called; none when it was made by itself.
    made_by_name: Option<String>,
    document_id: Option<DocumentId>,
    document_kind: Option<DocumentKind>,
    document_number: Option<String>,
    /// The payment of a bank file that brought the money.
    incoming_payment_id: Option<IncomingPaymentId>,
    /// The payment through a provider that brought the money.
    payment_id: Option<PaymentId>,
    /// The refund that took some of it back.
    refund_id: Option<RefundId>,
    /// The till at the counter that it was entered in.
    till_id: Option<TillId>,
    /// The payout that took the money out.
    payout_id: Option<PayoutId>,
    /// The transfer that held what this one resolves.
    resolves_id: Option<TransferId>,
    /// The transfer that said what became of it, of one that was held.
    resolved_by_id: Option<TransferId>,
    /// Everything that was moved for the same reason at the same moment, this one among it.
    together: Vec<TransferLegView>,
}

impl From<OpenTransfer> for TransferView {
    fn from(it: OpenTransfer) -> Self {
        let (mut incoming_payment_id, mut payment_id, mut refund_id, mut till_id, mut payout_id) =
            (None, None, None, None, None);
        match it.source {
            Some(TransferSource::IncomingPayment(id)) => incoming_payment_id = Some(id),
            Some(TransferSource::Payment(id)) => payment_id = Some(id),
            Some(TransferSource::Refund(refund, payment)) => {
                (refund_id, payment_id) = (Some(refund), Some(payment));
            }
            Some(TransferSource::Till(id)) => till_id = Some(id),
            Some(TransferSource::Payout(id)) => payout_id = Some(id),
            None => {}
        }
        let transfer = it.leg.transfer.clone();
        let (document_id, document_kind, number) = match transfer.document {
            Some((id, kind, number)) => (Some(id), Some(kind), number),
            None => (None, None, None),
        };
        Self {
            leg: it.leg.into(),
            step: transfer.step.into(),
            code: transfer.code,
            value_on: transfer.value_on,
            created_at: transfer.created_at,
            made_by_name: transfer.made_by_name,
            document_id,
            document_kind,
            document_number: number.map(|number| number.to_string()),
            incoming_payment_id,
            payment_id,
            refund_id,
            till_id,
            payout_id,
            resolves_id: transfer.resolves,
            resolved_by_id: transfer.resolved_by,
            together: it.together.into_iter().map(TransferLegView::from).collect(),
        }
    }
}

/// A transfer in a list, with the document that it is about.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ListedTransferView {
    #[serde(flatten)]
    leg: TransferLegView,
    step: TransferStep,
    code: TransferCode,
    /// The day on which it counts.
    value_on: NaiveDate,
    document_id: Option<DocumentId>,
    document_number: Option<String>,
}

impl From<TransferLeg> for ListedTransferView {
    fn from(it: TransferLeg) -> Self {
        let document = it.transfer.document.as_ref();
        Self {
            step: it.transfer.step.into(),
            code: it.transfer.code,
            value_on: it.transfer.value_on,
            document_id: document.map(|(id, ..)| *id),
            document_number: document.and_then(|(.., number)| *number).map(|number| number.to_string()),
            leg: it.into(),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct TransferQuery {
    /// About this document.
    document_id: Option<DocumentId>,
    /// For this payment, refund, payout or entry of a till.
    source_id: Option<Uuid>,
}

/// Lists what was moved about a document, or for what brought or took the money: exactly one of them.
#[utoipa::path(get, path = "/transfers", tag = "ledger", params(TransferQuery),
    responses((status = 200, body = Vec<ListedTransferView>), (status = 422, body = Problem)))]
async fn list_transfers(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<TransferQuery>,
) -> Answer<Json<Vec<ListedTransferView>>> {
    let of = match (query.document_id, query.source_id) {
        (Some(id), None) => Some(Traced::Document(id)),
        (None, Some(id)) => Some(Traced::Source(id)),
        _ => None,
    };
    let all = api.app.transfers_about(&ctx, of).await?;
    Ok(Json(all.into_iter().map(Into::into).collect()))
}

/// Reads one transfer, with what it was made of and together with what.
#[utoipa::path(get, path = "/transfers/{id}", tag = "ledger", params(("id" = Uuid, Path)),
    responses((status = 200, body = TransferView)))]
async fn read_transfer(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<TransferId>,
) -> Answer<Json<TransferView>> {
    Ok(Json(api.app.transfer(&ctx, id).await?.into()))
}
