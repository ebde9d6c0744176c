//! Every operation of the API document as a request that parses, aimed at things of one place.

use serde_json::{Value, json};
use stolpe_testkit::host::OWNER;
use stolpe_testkit::{Answer, Desk, TestHost};
use uuid::Uuid;

/// One operation of the API document.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// Its id.
    pub(crate) id: String,
    /// GET, POST and so on.
    pub(crate) method: String,
    /// Its path below `/api/v1`, with names in braces.
    pub(crate) path: String,
    parameters: Vec<(String, String, bool)>,
    has_body: bool,
}

/// Every operation of the document, in its order; signing out comes last, so that a walk can go on until then.
pub(crate) fn operations() -> Vec<Operation> {
    let document = stolpe_api::document();
    let mut operations: Vec<Operation> = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, it) in methods.as_object().unwrap() {
            let parameter = |it: &Value| {
                let text = |name: &str| it[name].as_str().unwrap().to_owned();
                (text("in"), text("name"), it["required"] == true)
            };
            operations.push(Operation {
                id: it["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase(),
                path: path.strip_prefix("/api/v1").unwrap().to_owned(),
                parameters: it["parameters"].as_array().into_iter().flatten().map(parameter).collect(),
                has_body: it.get("requestBody").is_some(),
            });
        }
    }
    operations.sort_by_key(|it| it.id == "log_out");
    operations
}

/// Things of one place that operations can be aimed at.
#[derive(Clone, Debug)]
pub(crate) struct Things {
    pub(crate) organisation: String,
    pub(crate) department: String,
    pub(crate) facility: String,
    pub(crate) unit: String,
    pub(crate) circuit: String,
    pub(crate) charge_point: String,
    pub(crate) tag: String,
    pub(crate) session: String,
    pub(crate) stray_message: String,
    pub(crate) person: String,
    pub(crate) tenancy: String,
    pub(crate) login: String,
    pub(crate) username: String,
    pub(crate) staff: String,
    pub(crate) notice: String,
    pub(crate) document: String,
    pub(crate) month_run: String,
}

impl Things {
    /// Ids that nothing has.
    pub(crate) fn nowhere() -> Self {
        let id = || Uuid::new_v4().to_string();
        Self {
            organisation: id(),
            department: id(),
            facility: id(),
            unit: id(),
            circuit: id(),
            charge_point: id(),
            tag: id(),
            session: id(),
            stray_message: id(),
            person: id(),
            tenancy: id(),
            login: id(),
            username: "nobody".into(),
            staff: id(),
            notice: id(),
            document: id(),
            month_run: id(),
        }
    }

    /// Makes one thing of each kind in a facility, as the owner.
    pub(crate) async fn in_facility(host: &TestHost, organisation: &str, facility: &str) -> Self {
        let id = |value: Value| value["id"].as_str().unwrap().to_owned();
        let owner = &host.owner;
        let mark = Uuid::new_v4().simple().to_string();
        let department = owner
            .post(&format!("/departments?organisationId={organisation}"), json!({"name": format!("Vården {mark}")}))
            .await;
        let unit = json!({"code": format!("A{}", &mark[..8]), "kind": "apartment"});
        let unit = id(owner.post(&format!("/units?facilityId={facility}"), unit).await.expect(201));
        let department = id(department.expect(201));
        let person = json!({"givenName": "Åsa", "familyName": "Öberg", "language": "sv",
            "email": format!("{mark}@example.se"), "departmentId": department});
        let person = id(owner
            .post(&format!("/persons?organisationId={organisation}&facilityId={facility}"), person)
            .await
            .expect(201));
        let circuit = json!({"name": "Huvudsäkring", "fuseA": 63, "phases": 3});
        let circuit = id(owner.post(&format!("/circuits?facilityId={facility}"), circuit).await.expect(201));
        let point = json!({"identity": mark, "name": "P-01", "circuitId": circuit, "fuseA": 32});
        let charge_point = id(owner.post(&format!("/charge-points?facilityId={facility}"), point).await.expect(201));
        let (session, stray_message) = crate::sessions::kept(host, facility, &charge_point).await;
        let (document, month_run) = crate::documents::kept(host, organisation, facility).await;
        let tag = json!({"idTag": &mark[..20], "personId": person});
        let tag = id(owner.post(&format!("/tags?organisationId={organisation}"), tag).await.expect(201));
        let tenancy = json!({"personId": person, "unitId": unit, "movedInOn": "2026-01-01"});
        let tenancy = id(owner.post("/tenancies", tenancy).await.expect(201));
        let login = json!({"personId": person, "facilityId": facility, "username": mark});
        let login = id(owner.post("/logins", login).await.expect(201));
        let staff = json!({"givenName": "Test", "familyName": "Test", "email": format!("staff-{mark}@example.se"),
            "language": "sv", "role": "clerk", "scope": {"kind": "facility", "id": facility}});
        let staff = owner.post("/staff", staff).await.expect(201)["loginId"].as_str().unwrap().to_owned();
        let notices = owner.get("/notices").await.expect(200);
        let to = format!("staff-{mark}@example.se");
        let notice =
            notices["items"].as_array().unwrap().iter().find(|it| it["recipient"] == json!(to)).unwrap().clone();
        Self {
            organisation: organisation.to_owned(),
            department,
            facility: facility.to_owned(),
            unit,
            circuit,
            charge_point,
            tag,
            session,
            stray_message,
            person,
            tenancy,
            login,
            username: mark,
            staff,
            notice: id(notice),
            document,
            month_run,
        }
    }

