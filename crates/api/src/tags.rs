//! Which caches an operation fills, and which it makes stale. The interface invalidates from this list, never by hand.

use serde_json::{Value, json};

/// What an operation does to caches.
enum Cache {
    /// It fills these.
    Provides(&'static [&'static str]),
    /// It makes these stale.
    Invalidates(&'static [&'static str]),
}
use Cache::{Invalidates, Provides};

/// Every operation by its id.
const OPERATIONS: &[(&str, Cache)] = &[
    ("read_system", Provides(&["system"])),
    ("set_up", Invalidates(&["*"])),
    ("recover_vault", Invalidates(&["system"])),
    ("read_password_policy", Provides(&["setting"])),
    ("make_training", Invalidates(&["*"])),
    ("remove_training", Invalidates(&["*"])),
    ("listen", Provides(&[])),
    ("log_in", Invalidates(&["*"])),
    ("log_out", Invalidates(&["*"])),
    ("ask_for_reset", Invalidates(&["notice"])),
    ("reset_password", Invalidates(&["me"])),
    ("read_invitation", Provides(&[])),
    ("accept_invitation", Invalidates(&["*"])),
    ("read_me", Provides(&["me"])),
    ("change_me", Invalidates(&["me", "person"])),
    ("read_my_person", Provides(&["me", "person"])),
    ("list_my_facilities", Provides(&["me", "facility"])),
    ("change_password", Invalidates(&["me", "sign_in", "person", "todo"])),
    ("list_my_sign_ins", Provides(&["sign_in"])),
    ("end_my_sign_in", Invalidates(&["sign_in"])),
    ("offer_totp", Invalidates(&["me"])),
    ("confirm_totp", Invalidates(&["me", "staff"])),
    ("disable_totp", Invalidates(&["me", "staff"])),
    ("list_staff", Provides(&["staff"])),
    ("invite_staff", Invalidates(&["staff", "notice", "person"])),
    ("change_memberships", Invalidates(&["staff", "me"])),
    ("invite_again", Invalidates(&["staff", "notice"])),
    ("block_staff", Invalidates(&["staff"])),
    ("unblock_staff", Invalidates(&["staff"])),
    ("list_staff_sign_ins", Provides(&["sign_in"])),
    ("end_staff_sign_ins", Invalidates(&["sign_in"])),
    ("read_roles", Provides(&[])),
    ("list_organisations", Provides(&["organisation"])),
    ("add_organisation", Invalidates(&["organisation"])),
    ("read_organisation", Provides(&["organisation"])),
    ("change_organisation", Invalidates(&["organisation"])),
    ("list_departments", Provides(&["department"])),
    ("add_department", Invalidates(&["department"])),
    ("change_department", Invalidates(&["department"])),
    ("remove_department", Invalidates(&["department"])),
    ("list_facilities", Provides(&["facility"])),
    ("add_facility", Invalidates(&["facility"])),
    ("read_facility", Provides(&["facility"])),
    ("change_facility", Invalidates(&["facility"])),
    ("list_units", Provides(&["unit", "person"])),
    ("add_unit", Invalidates(&["unit", "facility"])),
    ("read_unit", Provides(&["unit", "person"])),
    ("change_unit", Invalidates(&["unit", "person"])),
    ("remove_unit", Invalidates(&["unit", "facility"])),
    ("list_circuits", Provides(&["circuit"])),
    ("add_circuit", Invalidates(&["circuit"])),
    ("change_circuit", Invalidates(&["circuit", "charge_point"])),
    ("remove_circuit", Invalidates(&["circuit"])),
    ("read_charging_tree", Provides(&["circuit", "charge_point", "connector"])),
    ("read_tariff", Provides(&["tariff"])),
    ("save_tariff", Invalidates(&["tariff"])),
    ("preview_tariff", Invalidates(&[])),
    ("list_market_prices", Provides(&["market_price"])),
    ("list_price_areas", Provides(&["market_price", "facility", "setting"])),
    ("take_market_prices", Invalidates(&["market_price", "todo"])),
    ("fetch_prices", Invalidates(&["market_price", "todo"])),
    ("read_price_feed", Provides(&["setting"])),
    ("change_price_feed", Invalidates(&["setting", "market_price"])),
    ("list_charge_points", Provides(&["charge_point", "connector"])),
    ("prepare_charge_point", Invalidates(&["charge_point", "circuit", "waiting_charge_point", "todo"])),
    ("read_charge_point", Provides(&["charge_point", "connector"])),
    ("change_charge_point", Invalidates(&["charge_point", "circuit", "todo"])),
    ("decommission_charge_point", Invalidates(&["charge_point", "circuit", "todo"])),
    ("set_charge_point_key", Invalidates(&["charge_point"])),
    ("change_charge_point_key", Invalidates(&["charge_point", "command"])),
    ("give_up_key_change", Invalidates(&["charge_point", "command"])),
    ("read_charging_address", Provides(&["setting"])),
    ("list_waiting_charge_points", Provides(&["waiting_charge_point"])),
    ("adopt_charge_point", Invalidates(&["charge_point", "circuit", "waiting_charge_point", "todo"])),
    ("dismiss_charge_point", Invalidates(&["waiting_charge_point", "todo"])),
    ("list_sessions", Provides(&["session", "person", "document"])),
    ("read_session", Provides(&["session", "person", "document"])),
    ("assign_session", Invalidates(&["session"])),
    ("accept_session", Invalidates(&["session", "todo"])),
    ("void_session", Invalidates(&["session", "todo"])),
    ("list_stray_messages", Provides(&["stray_message"])),
    ("attach_stray_message", Invalidates(&["stray_message", "session", "charge_point", "todo"])),
    ("dismiss_stray_message", Invalidates(&["stray_message", "todo"])),
    ("list_commands", Provides(&["command"])),
    ("ask_charge_point", Invalidates(&["command"])),
    ("list_messages", Provides(&["message"])),
    ("list_tags", Provides(&["tag", "person"])),
    ("add_tag", Invalidates(&["tag"])),
    ("change_tag", Invalidates(&["tag"])),
    ("remove_tag", Invalidates(&["tag"])),
    ("read_billing", Provides(&["billing"])),
    ("read_booked_month", Provides(&["bookkeeping", "document", "chart_account"])),
    ("read_books_file", Provides(&[])),
    ("read_closing", Provides(&["bookkeeping", "document", "session", "incoming_payment", "payment", "notice"])),
    ("lock_month", Invalidates(&["bookkeeping"])),
    ("unlock_month", Invalidates(&["bookkeeping"])),
    ("read_month_package", Provides(&[])),
    ("list_chart_accounts", Provides(&["chart_account"])),
    ("choose_chart_account", Invalidates(&["chart_account", "bookkeeping"])),
    ("restore_chart_account", Invalidates(&["chart_account", "bookkeeping"])),
    ("save_billing", Invalidates(&["billing", "month_run"])),
    ("list_month_runs", Provides(&["month_run"])),
    ("plan_month", Invalidates(&["month_run", "job"])),
    ("read_month_run", Provides(&["month_run"])),
    ("commit_month", Invalidates(&["month_run", "job"])),
    ("release_month", Invalidates(&["month_run", "document", "notice", "todo"])),
    ("withhold_month", Invalidates(&["month_run", "notice", "todo"])),
    ("list_accounts", Provides(&["account", "document", "person"])),
    ("read_statement", Provides(&["account", "document", "person"])),
    ("read_statement_file", Provides(&["account", "document"])),
    ("export_statement", Provides(&["account", "document"])),
    ("read_transfer", Provides(&["account", "document", "person"])),
    ("read_ledger_proof", Provides(&["account", "document"])),
    ("list_documents", Provides(&["document"])),
    ("read_document", Provides(&["document", "person", "notice"])),
    ("remove_draft", Invalidates(&["document"])),
    ("read_document_file", Provides(&["document"])),
    ("read_e_invoice", Provides(&["document"])),
    ("read_specification", Provides(&["document"])),
    ("export_e_invoices", Invalidates(&["job"])),
    ("issue_document", Invalidates(&["document"])),
    ("void_document", Invalidates(&["document", "notice"])),
    ("credit_document", Invalidates(&["document"])),
    ("look_at_document_sms", Provides(&["document", "person", "setting"])),
    ("send_document", Invalidates(&["document", "notice"])),
    ("read_reminder_settings", Provides(&["reminder", "organisation"])),
    ("save_reminder_settings", Invalidates(&["reminder"])),
    ("list_reminder_figures", Provides(&["reminder"])),
    ("add_reminder_figure", Invalidates(&["reminder"])),
    ("list_reminder_runs", Provides(&["reminder"])),
    ("look_at_reminders", Invalidates(&["reminder"])),
    ("read_reminder_run", Provides(&["reminder", "document", "notice"])),
    ("make_reminders", Invalidates(&["reminder", "document", "account", "todo"])),
    ("release_reminders", Invalidates(&["reminder", "document", "notice", "todo"])),
    ("withhold_reminders", Invalidates(&["reminder", "notice", "todo"])),
    ("pause_reminders", Invalidates(&["document"])),
    ("resume_reminders", Invalidates(&["document"])),
    ("list_bank_files", Provides(&["incoming_payment"])),
    ("look_at_bank_file", Invalidates(&[])),
    ("take_bank_file", Invalidates(&["incoming_payment", "document", "payout", "account", "todo"])),
    ("list_incoming_payments", Provides(&["incoming_payment"])),
    ("read_incoming_payment", Provides(&["incoming_payment", "document"])),
    ("find_payable", Provides(&["incoming_payment", "document"])),
    ("settle_incoming_payment", Invalidates(&["incoming_payment", "document"])),
    ("take_back_incoming_payment", Invalidates(&["incoming_payment", "document", "account", "reconciliation", "todo"])),
    ("choose_same_deposit", Invalidates(&["incoming_payment", "account"])),
    ("receive_from_counter", Invalidates(&["incoming_payment", "account", "todo"])),
    ("read_reconciliation", Provides(&["reconciliation", "payment", "incoming_payment", "till"])),
    ("export_reconciliation", Provides(&["reconciliation"])),
    ("list_settlements", Provides(&["reconciliation"])),
    ("look_at_settlements", Invalidates(&[])),
    ("take_settlements", Invalidates(&["reconciliation", "account", "todo"])),
    ("receive_settlement", Invalidates(&["reconciliation", "incoming_payment", "account", "todo"])),
    ("care_for_difference", Invalidates(&["reconciliation"])),
    ("correct_difference", Invalidates(&["reconciliation", "account", "todo"])),
    ("list_payments", Provides(&["payment", "document"])),
    ("read_payment", Provides(&["payment", "document"])),
    ("look_at_payment", Invalidates(&["payment", "document", "account"])),
    ("take_payment_callback", Invalidates(&[])),
    ("list_refunds", Provides(&["refund", "document", "person"])),
    ("read_refund", Provides(&["refund", "document", "person"])),
    ("read_refund_offer", Provides(&["refund", "payment", "document"])),
    ("ask_refund", Invalidates(&["refund", "payment", "account", "my_refund", "todo"])),
    ("approve_refund", Invalidates(&["refund", "my_refund", "todo"])),
    ("reject_refund", Invalidates(&["refund", "payment", "account", "my_refund", "todo"])),
    ("withdraw_refund", Invalidates(&["refund", "payment", "account", "my_refund", "todo"])),
    ("try_refund_again", Invalidates(&["refund", "payment", "account", "my_refund", "todo"])),
    ("list_my_refunds", Provides(&["my_refund", "refund"])),
    ("read_till_standing", Provides(&["till"])),
    ("save_till_setting", Invalidates(&["till"])),
    ("list_tills", Provides(&["till", "person"])),
    ("open_till", Invalidates(&["till"])),
    ("read_till", Provides(&["till", "person"])),
    ("list_owed_at_counter", Provides(&["till", "document", "person"])),
    ("take_at_till", Invalidates(&["till", "document", "account", "my_invoice", "notice", "todo"])),
    ("take_back_at_till", Invalidates(&["till", "document", "account", "my_invoice", "notice", "todo"])),
    ("close_till", Invalidates(&["till", "account"])),
    ("read_till_receipt", Provides(&[])),
    ("read_till_report", Provides(&[])),
    ("export_till", Provides(&[])),
    ("list_payouts", Provides(&["payout", "person"])),
    ("ask_payout", Invalidates(&["payout", "payment", "incoming_payment", "account", "todo"])),
    ("read_payout_offer", Provides(&["payout", "payment", "incoming_payment", "document", "account", "person"])),
    ("read_payout", Provides(&["payout", "person"])),
    ("approve_payout", Invalidates(&["payout", "todo"])),
    ("refuse_payout", Invalidates(&["payout", "payment", "incoming_payment", "account", "todo"])),
    ("withdraw_payout", Invalidates(&["payout", "payment", "incoming_payment", "account", "todo"])),
    ("settle_payout", Invalidates(&["payout", "payment", "incoming_payment", "document", "account", "todo"])),
    ("list_payout_files", Provides(&["payout"])),
    ("make_payout_file", Invalidates(&["payout", "todo"])),
    ("fetch_payout_file", Invalidates(&["payout", "todo"])),
    ("read_payout_sender", Provides(&["payout"])),
    ("save_payout_sender", Invalidates(&["payout"])),
    ("list_outgoing", Provides(&["payout", "incoming_payment"])),
    ("list_payout_statuses", Provides(&["payout"])),
    ("take_payout_statuses", Invalidates(&["payout", "document", "account", "todo"])),
    ("look_at_payout_statuses", Invalidates(&[])),
    ("list_left_money", Provides(&["payout", "account", "incoming_payment", "person"])),
    ("export_left_money", Provides(&["payout"])),
    ("list_payment_agreements", Provides(&["payment_agreement", "setting"])),
    ("save_payment_agreement", Invalidates(&["payment_agreement"])),
    ("check_payment_agreement", Invalidates(&["payment_agreement"])),
    ("list_terms", Provides(&["terms", "setting"])),
    ("write_terms", Invalidates(&["terms", "my_invoice"])),
    ("read_public_terms", Provides(&["terms", "organisation"])),
    ("list_accepted_terms", Provides(&["payment", "person"])),
    ("read_payment_methods", Provides(&["payment_methods", "payment_agreement"])),
    ("choose_payment_methods", Invalidates(&["payment_methods", "my_invoice"])),
    ("list_my_invoices", Provides(&["my_invoice", "document"])),
    ("pay_my_invoice", Invalidates(&["my_invoice", "payment"])),
    ("read_my_payment", Provides(&["my_invoice", "payment"])),
    ("read_my_payment_frame", Provides(&[])),
    ("break_off_my_payment", Invalidates(&["my_invoice", "payment"])),
    ("list_persons", Provides(&["person"])),
    ("add_person", Invalidates(&["person", "facility", "todo"])),
    ("read_person", Provides(&["person"])),
    ("change_person", Invalidates(&["person", "unit", "todo"])),
    ("read_timeline", Provides(&["person", "audit"])),
    ("reveal_personal_number", Invalidates(&["audit"])),
    ("preview_erasure", Provides(&["person"])),
    ("erase_person", Invalidates(&["person", "tag", "unit", "facility", "todo"])),
    ("list_duplicates", Provides(&["person"])),
    ("tell_apart", Invalidates(&["person"])),
    ("undo_tell_apart", Invalidates(&["person"])),
    ("merge_persons", Invalidates(&["person", "tag", "unit", "facility", "account", "refund", "todo"])),
    ("move_in", Invalidates(&["person", "unit", "facility"])),
    ("change_tenancy", Invalidates(&["person", "unit"])),
    ("remove_tenancy", Invalidates(&["person", "unit"])),
    ("add_login", Invalidates(&["person", "todo"])),
    ("rename_login", Invalidates(&["person"])),
    ("block_login", Invalidates(&["person", "todo"])),
    ("unblock_login", Invalidates(&["person", "todo"])),
    ("hand_over", Invalidates(&["person", "todo"])),
    ("hand_over_all", Invalidates(&["person", "todo"])),
    ("undo_hand_over_all", Invalidates(&["person", "todo"])),
    ("make_letters", Invalidates(&["job", "person", "todo", "sign_in"])),
    // A file is saved, not kept.
    ("export_people", Provides(&[])),
    ("export_audit", Provides(&[])),
    ("export_units", Provides(&[])),
    ("export_tenancies", Provides(&[])),
    ("export_facilities", Provides(&[])),
    ("export_staff", Provides(&[])),
    ("export_documents", Provides(&[])),
    ("export_document_lines", Provides(&[])),
    ("export_sessions", Provides(&[])),
    ("export_charge_points", Provides(&[])),
    ("export_tags", Provides(&[])),
    ("list_imports", Provides(&["import"])),
    ("read_file", Invalidates(&["import"])),
    ("read_import", Provides(&["import"])),
    ("map_import", Invalidates(&["import"])),
    ("discard_import", Invalidates(&["import"])),
    ("commit_import", Invalidates(&["import", "job"])),
    ("undo_import", Invalidates(&["import", "job"])),
    ("read_import_faults", Provides(&["import"])),
    ("read_import_source", Provides(&["import"])),
    ("read_todo", Provides(&["todo"])),
    ("search", Provides(&["person", "unit", "charge_point", "facility", "organisation"])),
    ("list_views", Provides(&["view"])),
    ("save_view", Invalidates(&["view"])),
    ("remove_view", Invalidates(&["view"])),
    ("list_jobs", Provides(&["job"])),
    ("read_job", Provides(&["job"])),
    ("cancel_job", Invalidates(&["job"])),
    ("read_job_file", Provides(&["job"])),
    ("list_notices", Provides(&["notice"])),
    ("list_mail_templates", Provides(&["mail_template"])),
    ("change_mail_template", Invalidates(&["mail_template"])),
    ("restore_mail_template", Invalidates(&["mail_template"])),
    ("try_mail_template", Invalidates(&[])),
    ("retry_notice", Invalidates(&["notice", "todo"])),
    ("read_mail", Provides(&["setting"])),
    ("change_mail", Invalidates(&["setting", "me", "notice", "todo"])),
    // Nothing is stored: the mail goes past the outbox.
    ("test_mail", Invalidates(&[])),
    ("find_mailbox", Provides(&["setting"])),
    ("change_mailbox", Invalidates(&["setting", "todo"])),
    ("read_mailbox", Invalidates(&["setting", "notice", "todo"])),
    ("find_sms", Provides(&["setting"])),
    ("change_sms", Invalidates(&["setting", "notice", "todo"])),
    ("test_sms", Invalidates(&[])),
    ("take_sms_report", Invalidates(&[])),
    ("read_policy", Provides(&["setting"])),
    ("change_policy", Invalidates(&["setting"])),
    ("read_address", Provides(&["setting"])),
    ("change_address", Invalidates(&["setting"])),
    ("list_audit", Provides(&["audit"])),
    ("list_actors", Provides(&["staff", "person"])),
    ("prove_audit", Provides(&["audit"])),
    ("list_actions", Provides(&[])),
];

