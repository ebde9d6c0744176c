//! Files as they leave the product and come into it, byte for byte where bytes are the promise.

#[cfg(test)]
mod document;
#[cfg(test)]
mod e_invoice;
#[cfg(test)]
mod logo;
#[cfg(test)]
mod payout_file;
#[cfg(test)]
mod people_file;
#[cfg(test)]
mod reader;
#[cfg(test)]
mod saft;
#[cfg(test)]
mod sign_in_letter;
#[cfg(test)]
mod table_file;
#[cfg(test)]
mod table_out;
#[cfg(test)]
mod top_up;
#[cfg(test)]
mod xml_rules;
