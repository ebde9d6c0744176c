//! What the columns of lists are called: in our own files in three languages, and in those of others.

/// What a column holds, where the whole of it says how its values are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Texts, and what is read one by one.
    Text,
    /// Numbers with decimals.
    Decimals,
    /// Dates, alone or with a time.
    Dates,
}

/// A column that a list may have.
#[derive(Debug, Clone, Copy)]
pub struct ListColumn {
    /// Its key, as in our files of JSON.
    pub key: &'static str,
    /// What files call it: folded as [`folded`] folds, with blanks between.
    words: &'static str,
    /// A list without it is none.
    pub(super) required: bool,
    pub(super) holds: Holds,
}

impl ListColumn {
    const fn new(key: &'static str, words: &'static str) -> Self {
        Self { key, words, required: false, holds: Holds::Text }
    }

    const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    const fn of(self, holds: Holds) -> Self {
        Self { holds, ..self }
    }

    /// Whether a heading means it.
    pub fn is_called(&self, heading: &str) -> bool {
        let heading = folded(heading);
        folded(self.key) == heading || self.words.split_whitespace().any(|word| word == heading)
    }
}

/// A heading as it is compared: lower case, without accents, blanks and signs.
fn folded(heading: &str) -> String {
    let plain = |letter: char| match letter {
        'ö' | 'ø' => Some('o'),
        'å' | 'ä' | 'æ' => Some('a'),
        'é' => Some('e'),
        letter if letter.is_ascii_alphanumeric() => Some(letter),
        _ => None,
    };
    heading.chars().flat_map(char::to_lowercase).filter_map(plain).collect()
}

/// Circuits of a facility.
pub const CIRCUITS: &[ListColumn] = &[
    ListColumn::new("name", "namn navn krets kurs circuit grupp gruppe").required(),
    ListColumn::new("parent", "under matasfran below overordnad overordnet parentcircuit"),
    ListColumn::new("fuseA", "sakringa sikringa fusea sakring sikring fuse amp ampere").required(),
    ListColumn::new("phases", "faser fas fase antalfaser antallfaser"),
];

/// Charge points of a facility.
pub const CHARGE_POINTS: &[ListColumn] = &[
    ListColumn::new("name", "namn navn benamning beteckning laddare lader chargepoint chargepointname").required(),
    ListColumn::new("identity", "identitet id chargepointid chargeboxid ocppid ocppidentity stationid deviceid")
        .required(),
    ListColumn::new("circuit", "krets kurs grupp gruppe circuitname"),
    ListColumn::new(
        "fuseA",
        "sakringa sikringa fusea sakring sikring fuse markstrom merkestrom ratedcurrent ampere amp",
    )
    .required(),
    ListColumn::new("limitA", "gransa grensea limita grans grense limit maxstrom maksstrom maxcurrent"),
    ListColumn::new("phaseRotation", "fasfoljd fasefolge phaserotation faser"),
    ListColumn::new("access", "vemfarladda hvemkanlade whomaycharge atkomst tilgang"),
    ListColumn::new("deactivated", "avstangd avstengt deaktivert"),
    ListColumn::new("meterKind", "mataresagdforhand malerangittforhand metersaidbyhand"),
];

/// Tags of an organisation.
pub const TAGS: &[ListColumn] = &[
    ListColumn::new(
        "idTag",
        "laddbricka ladebrikke tag rfid rfidtag brickannummer brikkenummer uid taguid kortnummer nummer token idtoken",
    )
    .required(),
    ListColumn::new("personName", "innehavare innehaver holder namn navn name vem hvem who person"),
    ListColumn::new("personEmail", "epost email epostadress epostadresse mejl mail"),
    ListColumn::new("label", "markning merking etikett alias"),
    ListColumn::new("blocked", "sparrad sperret sparr"),
    ListColumn::new(
        "expiresOn",
        "gallertillochmed gjeldertilogmed validthrough gallertill gjeldertil validuntil expires expiry",
    )
    .of(Holds::Dates),
];