    fn named(&self, path: &str, name: &str) -> String {
        let room = path.trim_start_matches('/').split('/').next().unwrap();
        match (room, name) {
            ("organisations" | "terms", "id") => self.organisation.clone(),
            ("departments", "id") => self.department.clone(),
            ("facilities", "id") => self.facility.clone(),
            ("units", "id") => self.unit.clone(),
            ("circuits", "id") => self.circuit.clone(),
            ("charge-points", "id") => self.charge_point.clone(),
            ("tags", "id") => self.tag.clone(),
            ("sessions", "id") => self.session.clone(),
            ("stray-messages", "id") => self.stray_message.clone(),
            ("persons", "id") => self.person.clone(),
            ("tenancies", "id") => self.tenancy.clone(),
            ("logins", "id") => self.login.clone(),
            ("staff", "loginId") => self.staff.clone(),
            ("notices", "id") => self.notice.clone(),
            ("documents", "id") => self.document.clone(),
            ("month-runs", "id") => self.month_run.clone(),
            ("mail-templates", "kind") => "invitation".to_owned(),
            ("mail-templates", "language") => "sv".to_owned(),
            ("price-areas", "area") => "SE3".to_owned(),
            ("callbacks", "provider") if path.contains("/sms/") => "46elks".to_owned(),
            ("callbacks", "provider") => "swish".to_owned(),
            // Jobs, saved filters and sign-ins belong to one login; links and imports are told of elsewhere.
            _ => Uuid::nil().to_string(),
        }
    }

