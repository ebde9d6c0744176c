//! Settings of the installation: mail, address, password policy.

use crate::extract::{Caller, Input, RowVersion};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use stolpe_app::{AddressSetting, MailDraft, MailSetting, SecurityWord};
use stolpe_domain::password::PasswordPolicy;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(read_mail, change_mail))
        .routes(routes!(test_mail))
        .routes(routes!(read_policy, change_policy))
        .routes(routes!(read_address, change_address))
}

/// Protection of the connection to the mail server.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MailProtection {
    /// TLS from the first byte.
    Tls,
    /// TLS after `STARTTLS`.
    Starttls,
    /// None; only for a server on this machine.
    None,
}

impl From<SecurityWord> for MailProtection {
    fn from(it: SecurityWord) -> Self {
        match it {
            SecurityWord::Tls => Self::Tls,
            SecurityWord::Starttls => Self::Starttls,
            SecurityWord::None => Self::None,
        }
    }
}

impl From<MailProtection> for SecurityWord {
    fn from(it: MailProtection) -> Self {
        match it {
            MailProtection::Tls => Self::Tls,
            MailProtection::Starttls => Self::Starttls,
            MailProtection::None => Self::None,
        }
    }
}

/// The mail server, without its password.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MailView {
    /// Mail goes out; else it stays in the outbox.
    enabled: bool,
    host: String,
    port: u16,
    security: MailProtection,
    username: Option<String>,
    /// A password is on file.
    password_set: bool,
    from_name: String,
    from_address: String,
    /// While it is set, everything goes there in its recipients' stead.
    test_address: Option<String>,
    /// Zero until a server has been set up.
    row_version: i64,
}

impl From<Option<(MailSetting, i64)>> for MailView {
    fn from(it: Option<(MailSetting, i64)>) -> Self {
        match it {
            Some((it, row_version)) => Self {
                enabled: it.enabled,
                host: it.host,
                port: it.port,
                security: it.security.into(),
                username: it.username,
                password_set: it.password_sealed.is_some(),
                from_name: it.from_name,
                from_address: it.from_address,
                test_address: it.test_address,
                row_version,
            },
            None => Self {
                enabled: false,
                host: String::new(),
                port: 587,
                security: MailProtection::Starttls,
                username: None,
                password_set: false,
                from_name: String::new(),
                from_address: String::new(),
                test_address: None,
                row_version: 0,
            },
        }
    }
}

/// Reads the mail server.
#[utoipa::path(get, path = "/settings/mail", tag = "setting", responses((status = 200, body = MailView)))]
async fn read_mail(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<MailView>> {
    Ok(Json(api.app.mail_setting(&ctx).await?.into()))
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MailInput {
    enabled: bool,
    host: String,
    port: u16,
    security: MailProtection,
    username: Option<String>,
    /// A new password; left out, the one on file stays, which it may only for the same host, port, protection and user;
    /// empty, it is removed.
    password: Option<String>,
    from_name: String,
    from_address: String,
    /// Where everything is to go in its recipients' stead, to try mail out.
    test_address: Option<String>,
}

/// Changes the mail server; when it is switched on, held messages go.
#[utoipa::path(put, path = "/settings/mail", tag = "setting", params(("If-Match" = String, Header)),
    request_body = MailInput, responses((status = 200, body = MailView), (status = 412, body = Problem)))]
async fn change_mail(
    State(api): State<Api>,
    Caller(ctx): Caller,
    RowVersion(version): RowVersion,
    Input(input): Input<MailInput>,
) -> Answer<Json<MailView>> {
    let draft = MailDraft {
        setting: MailSetting {
            enabled: input.enabled,
            host: input.host,
            port: input.port,
            security: input.security.into(),
            username: input.username,
            password_sealed: None,
            from_name: input.from_name,
            from_address: input.from_address,
            test_address: input.test_address,
        },
        password: input.password,
    };
    match api.app.change_mail(&ctx, version, draft).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => {
            Err(problem.with_current(MailView::from(api.app.mail_setting(&ctx).await?)))
        }
        outcome => Ok(Json(Some(outcome?).into())),
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MailTestInput {
    /// Who gets the test.
    to: String,
}

/// Sends a test mail at once.
#[utoipa::path(post, path = "/settings/mail/test", tag = "setting", request_body = MailTestInput,
    responses((status = 204)))]
async fn test_mail(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(input): Input<MailTestInput>,
) -> Answer<StatusCode> {
    api.app.test_mail(&ctx, &input.to).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The password policy with its version.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PolicyView {
    #[serde(flatten)]
    policy: PasswordPolicy,
    row_version: i64,
}

impl From<(PasswordPolicy, i64)> for PolicyView {
    fn from((policy, row_version): (PasswordPolicy, i64)) -> Self {
        Self { policy, row_version }
    }
}

/// Reads the password policy.
#[utoipa::path(get, path = "/settings/password-policy", tag = "setting", responses((status = 200, body = PolicyView)))]
async fn read_policy(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<PolicyView>> {
    Ok(Json(api.app.policy_setting(&ctx).await?.into()))
}

/// Changes the password policy.
#[utoipa::path(put, path = "/settings/password-policy", tag = "setting", params(("If-Match" = String, Header)),
    request_body = PasswordPolicy, responses((status = 200, body = PolicyView), (status = 412, body = Problem)))]
async fn change_policy(
    State(api): State<Api>,
    Caller(ctx): Caller,
    RowVersion(version): RowVersion,
    Input(policy): Input<PasswordPolicy>,
) -> Answer<Json<PolicyView>> {
    match api.app.change_policy(&ctx, version, policy).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => {
            Err(problem.with_current(PolicyView::from(api.app.policy_setting(&ctx).await?)))
        }
        outcome => Ok(Json(outcome?.into())),
    }
}

/// Where people reach this host.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AddressView {
    public_url: String,
    row_version: i64,
}

impl From<(AddressSetting, i64)> for AddressView {
    fn from((it, row_version): (AddressSetting, i64)) -> Self {
        Self { public_url: it.public_url, row_version }
    }
}

/// Reads the address that letters and mails name.
#[utoipa::path(get, path = "/settings/address", tag = "setting", responses((status = 200, body = AddressView)))]
async fn read_address(State(api): State<Api>, Caller(_ctx): Caller) -> Answer<Json<AddressView>> {
    Ok(Json(api.app.address_setting().await?.into()))
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AddressInput {
    /// Such as `https://stolpe.example.se`.
    public_url: String,
}

/// Changes the address that letters and mails name.
#[utoipa::path(put, path = "/settings/address", tag = "setting", params(("If-Match" = String, Header)),
    request_body = AddressInput, responses((status = 200, body = AddressView), (status = 412, body = Problem)))]
async fn change_address(
    State(api): State<Api>,
    Caller(ctx): Caller,
    RowVersion(version): RowVersion,
    Input(input): Input<AddressInput>,
) -> Answer<Json<AddressView>> {
    let it = AddressSetting { public_url: input.public_url };
    match api.app.change_address(&ctx, version, it).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => {
            Err(problem.with_current(AddressView::from(api.app.address_setting().await?)))
        }
        outcome => Ok(Json(outcome?.into())),
    }
}