/// Sessions that another system has counted.
pub const SESSIONS: &[ListColumn] = &[
    ListColumn::new("id", "sessionid transaktionsid transaksjonsid transactionid okt oktid sessionsid outsideid")
        .required(),
    ListColumn::new(
        "chargePointIdentity",
        "identitet identity chargepointid chargeboxid ocppid stationid deviceid laddarid laderid",
    ),
    ListColumn::new("chargePointName", "laddare lader chargepoint charger station ladepunkt laddpunkt"),
    ListColumn::new("connector", "uttag uttak connectorid outlet"),
    ListColumn::new(
        "startedAt",
        "borjan start begin startad startet starttid starttime started startdatum startdato fran fra from",
    )
    .of(Holds::Dates),
    ListColumn::new(
        "stoppedAt",
        "slut slutt end stopp stop slutad sluttid stopptid endtime stoptime ended till til to",
    )
    .of(Holds::Dates),
    ListColumn::new("startedUtc", "borjanutc startutc beginutc").of(Holds::Dates),
    ListColumn::new("stoppedUtc", "slututc sluttutc endutc").of(Holds::Dates),
    ListColumn::new("energyKwh", "kwh energi energikwh energy forbrukning forbruk consumption").of(Holds::Decimals),
    ListColumn::new(
        "meterStartKwh",
        "matarstallningvidborjankwh malerstandvedstartkwh meteratstartkwh meterstart matarstart malerstart",
    )
    .of(Holds::Decimals),
    ListColumn::new(
        "meterStopKwh",
        "matarstallningvidslutetkwh malerstandvedsluttkwh meteratstopkwh meterstop meterend matarslut malerslutt",
    )
    .of(Holds::Decimals),
    ListColumn::new("tag", "laddbricka ladebrikke rfid rfidtag idtag token"),
    ListColumn::new("personName", "vem hvem who namn navn anvandare bruker user driver forare"),
    ListColumn::new("personEmail", "epost email epostadress epostadresse mejl mail"),
];

/// What a payment provider has paid out, and for which payments.
pub const SETTLEMENTS: &[ListColumn] = &[
    ListColumn::new(
        "settlementId",
        "avrakning avrakningsnummer avrakningsid utbetalning utbetalningsid utbetaling utbetalingsid oppgjor oppgjorsnummer \
         settlement settlementnumber payout payoutid",
    ),
    ListColumn::new(
        "settledOn",
        "bokforingsdag bokforingsdatum bokford bokforingsdato utbetalningsdag utbetalningsdatum utbetalingsdato \
         avrakningsdag oppgjorsdato settlementdate bookingdate payoutdate",
    )
    .required()
    .of(Holds::Dates),
    ListColumn::new(
        "soldOn",
        "transaktionsdag transaktionsdatum transaksjonsdato betalningsdag betalingsdato datum dato date transactiondate \
         salesdate paymentdate",
    )
    .of(Holds::Dates),
    ListColumn::new(
        "reference",
        "referens referanse bestallningsid ordernummer ordrenummer orderid ordrereferanse orderreference payeereference",
    ),
    ListColumn::new(
        "movement",
        "betalningsreferens betalingsreferanse transaktionsid transaksjonsid transactionid pspreferens pspreferanse \
         pspreference paymentreference checkoutid",
    ),
    ListColumn::new("kind", "typ type transaktionstyp transaksjonstype transactiontype handelse hendelse"),
    ListColumn::new("amount", "belopp belop brutto bruttobelopp bruttobelop gross grossamount").required().of(Holds::Decimals),
    ListColumn::new("fee", "avgift avgifter gebyr gebyrer fees").of(Holds::Decimals),
    ListColumn::new("net", "netto nettobelopp nettobelop netamount").of(Holds::Decimals),
    ListColumn::new("currency", "valuta"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_means_two_columns_of_one_list() {
        for list in [CIRCUITS, CHARGE_POINTS, TAGS, SESSIONS, SETTLEMENTS] {
            for column in list {
                let words = column.words.split_whitespace().map(str::to_owned).chain([folded(column.key)]);
                for word in words {
                    let meant: Vec<_> = list.iter().filter(|it| it.is_called(&word)).map(|it| it.key).collect();
                    assert_eq!(meant, [column.key], "{word}");
                }
            }
        }
    }

    #[test]
    fn a_heading_is_known_whatever_signs_and_accents_it_has() {
        let fuse = CHARGE_POINTS.iter().find(|column| column.key == "fuseA").expect("a column");
        for heading in ["fuseA", "Säkring (A)", "SIKRING (A)", "Rated current"] {
            assert!(fuse.is_called(heading), "{heading}");
        }
        assert!(!fuse.is_called("Gräns (A)"));
    }
}