/// Writes the tags of an operation into the document.
pub(crate) fn mark(operation: &mut Value) {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
    let cache = OPERATIONS.iter().find(|(name, _)| *name == id).map(|(_, cache)| cache);
    let (name, tags) = match cache {
        Some(Provides(tags)) => ("x-provides", tags),
        Some(Invalidates(tags)) => ("x-invalidates", tags),
        None => return,
    };
    if let Some(operation) = operation.as_object_mut() {
        operation.insert(name.to_owned(), json!(tags));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::document;
    use stolpe_domain::event::Action;

    fn operations() -> Vec<(String, Value)> {
        let document = document();
        let paths = document["paths"].as_object().unwrap().clone();
        let each = |operations: Value| operations.as_object().unwrap().clone().into_iter();
        paths.into_iter().flat_map(|(_, operations)| each(operations)).collect()
    }

    #[test]
    fn every_get_provides_and_every_other_verb_invalidates() {
        let operations = operations();
        assert!(operations.len() > 70);
        for (method, operation) in operations {
            let wanted = if method == "get" { "x-provides" } else { "x-invalidates" };
            assert!(operation.get(wanted).is_some(), "{method} {} has no {wanted}", operation["operationId"]);
        }
    }

    #[test]
    fn no_tag_is_listed_for_an_operation_that_is_gone() {
        let operations = operations();
        for (id, _) in OPERATIONS {
            assert!(operations.iter().any(|(_, operation)| operation["operationId"] == *id), "{id}");
        }
    }

    #[test]
    fn every_tag_of_an_event_is_filled_by_some_operation() {
        let filled: Vec<&str> = OPERATIONS
            .iter()
            .filter_map(|(_, cache)| match cache {
                Provides(tags) => Some(*tags),
                Invalidates(_) => None,
            })
            .flatten()
            .copied()
            .collect();
        for action in Action::ALL {
            assert!(action.tags().iter().all(|tag| filled.contains(tag)), "{}", action.word());
        }
    }
}
