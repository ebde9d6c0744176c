//! Removing a training organisation with everything in it. Nothing else is ever deleted like this.

use crate::engine::{Conn, Tx, text};
use crate::error::Result;
use stolpe_domain::id::OrganisationId;
use uuid::Uuid;

/// Rows of the charge points of an organisation.
macro_rules! of_training_points {
    () => {
        "where charge_point_id in (select charge_point.id from charge_point \
         join facility on facility.id = charge_point.facility_id where facility.organisation_id = $1)"
    };
}

/// Rows of the sessions of an organisation.
macro_rules! of_training_sessions {
    () => {
        "where session_id in (select session.id from session \
         join facility on facility.id = session.facility_id where facility.organisation_id = $1)"
    };
}

/// Rows of the documents of an organisation.
macro_rules! of_training_documents {
    () => {
        "where document_id in (select id from document where organisation_id = $1)"
    };
}

impl Conn {
    /// The training organisation, if there is one.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn find_training(&mut self) -> Result<Option<OrganisationId>> {
        let row: Option<(Uuid,)> =
            self.sql("select id from organisation where training order by id limit 1").optional().await?;
        Ok(row.map(|(id,)| OrganisationId(id)))
    }

    /// How many logins with a role at the desk belong to people of an organisation.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn staff_of(&mut self, organisation: OrganisationId) -> Result<i64> {
        let (count,): (i64,) = self
            .sql(
                "select count(*) from login join person on person.id = login.person_id \
                 where person.organisation_id = $1 and login.facility_id is null",
            )
            .bind(organisation.uuid())
            .one()
            .await?;
        Ok(count)
    }
}

