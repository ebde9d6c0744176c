//! Who asks for payment, and who pays.

use super::vat_scheme;
use crate::xml_out::XmlOut;
use stolpe_domain::e_invoice::EInvoice;
use stolpe_domain::payer::Party;
use stolpe_domain::vat_number::VatNumber;

/// What a party has beside what every party has.
#[derive(Default)]
struct More<'p> {
    vat_number: Option<&'p str>,
    registration: Option<&'static str>,
    contact: (Option<&'p str>, Option<&'p str>),
}

pub(super) fn parties(xml: &mut XmlOut, it: &EInvoice) {
    let (email, phone) = &it.contact;
    let seller = More {
        vat_number: it.seller.vat_number.as_ref().map(VatNumber::as_str),
        registration: it.tax_registration,
        contact: (email.as_deref(), phone.as_deref()),
    };
    xml.within("cac:AccountingSupplierParty", |xml| party(xml, &it.seller, &seller));
    xml.within("cac:AccountingCustomerParty", |xml| party(xml, &it.buyer, &More::default()));
}

fn party(xml: &mut XmlOut, it: &Party, more: &More<'_>) {
    xml.within("cac:Party", |xml| {
        let endpoint = it.endpoint();
        xml.marked("cbc:EndpointID", &[("schemeID", endpoint.scheme)], endpoint.id);
        xml.within("cac:PartyName", |xml| xml.text("cbc:Name", &it.name));
        xml.within("cac:PostalAddress", |xml| {
            xml.text("cbc:StreetName", &it.street);
            xml.text("cbc:CityName", &it.city);
            xml.text("cbc:PostalZone", it.postal_code.as_str());
            xml.within("cac:Country", |xml| xml.text("cbc:IdentificationCode", it.country().code()));
        });
        xml.within("cac:PartyTaxScheme", |xml| {
            if let Some(number) = more.vat_number {
                xml.text("cbc:CompanyID", number);
                vat_scheme(xml);
            }
        });
        xml.within("cac:PartyTaxScheme", |xml| {
            if let Some(registration) = more.registration {
                xml.text("cbc:CompanyID", registration);
                xml.within("cac:TaxScheme", |xml| xml.text("cbc:ID", "TAX"));
            }
        });
        xml.within("cac:PartyLegalEntity", |xml| {
            let registration = it.registration();
            xml.text("cbc:RegistrationName", &it.name);
            xml.marked("cbc:CompanyID", &[("schemeID", registration.scheme)], registration.id);
        });
        xml.within("cac:Contact", |xml| {
            let (email, phone) = more.contact;
            xml.maybe("cbc:Telephone", phone);
            xml.maybe("cbc:ElectronicMail", email);
        });
    });
}