    /// The address of an operation with these things in it.
    pub(crate) fn address(&self, it: &Operation) -> String {
        let mut path = it.path.clone();
        let mut query: Vec<String> = Vec::new();
        for (place, name, required) in &it.parameters {
            match (place.as_str(), name.as_str()) {
                ("path", _) => path = path.replace(&format!("{{{name}}}"), &self.named(&it.path, name)),
                ("query", "organisationId") => query.push(format!("organisationId={}", self.organisation)),
                ("query", "personId") if matches!(it.path.as_str(), "/payout-offer" | "/payout-moves") => {
                    query.push(format!("personId={}", self.person));
                }
                ("query", "minor") => query.push("minor=0".into()),
                ("query", "act") => query.push("act=approve".into()),
                ("query", "facilityId") => query.push(format!("facilityId={}", self.facility)),
                ("query", "format") => query.push("format=nordic".into()),
                ("query", "area") => query.push("area=SE3".into()),
                ("query", "month") => query.push("month=2999-01".into()),
                // There is no such document, and no archive of none.
                ("query", "number") if it.path == "/e-invoices" => query.push("number=9999-1".into()),
                ("query", "with") => query.push("with=payson".into()),
                ("query", "form") => query.push("form=nordic".into()),
                ("query", "kind") if it.path.ends_with("chart-accounts") => query.push("kind=bank".into()),
                ("query", "provider") if *required => query.push("provider=swish".into()),
                ("query", "from" | "until" | "to") if *required => query.push(format!("{name}=2026-11-21")),
                ("query", _) if *required => query.push(format!("{name}=x")),
                _ => {}
            }
        }
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    /// As [`Things::harmless`], of the counter. Nobody has less than nothing in a till; the till, the entry and the payment
    /// that the others are aimed at are nobody's.
    fn at_the_counter(&self, operation: &str) -> Option<Value> {
        Some(match operation {
            "save_till_setting" => json!({"active": false}),
            "open_till" => json!({"openingMinor": -1}),
            "take_at_till" => json!({"personId": self.person, "means": "cash", "minor": 0, "shares": []}),
            "pay_out_at_till" => json!({"payoutId": Uuid::nil()}),
            "take_back_at_till" => json!({"reason": ""}),
            "close_till" => json!({"countedMinor": -1}),
            "receive_from_counter" => json!({"means": "cash"}),
            _ => return None,
        })
    }

    /// As [`Things::harmless`], of paying in advance. No amount keeps the rule, and the facility is nobody's.
    fn in_advance(operation: &str) -> Option<Value> {
        Some(match operation {
            "save_top_up_setting" => json!({"on": false, "leastMinor": 0, "stepMinor": 0}),
            "top_up" => json!({"facilityId": Uuid::nil(), "minor": 0, "provider": "payson"}),
            _ => return None,
        })
    }

    /// As [`Things::harmless`], of the reconciliation.
    fn reconciled(&self, operation: &str) -> Option<Value> {
        Some(match operation {
            // The settlement that it is aimed at is nobody's, and so is the difference.
            "receive_settlement" => json!({"paymentId": Uuid::nil()}),
            "care_for_difference" => json!({"organisationId": self.organisation, "note": ""}),
            "correct_difference" => json!({"organisationId": self.organisation, "reason": ""}),
            _ => return None,
        })
    }

    /// As [`Things::harmless`], of payouts.
    fn harmless_payout(&self, operation: &str) -> Option<Value> {
        Some(match operation {
            "ask_payout" => {
                json!({"personId": self.person, "minor": 0, "accountKind": "iban", "account": "", "name": "", "reason": ""})
            }
            "refuse_payout" => json!({"reason": ""}),
            "make_payout_file" => {
                json!({"organisationId": self.organisation, "payoutIds": [], "executeOn": "2026-01-01"})
            }
            "settle_payout" => json!({"outcome": "rejected", "reason": ""}),
            "save_payout_sender" => json!({"bic": ""}),
            _ => return None,
        })
    }

    /// A body that the operation can read, and that changes nothing once it has been let in.
    ///
    /// An operation that is missing here fails the walk: say how to call it.
    fn harmless(&self, operation: &str) -> Value {
        let elsewhere = self.harmless_payout(operation).or_else(|| self.at_the_counter(operation));
        let elsewhere = elsewhere.or_else(|| Self::in_advance(operation));
        if let Some(body) = elsewhere.or_else(|| self.reconciled(operation)) {
            return body;
        }
        match operation {
            "set_up" => stolpe_testkit::host::setup_draft(),
            "recover_vault" => json!({"recoveryCode": "x"}),
            "log_in" => json!({"username": "nobody", "password": "x"}),
            "ask_for_reset" => json!({"username": "nobody"}),
            "reset_password" | "accept_invitation" => json!({"password": "x"}),
            "change_password" => json!({"current": "x", "new": "y"}),
            "confirm_totp" | "disable_totp" => json!({"code": "x"}),
            "invite_staff" => json!({"givenName": "A", "familyName": "B", "email": OWNER, "language": "sv",
                "role": "clerk", "scope": {"kind": "facility", "id": self.facility}}),
            "change_memberships" => json!({"memberships": []}),
            "add_organisation" => json!({"name": "", "country": "SE", "organisationNumber": "", "street": "",
                "postalCode": "", "city": ""}),
            "add_department" => json!({"name": ""}),
            "add_facility" => json!({"code": "", "name": "", "country": "SE"}),
            "add_unit" => json!({"code": "", "kind": "apartment"}),
            "add_circuit" => json!({"name": "", "fuseA": 0, "phases": 0}),
            "prepare_charge_point" | "adopt_charge_point" => {
                json!({"name": "", "circuitId": self.circuit, "fuseA": 0})
            }
            "save_billing" => json!({"accountKind": "bankgiro", "account": "", "referenceRule": "ocr", "dueDays": 30,
                "rounds": false, "fiscalYearBeginsMonth": 1}),
            "save_reminder_settings" => json!({"isOn": false, "afterDays": 0, "dueDays": 0, "feeMinor": 0,
                "feeIsAgreed": false, "hasInterest": false, "most": 0, "smallestMinor": 0}),
            "add_reminder_figure" => json!({"country": "SE", "kind": "rate", "validFrom": "2026-07-02", "value": 0,
                "source": ""}),
            // It makes none.
            "look_at_reminders" => json!({"organisationId": self.organisation, "facilityId": self.facility}),
            "choose_chart_account" => json!({"number": "", "name": ""}),
            "plan_month" => {
                json!({"organisationId": self.organisation, "facilityId": self.facility, "month": "2999-01"})
            }
            // It is a draft.
            "send_document" => json!({"by": "paper"}),
            "save_tariff" | "preview_tariff" => json!({"components": []}),
            "take_market_prices" => json!({"content": ""}),
            "change_price_feed" => json!({"fetching": "off"}),
            "assign_session" => json!({"personId": self.person}),
            "add_tag" => json!({"idTag": ""}),
            "add_person" => json!({"givenName": "", "familyName": "", "language": "sv"}),
            "reveal_personal_number"
            | "erase_person"
            | "pause_reminders"
            | "decommission_charge_point"
            | "accept_session"
            | "void_session"
            | "void_document"
            | "credit_document"
            | "look_at_payment"
            | "take_back_incoming_payment"
            | "reject_refund"
            | "dismiss_stray_message"
            | "unlock_month" => json!({"reason": ""}),
            "ask_refund" => json!({"minor": 0, "reason": ""}),
            "save_payment_agreement" => json!({"active": false}),
            "write_terms" => json!({"kind": "shop", "appliesFrom": "2000-01-01", "texts": {}}),
            "choose_payment_methods" => json!({"appliesFrom": "2000-01-01"}),
            // The invoice is nobody's.
            "pay_my_invoice" => json!({"documentId": Uuid::nil(), "provider": "payson"}),
            // The payment that it is aimed at is nobody's.
            "settle_incoming_payment" => json!({"shares": []}),
            "choose_same_deposit" => json!({"firstId": Uuid::nil()}),
            "attach_stray_message" => json!({"sessionId": self.session, "reason": ""}),
            // It has no line.
            "ask_charge_point" => json!({"name": "clearCache"}),
            // Nobody is told apart from themselves.
            "tell_apart" | "undo_tell_apart" => json!({"otherId": self.person}),
            "merge_persons" => json!({"otherId": self.person, "reason": ""}),
            "move_in" => json!({"personId": self.person, "unitId": self.unit, "movedInOn": "2026-01-01"}),
            "add_login" => json!({"personId": self.person, "facilityId": self.facility, "username": self.username}),
            "hand_over_all" | "undo_hand_over_all" => json!({"loginIds": [self.login]}),
            "rename_login" => json!({"username": "x"}),
            "save_view" => json!({"room": "", "name": "", "query": {}}),
            "change_mail" => json!({"enabled": false, "host": "localhost", "port": 25, "security": "none",
                "fromName": "", "fromAddress": "post@example.se"}),
            "change_mail_template" | "try_mail_template" => json!({"subject": "", "body": ""}),
            "change_mailbox" => json!({"enabled": false, "host": "localhost", "port": 143, "security": "none",
                "username": "siv", "password": "x", "folder": "INBOX"}),
            "test_mail" | "test_sms" => json!({"to": ""}),
            "change_sms" => json!({"enabled": false, "provider": "46elks", "account": "", "secret": "x", "sender": ""}),
            "change_policy" => json!({"minLength": 8, "upper": true, "lower": true, "digit": true, "symbol": true,
                "symbols": "!", "blockLeaked": true}),
            "change_address" => json!({"publicUrl": "https://stolpe.example"}),
            // A callback tells of nothing that anybody knows.
            "take_payment_callback"
            | "take_sms_report"
            | "change_me"
            | "change_organisation"
            | "change_department"
            | "change_facility"
            | "change_unit"
            | "change_circuit"
            | "change_charge_point"
            | "change_tag"
            | "change_person"
            | "change_tenancy"
            // Nothing was planned.
            | "commit_month"
            | "make_reminders"
            // The import that it is aimed at is nobody's.
            | "map_import" => json!({}),
            // Nobody has a letter yet, so nobody waits to be given a new one.
            "make_letters" => json!({"facilityId": self.facility, "view": "initial_password"}),
            other => panic!("the walk does not know {other}"),
        }
    }

    /// Calls an operation so that nothing changes even when the caller is let in.
    pub(crate) async fn knock(&self, desk: &Desk, it: &Operation) -> Answer {
        let mut headers = vec![];
        if it.parameters.iter().any(|(place, name, _)| place == "header" && name == "If-Match") {
            // No thing has got this far.
            headers.push(("if-match", "\"999\""));
        }
        let body = if matches!(
            it.id.as_str(),
            "read_file"
                | "look_at_bank_file"
                | "take_bank_file"
                | "look_at_settlements"
                | "take_settlements"
                | "look_at_payout_statuses"
                | "take_payout_statuses"
                | "set_logo"
        ) {
            // A file without a byte is refused by whoever would read it.
            String::new()
        } else if it.has_body {
            headers.push(("content-type", "application/json"));
            self.harmless(&it.id).to_string()
        } else {
            String::new()
        };
        desk.send(&it.method, &self.address(it), &headers, body).await
    }
}
