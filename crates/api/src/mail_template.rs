//! The texts of mail of an organisation.

use crate::extract::{Caller, Filter, Id, Input, RowVersion};
use crate::page::Items;
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{OpenTemplate, TriedTemplate};
use stolpe_domain::channel::Channel;
use stolpe_domain::id::OrganisationId;
use stolpe_domain::language::Language;
use stolpe_domain::mail_template::{Placeholder, TemplateFault, TemplateKind};
use stolpe_domain::sms::SmsSize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_mail_templates))
        .routes(routes!(change_mail_template, restore_mail_template))
        .routes(routes!(try_mail_template))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfOrganisation {
    /// Whose texts.
    organisation_id: OrganisationId,
}

/// A text of mail.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MailTemplateView {
    kind: TemplateKind,
    /// By which way such a message goes.
    channel: Channel,
    language: Language,
    subject: String,
    body: String,
    /// What may stand in braces, such as `name` in `{name}`.
    places: Vec<Placeholder>,
    /// What must stand in the text.
    needs: Option<Placeholder>,
    /// The organisation has not written its own.
    is_standard: bool,
    row_version: i64,
    changed_at: Option<DateTime<Utc>>,
}

impl From<OpenTemplate> for MailTemplateView {
    fn from(it: OpenTemplate) -> Self {
        Self {
            kind: it.kind,
            channel: it.kind.channel(),
            language: it.language,
            places: it.places().to_vec(),
            needs: it.kind.needs(),
            subject: it.subject,
            body: it.body,
            is_standard: it.is_standard,
            row_version: it.row_version,
            changed_at: it.changed_at,
        }
    }
}

/// A text as it is typed.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MailTemplateInput {
    subject: String,
    body: String,
}

/// A text tried out on data of the organisation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TriedTemplateView {
    subject: String,
    body: String,
    subject_fault: Option<TemplateFaultView>,
    body_fault: Option<TemplateFaultView>,
    /// How large it is, of an SMS.
    sms: Option<SmsSize>,
}

/// What is wrong with a text.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TemplateFaultView {
    /// As a stable code.
    code: String,
    /// The place in braces that it is about.
    place: Option<String>,
}

impl From<TemplateFault> for TemplateFaultView {
    fn from(it: TemplateFault) -> Self {
        Self { code: it.code().to_owned(), place: it.place().map(str::to_owned) }
    }
}

impl From<TriedTemplate> for TriedTemplateView {
    fn from(it: TriedTemplate) -> Self {
        Self {
            subject: it.subject,
            body: it.body,
            subject_fault: it.subject_fault.map(TemplateFaultView::from),
            body_fault: it.body_fault.map(TemplateFaultView::from),
            sms: it.sms,
        }
    }
}

/// Lists every text of an organisation, its own and the standard ones.
#[utoipa::path(get, path = "/mail-templates", tag = "mail_template", params(OfOrganisation),
    responses((status = 200, body = Items<MailTemplateView>)))]
async fn list_mail_templates(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
) -> Answer<Json<Items<MailTemplateView>>> {
    Ok(Json(Items::of(api.app.mail_templates(&ctx, of.organisation_id).await?)))
}

/// Saves a text; mail that is written from now on has it.
#[utoipa::path(put, path = "/mail-templates/{kind}/{language}", tag = "mail_template", params(
    ("kind" = TemplateKind, Path), ("language" = Language, Path), OfOrganisation, ("If-Match" = String, Header)),
    request_body = MailTemplateInput, responses((status = 200, body = MailTemplateView)))]
async fn change_mail_template(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(which): Id<(TemplateKind, Language)>,
    Filter(of): Filter<OfOrganisation>,
    RowVersion(version): RowVersion,
    Input(input): Input<MailTemplateInput>,
) -> Answer<Json<MailTemplateView>> {
    let texts = (input.subject.as_str(), input.body.as_str());
    let saved = api.app.change_mail_template(&ctx, of.organisation_id, which, version, texts).await?;
    Ok(Json(saved.into()))
}

/// Takes a text back; the standard one counts again.
#[utoipa::path(delete, path = "/mail-templates/{kind}/{language}", tag = "mail_template", params(
    ("kind" = TemplateKind, Path), ("language" = Language, Path), OfOrganisation, ("If-Match" = String, Header)),
    responses((status = 200, body = MailTemplateView)))]
async fn restore_mail_template(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(which): Id<(TemplateKind, Language)>,
    Filter(of): Filter<OfOrganisation>,
    RowVersion(version): RowVersion,
) -> Answer<Json<MailTemplateView>> {
    Ok(Json(api.app.restore_mail_template(&ctx, of.organisation_id, which, version).await?.into()))
}

/// Tries a text out on data of the organisation; nothing is saved and nothing is sent.
#[utoipa::path(post, path = "/mail-templates/{kind}/{language}/preview", tag = "mail_template", params(
    ("kind" = TemplateKind, Path), ("language" = Language, Path), OfOrganisation),
    request_body = MailTemplateInput, responses((status = 200, body = TriedTemplateView)))]
async fn try_mail_template(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(which): Id<(TemplateKind, Language)>,
    Filter(of): Filter<OfOrganisation>,
    Input(input): Input<MailTemplateInput>,
) -> Answer<Json<TriedTemplateView>> {
    let texts = (input.subject.as_str(), input.body.as_str());
    Ok(Json(api.app.try_mail_template(&ctx, of.organisation_id, which, texts).await?.into()))
}
