//! The words by which files call their columns, in Swedish, Norwegian and English.

use super::PeopleField;

/// How surely a heading names a field: the whole heading is one of its words.
pub(super) const EXACT: u32 = 100;
/// The heading contains one of its words.
pub(super) const PARTLY: u32 = 70;

/// The words of each field, folded as [`folded`] folds them. Those first in a list win over later ones where a file has
/// both: a mobile number reaches people.
const WORDS: [(PeopleField, &str); 17] = [
    (PeopleField::GivenName, "fornamn tilltalsnamn fornavn firstname givenname forename"),
    (PeopleField::FamilyName, "efternamn etternavn lastname surname familyname slektsnavn"),
    (
        PeopleField::FullName,
        "namn navn name fullstandigtnamn fulltnavn fullname forochefternamn forogetternavn \
         hyresgast leietaker leietager tenant boende beboer resident kund kunde innehavare",
    ),
    (
        PeopleField::Email,
        "epost email epostadress epostadresse mejl mejladress mail mailadress mailadresse \
         emailaddress",
    ),
    (
        PeopleField::Phone,
        "mobil mobilnummer mobilnr mobiltelefon mobile mobilephone cell telefon telefonnummer \
         telefonnr tlf tlfnr tel telnr phone phonenumber telephone",
    ),
    (
        PeopleField::PersonalNumber,
        "personnummer personnr persnr pnr fodselsnummer fodselsnr fnr personid personorgnr \
         samordningsnummer dnummer personalnumber nationalid ssn socialsecuritynumber",
    ),
    (
        PeopleField::UnitCode,
        "objekt objektsnummer objektnummer objektsnr objektnr objektid lgh lghnr lagenhet \
         lagenhetsnummer lagenhetsnr leilighet leilighetsnummer leilnr bolignummer enhet unit \
         unitcode apartment apartmentnumber flat plats platsnummer platsnr pplats batplats plass \
         plassnummer batplass berth parkingspace",
    ),
    (
        PeopleField::UnitSection,
        "trappa trapp trapphus trappuppgang uppgang oppgang inngang brygga brygge pir plan vaning etasje \
         garage garasje byggnad bygning hus section stairwell entrance pontoon building floor",
    ),
    (
        PeopleField::Street,
        "adress adresse gatuadress gateadresse gata gate utdelningsadress postadress postadresse \
         street streetaddress address boligadresse",
    ),
    (PeopleField::PostalCode, "postnummer postnr postkod postalcode postcode zip zipcode"),
    (PeopleField::City, "ort postort stad poststed sted by city town posttown"),
    (PeopleField::Language, "sprak language lang"),
    (
        PeopleField::Username,
        "anvandarnamn anvandare anvandarid brukernavn brukerid bruker username user login \
         inloggning",
    ),
    (
        PeopleField::MovedInOn,
        "inflyttad inflyttning inflyttningsdatum inflyttningsdag innflyttet innflytting \
         innflyttingsdato innflyttingsdag movedin movedinon moveindate tilltrade tilltradesdatum \
         kontraktsstart avtalfran hyrfran leiefra startdatum startdato fromdatum fradato fran fra \
         from",
    ),
    (PeopleField::Department, "avdelning avd avdeling department dept"),
    (
        PeopleField::StaffNumber,
        "anstallningsnummer anstallningsnr anstnr ansattnummer ansattnr staffnumber employeenumber employeeid",
    ),
    (
        PeopleField::Note,
        "anteckning anteckningar kommentar kommentarer anmarkning ovrigt merknad merknader notat \
         note notes comment comments remarks",
    ),
];

/// A part shorter than this is in too many words to mean anything inside another.
const SHORTEST_PART: usize = 5;

/// A heading as it is compared: lower case, without accents, blanks and signs.
pub(super) fn folded(heading: &str) -> String {
    heading
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(|letter| match letter {
            'ö' | 'ø' | 'ó' | 'ô' => Some('o'),
            // æ is written as ae and as a where it is missing; the words above are written with a.
            'å' | 'ä' | 'á' | 'à' | 'â' | 'æ' => Some('a'),
            'é' | 'è' | 'ë' | 'ê' => Some('e'),
            'ü' | 'ú' => Some('u'),
            letter if letter.is_ascii_alphanumeric() => Some(letter),
            _ => None,
        })
        .collect()
}

/// What a heading says and how surely: higher is surer.
pub(super) fn meanings(heading: &str) -> Vec<(PeopleField, u32)> {
    let heading = folded(heading);
    let mut found = Vec::new();
    for (field, words) in WORDS {
        let rank = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let exact = words.split(' ').position(|word| word == heading).map(|place| EXACT.saturating_sub(rank(place)));
        let partly = || {
            let mut long = words.split(' ').filter(|word| word.len() >= SHORTEST_PART);
            long.any(|word| heading.contains(word)).then_some(PARTLY)
        };
        if let Some(score) = exact.map(|score| score.max(PARTLY + 1)).or_else(partly) {
            found.push((field, score));
        }
    }
    found
}
