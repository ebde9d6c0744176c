//! Values into bytes and bytes into values: files that leave Stolpe, files that come in, and nothing that opens one.
//!
//! **Architecture invariant:** nothing here opens a file, a socket or a clock. Sources are `Read`, targets are `Write`,
//! and every date, name and id that ends up in a file is passed in, so that equal input gives equal bytes.

pub mod bank_file;
pub mod bookkeeping;
pub mod catalogue;
pub mod delivery_report;
pub mod document;
pub mod e_invoice;
pub mod formula;
pub mod list_file;
pub mod logo;
pub mod notice_text;
pub mod payout_file;
pub mod payout_status;
pub mod pdf;
pub mod people_file;
pub mod price_file;
pub mod provider_text;
pub mod qr_svg;
pub mod recovery_code;
pub mod settlement_file;
pub mod sign_in_letter;
pub mod specification;
pub mod statement;
pub mod table_file;
pub mod table_out;
pub mod till;
pub mod top_up;
mod xml;
mod xml_out;
