//! The words of the letter and of its list. Whole sentences, since no language lets itself be put together from parts.

use stolpe_domain::language::Language;

pub(super) struct LetterTexts {
    pub(super) unit: &'static str,
    pub(super) heading: &'static str,
    /// `{facility}` is the name of the facility.
    pub(super) introduction: &'static str,
    pub(super) facility_id: &'static str,
    pub(super) username: &'static str,
    pub(super) password: &'static str,
    pub(super) portal: &'static str,
    pub(super) qr_code: &'static str,
    pub(super) how: &'static str,
    /// `{portal}` is the address of the portal.
    pub(super) steps: [&'static str; 3],
    /// The first step when the address is too long to be repeated on one line.
    pub(super) first_step_without_address: &'static str,
    pub(super) caution: &'static str,
    pub(super) questions: &'static str,
    pub(super) phone: &'static str,
    pub(super) email: &'static str,
    pub(super) visit: &'static str,
    pub(super) hours: &'static str,
}

pub(super) struct CoverTexts {
    pub(super) title: &'static str,
    /// `{count}` is the number of letters; the first form is for one.
    pub(super) count: [&'static str; 2],
    pub(super) advice: &'static str,
    pub(super) printed_by: &'static str,
    pub(super) date: &'static str,
    pub(super) handed_over: &'static str,
    pub(super) unit: &'static str,
    pub(super) name: &'static str,
    pub(super) signature: &'static str,
    /// `{page}` and `{pages}` are numbers.
    pub(super) page: &'static str,
}

pub(super) const fn letter(language: Language) -> LetterTexts {
    match language {
        Language::Sv => LetterTexts {
            unit: "Objekt",
            heading: "Dina inloggningsuppgifter",
            introduction: "Med uppgifterna i det här brevet loggar du in på portalen för {facility}. Där sköter du \
                           dina tjänster, ser din förbrukning och hittar dina kvitton.",
            facility_id: "Anläggnings-ID",
            username: "Användarnamn",
            password: "Lösenord, gäller tills du har valt ett eget",
            portal: "Portal",
            qr_code: "QR-kod med portalens adress",
            how: "Så loggar du in",
            steps: [
                "Gå till {portal} eller läs av QR-koden med mobilens kamera.",
                "Skriv anläggnings-ID, användarnamn och lösenord precis som de står ovan. Stora och små bokstäver \
                 räknas som olika tecken.",
                "Välj ett eget lösenord. Det måste du göra vid första inloggningen. Sedan slutar lösenordet i brevet \
                 att gälla.",
            ],
            first_step_without_address: "Gå till portalens adress ovan eller läs av QR-koden med mobilens kamera.",
            caution: "Förstör brevet när du har valt ett eget lösenord. Vi frågar aldrig efter ditt lösenord, varken \
                      per telefon eller e-post.",
            questions: "Har du frågor?",
            phone: "Telefon",
            email: "E-post",
            visit: "Besöksadress",
            hours: "Öppettider",
        },
        Language::Nb => LetterTexts {
            unit: "Objekt",
            heading: "Dine innloggingsopplysninger",
            introduction: "Med opplysningene i dette brevet logger du inn på portalen for {facility}. Der styrer du \
                           tjenestene dine, ser forbruket ditt og finner kvitteringene dine.",
            facility_id: "Anleggs-ID",
            username: "Brukernavn",
            password: "Passord, gjelder til du har valgt ditt eget",
            portal: "Portal",
            qr_code: "QR-kode med adressen til portalen",
            how: "Slik logger du inn",
            steps: [
                "Gå til {portal} eller skann QR-koden med mobilkameraet.",
                "Skriv anleggs-ID, brukernavn og passord nøyaktig slik de står ovenfor. Det er forskjell på store og \
                 små bokstaver.",
                "Velg ditt eget passord. Det må du gjøre første gang du logger inn. Deretter slutter passordet i \
                 brevet å gjelde.",
            ],
            first_step_without_address: "Gå til portaladressen ovenfor eller skann QR-koden med mobilkameraet.",
            caution: "Makuler brevet når du har valgt ditt eget passord. Vi spør deg aldri om passordet ditt, verken \
                      på telefon eller i e-post.",
            questions: "Har du spørsmål?",
            phone: "Telefon",
            email: "E-post",
            visit: "Besøksadresse",
            hours: "Åpningstider",
        },
        Language::En => LetterTexts {
            unit: "Unit",
            heading: "Your sign-in details",
            introduction: "With the details in this letter you sign in to the portal of {facility}. There you manage \
                           your services, follow your consumption and find your receipts.",
            facility_id: "Facility ID",
            username: "Username",
            password: "Password, valid until you have chosen your own",
            portal: "Portal",
            qr_code: "QR code with the address of the portal",
            how: "How to sign in",
            steps: [
                "Go to {portal} or scan the QR code with the camera of your phone.",
                "Enter the facility ID, username and password exactly as they are written above. Capital and small \
                 letters are different characters.",
                "Choose a password of your own. You must do so the first time you sign in. After that, the password \
                 in this letter is no longer valid.",
            ],
            first_step_without_address: "Go to the address above or scan the QR code with the camera of your phone.",
            caution: "Destroy this letter once you have chosen your own password. We never ask for your password, \
                      neither by phone nor by e-mail.",
            questions: "Do you have questions?",
            phone: "Phone",
            email: "E-mail",
            visit: "Visiting address",
            hours: "Opening hours",
        },
    }
}

pub(super) const fn cover(language: Language) -> CoverTexts {
    match language {
        Language::Sv => CoverTexts {
            title: "Utlämning av inloggningsbrev",
            count: ["1 brev", "{count} brev i den ordning de delas ut"],
            advice: "Skriv ut enkelsidigt. Kryssa för varje brev när det har lämnats ut, och förvara listan som \
                     underlag. Brev som inte kan lämnas ut ska förstöras.",
            printed_by: "Utskrivet av",
            date: "Datum",
            handed_over: "Utlämnat",
            unit: "Objekt",
            name: "Namn",
            signature: "Datum och signatur",
            page: "Sida {page} av {pages}",
        },
        Language::Nb => CoverTexts {
            title: "Utlevering av innloggingsbrev",
            count: ["1 brev", "{count} brev i den rekkefølgen de deles ut"],
            advice: "Skriv ut på én side av arket. Kryss av for hvert brev når det er levert ut, og ta vare på listen \
                     som dokumentasjon. Brev som ikke kan leveres ut, skal makuleres.",
            printed_by: "Skrevet ut av",
            date: "Dato",
            handed_over: "Utlevert",
            unit: "Objekt",
            name: "Navn",
            signature: "Dato og signatur",
            page: "Side {page} av {pages}",
        },
        Language::En => CoverTexts {
            title: "Handing over sign-in letters",
            count: ["1 letter", "{count} letters in the order in which they are handed out"],
            advice: "Print on one side of the paper. Tick each letter when it has been handed over, and keep the list \
                     as evidence. Destroy letters that cannot be handed over.",
            printed_by: "Printed by",
            date: "Date",
            handed_over: "Handed over",
            unit: "Unit",
            name: "Name",
            signature: "Date and signature",
            page: "Page {page} of {pages}",
        },
    }
}
