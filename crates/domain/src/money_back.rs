//! Word to whoever paid of money on its way back to them.

use crate::words::words;

words! {
    /// What somebody is told of money on its way back to them.
    MoneyNewsKind {
        /// It was given back the way by which it came.
        Refunded = "refunded",
        /// It was paid out to their bank account.
        PaidOut = "paid_out",
        /// It was paid out and has come back.
        CameBack = "came_back",
    }
}

words! {
    /// Why nobody is told.
    Untold {
        /// Whoever gets the money is nobody in the register, or not any more.
        Nobody = "nobody",
        /// They have neither a mail address nor a number by which they want to be told.
        NoWay = "no_way",
        /// The company has no mail address for its invoices.
        NoCompanyMail = "no_company_mail",
    }
}