impl Tx {
    /// Deletes an organisation that is marked as training, and everything in it but the audit log.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] when it is not a training organisation: then nothing is deleted.
    pub async fn delete_training(&mut self, id: OrganisationId) -> Result<()> {
        let it = id.uuid();
        self.change("delete from search_term where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from notice where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from mail_template where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from person_apart where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from view where organisation_id = $1").bind(it).run().await?.any();
        self.delete_training_documents(id).await?;
        self.change("delete from import_row where import_id in (select id from import where organisation_id = $1)")
            .bind(it)
            .run()
            .await?
            .any();
        self.change("delete from tenancy where person_id in (select id from person where organisation_id = $1)")
            .bind(it)
            .run()
            .await?
            .any();
        self.change(
            "delete from one_time_token where login_id in (select login.id from login \
             join person on person.id = login.person_id where person.organisation_id = $1)",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change(
            "delete from sign_in where login_id in (select login.id from login \
             join person on person.id = login.person_id where person.organisation_id = $1)",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change(
            "delete from membership where organisation_id = $1 \
             or facility_id in (select id from facility where organisation_id = $1)",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change("delete from login where person_id in (select id from person where organisation_id = $1)")
            .bind(it)
            .run()
            .await?
            .any();
        self.change(
            "delete from person_facility where person_id in (select id from person where organisation_id = $1)",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change("delete from tag where organisation_id = $1").bind(it).run().await?.any();
        self.change("update person set merged_into_id = null where organisation_id = $1").bind(it).run().await?.any();
        self.delete_training_circuits(id).await?;
        self.change("delete from person where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from unit where facility_id in (select id from facility where organisation_id = $1)")
            .bind(it)
            .run()
            .await?
            .any();
        self.change(
            "delete from import_mapping where facility_id in (select id from facility where organisation_id = $1)",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change("delete from import_file where import_id in (select id from import where organisation_id = $1)")
            .bind(it)
            .run()
            .await?
            .any();
        self.change("delete from import where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from job_file where job_id in (select id from job where organisation_id = $1)")
            .bind(it)
            .run()
            .await?
            .any();
        self.change("delete from job where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from department where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from organisation_logo where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from facility where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from organisation where id = $1 and training")
            .bind(it)
            .run()
            .await?
            .one("training organisation")
    }

    /// Deletes what an organisation charges and how it is paid, its made-up invoices among it.
    async fn delete_training_documents(&mut self, id: OrganisationId) -> Result<()> {
        let it = id.uuid();
        // Those that resolve others go first; nothing refers to them.
        self.change("delete from voucher where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from voucher_series where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from chart_account where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from ledger_transfer where organisation_id = $1 and resolves_id is not null")
            .bind(it)
            .run()
            .await?
            .any();
        self.change("delete from ledger_transfer where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from ledger_account where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from till_payout where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from till_entry where organisation_id = $1 and takes_back_id is not null")
            .bind(it)
            .run()
            .await?
            .any();
        self.change("delete from till_entry where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from till where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from till_series where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from till_setting where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from difference_care where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from provider_settlement_line where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from provider_settlement where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from money_word where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from outgoing_line where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from payout_status where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from payout_status_file where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from payout_item where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from payout_file where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from payout where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from payout_sender where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from incoming_payment where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from refund where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from top_up_receipt where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from top_up_series where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from top_up_setting where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from payment_callback where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from payment_terms where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from terms where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from payment_attempt where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from saved_card where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from payment where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from payment_method_list where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from payment_agreement where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from bank_file where organisation_id = $1").bind(it).run().await?.any();
        self.delete_training_reminders(id).await?;
        self.change(text!["delete from document_line"[of_training_documents]]).bind(it).run().await?.any();
        self.change(text!["delete from document_rate"[of_training_documents]]).bind(it).run().await?.any();
        self.change("delete from charge_line where charge_id in (select id from charge where organisation_id = $1)")
            .bind(it)
            .run()
            .await?
            .any();
        self.change("delete from charge where organisation_id = $1").bind(it).run().await?.any();
        self.change("update document set credits_id = null where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from document where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from company where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from month_run where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from number_series where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from locked_month where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from billing where organisation_id = $1").bind(it).run().await?.any();
        Ok(())
    }

    /// Deletes the reminders of an organisation, before the documents that they are about.
    async fn delete_training_reminders(&mut self, id: OrganisationId) -> Result<()> {
        let it = id.uuid();
        self.change(text!["delete from reminder_pause"[of_training_documents]]).bind(it).run().await?.any();
        self.change(
            "delete from reminder_item where reminder_id in (select id from document where organisation_id = $1)",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change(text!["delete from reminder"[of_training_documents]]).bind(it).run().await?.any();
        self.change("delete from reminder_run where organisation_id = $1").bind(it).run().await?.any();
        self.change("delete from reminder_settings where organisation_id = $1").bind(it).run().await?.any();
        Ok(())
    }

    /// Deletes the circuits of an organisation with the charge points on them, all that those ever said, and its tariffs.
    async fn delete_training_circuits(&mut self, id: OrganisationId) -> Result<()> {
        let it = id.uuid();
        self.change(
            "delete from tariff_component where tariff_id in (select tariff.id from tariff \
             join facility on facility.id = tariff.facility_id where facility.organisation_id = $1)",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change("delete from tariff where facility_id in (select id from facility where organisation_id = $1)")
            .bind(it)
            .run()
            .await?
            .any();
        self.delete_training_sessions(id).await?;
        self.change(
            "delete from connector where charge_point_id in (select charge_point.id from charge_point \
             join facility on facility.id = charge_point.facility_id where facility.organisation_id = $1)",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change(
            "delete from turned_away where charge_point_id in (select charge_point.id from charge_point \
             join facility on facility.id = charge_point.facility_id where facility.organisation_id = $1)",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change(
            "delete from charge_point_contact where charge_point_id in (select charge_point.id from charge_point \
             join facility on facility.id = charge_point.facility_id where facility.organisation_id = $1)",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change(
            "delete from charge_point where facility_id in (select id from facility where organisation_id = $1)",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change("delete from circuit where facility_id in (select id from facility where organisation_id = $1)")
            .bind(it)
            .run()
            .await?
            .any();
        Ok(())
    }

    /// Deletes what the charge points of an organisation ever said, with the sessions that follow from it.
    async fn delete_training_sessions(&mut self, id: OrganisationId) -> Result<()> {
        let it = id.uuid();
        self.change(text!["delete from session_quarter"[of_training_sessions]]).bind(it).run().await?.any();
        self.change(text!["delete from session_origin"[of_training_sessions]]).bind(it).run().await?.any();
        self.change(text!["delete from interval"[of_training_sessions]]).bind(it).run().await?.any();
        self.change(text!["delete from stray_message"[of_training_points]]).bind(it).run().await?.any();
        self.change(text!["delete from session"[of_training_points]]).bind(it).run().await?.any();
        self.change(text!["delete from key_change"[of_training_points]]).bind(it).run().await?.any();
        self.change(text!["delete from command"[of_training_points]]).bind(it).run().await?.any();
        self.change(text!["delete from message"[of_training_points]]).bind(it).run().await?.any();
        Ok(())
    }
}
