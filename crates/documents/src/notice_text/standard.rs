//! The standard texts of mail and SMS, for organisations that have not written their own.

use stolpe_domain::channel::Channel;
use stolpe_domain::language::Language;
use stolpe_domain::mail_template::TemplateKind as Kind;

/// Subject and text, with places to fill in.
pub const fn standard(kind: Kind, language: Language) -> (&'static str, &'static str) {
    match language {
        Language::Sv => swedish(kind),
        Language::Nb => norwegian(kind),
        Language::En => english(kind),
    }
}

const fn swedish(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Invitation => (
            "Inbjudan till {organisation}",
            "Hej {name}!\n\n{inviter} har bjudit in dig att arbeta i Stolpe för {organisation}. Öppna länken och välj ett \
             lösenord. Inbjudan gäller i sju dagar:\n\n{link}\n",
        ),
        Kind::PasswordReset => (
            "Välj ett nytt lösenord",
            "Hej {name}!\n\nNågon, troligen du, har bett om ett nytt lösenord. Öppna länken och välj ett. Den fungerar \
             en gång och i en timme:\n\n{link}\n\nHar du inte bett om detta behöver du inte göra något. Ditt lösenord \
             är oförändrat.\n",
        ),
        Kind::AddressChanged => (
            "Din e-postadress har ändrats",
            "Hej {name}!\n\nDin e-postadress har bytts till en annan. Det här är det sista meddelandet till den här \
             adressen.\n\nHar du inte ändrat den själv ska du genast höra av dig till din hyresvärd.\n",
        ),
        Kind::Invoice => (
            "Faktura {number} – {organisation}",
            "Hej {name}!\n\nHär kommer faktura {number} för laddning i {facility}.\n\nAtt betala: {amount}\nSista \
             betalningsdag: {due_date}\nHur du betalar står på fakturan.\n\n{organisation}\nFrågor: {contact}\n",
        ),
        Kind::CreditNote => (
            "Kreditfaktura {number} – {organisation}",
            "Hej {name}!\n\nHär kommer kreditfaktura {number} för laddning i {facility}. Du krediteras \
             {amount}.\n\n{organisation}\nFrågor: {contact}\n",
        ),
        Kind::Receipt => (
            "Kvitto {number} – {organisation}",
            "Hej {name}!\n\nHär kommer kvitto {number} för {facility}. Betalt: {amount}.\n\n{organisation}\nFrågor: \
             {contact}\n",
        ),
        Kind::Reminder => (
            "Betalningspåminnelse {number} – {organisation}",
            "Hej {name}!\n\nVi saknar betalning från dig för laddning i {facility}. I påminnelse {number} står vilka \
             fakturor det gäller.\n\nAtt betala: {amount}\nSista betalningsdag: {due_date}\nHur du betalar står på \
             påminnelsen. Har du redan betalat kan du bortse från den.\n\n{organisation}\nFrågor: {contact}\n",
        ),
        Kind::TakenBack => (
            "Återtagen betalning, kvitto {number} – {organisation}",
            "Hej {name}!\n\nEn betalning på {amount} i kassan har återtagits, och här kommer kvitto {number} på det. \
             Fakturor som den betalade är obetalda igen, och förskott av den finns inte kvar.\n\n{organisation}\nFrågor: \
             {contact}\n",
        ),
        Kind::PaidOut => (
            "Kvitto på utbetalning {number} – {organisation}",
            "Hej {name}!\n\nHär kommer kvitto {number} på att du har fått {amount} kontant i kassan. Det är pengar som \
             du hade kvar.\n\n{organisation}\nFrågor: {contact}\n",
        ),
        Kind::CameBack => (
            "Utbetalning återlämnad {number} – {organisation}",
            "Hej {name}!\n\nHär kommer kvitto {number} på att {amount} som du hade fått kontant har lämnats tillbaka i \
             kassan. Pengarna är fortfarande dina och finns kvar hos oss.\n\n{organisation}\nFrågor: {contact}\n",
        ),
        Kind::SmsInvoice => (
            "",
            "{organisation}: faktura {number} för laddning, {amount}, betalas senast {due_date}. Se och betala: {portal}\n",
        ),
        Kind::SmsCreditNote => {
            ("", "{organisation}: du krediteras {amount}, kreditfaktura {number}. Se den: {portal}\n")
        }
        Kind::SmsReceipt => ("", "{organisation}: tack, {amount} är betalt. Kvitto {number}: {portal}\n"),
        Kind::SmsReminder => (
            "",
            "{organisation}: vi saknar din betalning. Påminnelse {number}, {amount}, betalas senast {due_date}. Se och \
             betala: {portal}\n",
        ),
        Kind::RefundDone => (
            "Återbetalning av {amount} – {organisation}",
            "Hej {name}!\n\nVi har betalat tillbaka {amount} av det som du betalade för faktura {number} i {facility}. \
             Pengarna går samma väg som du betalade. Det kan ta några bankdagar innan du ser dem.\n\n{organisation}\nFrågor: \
             {contact}\n",
        ),
        Kind::PayoutPaid => (
            "Utbetalning av {amount} – {organisation}",
            "Hej {name}!\n\nVi har betalat ut {amount} till ditt konto som slutar på {account}.\n\n{organisation}\nFrågor: \
             {contact}\n",
        ),
        Kind::PayoutReturned => (
            "Utbetalningen kom tillbaka – {organisation}",
            "Hej {name}!\n\n{amount} som vi betalade ut till kontot som slutar på {account} har kommit tillbaka till oss. \
             Pengarna är fortfarande dina. Hör av dig, så betalar vi ut dem igen.\n\n{organisation}\nFrågor: {contact}\n",
        ),
        Kind::SmsRefundDone => (
            "",
            "{organisation}: vi har betalat tillbaka {amount} för faktura {number}. Det kan ta några bankdagar innan du \
             ser pengarna.\n",
        ),
        Kind::SmsPayoutPaid => {
            ("", "{organisation}: vi har betalat ut {amount} till ditt konto som slutar på {account}.\n")
        }
        Kind::SmsPayoutReturned => (
            "",
            "{organisation}: {amount} som vi betalade ut till kontot som slutar på {account} har kommit tillbaka. Hör av \
             dig, så betalar vi ut pengarna igen.\n",
        ),
    }
}

const fn norwegian(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Invitation => (
            "Invitasjon til {organisation}",
            "Hei {name}!\n\n{inviter} har invitert deg til å arbeide i Stolpe for {organisation}. Åpne lenken og velg et \
             passord. Invitasjonen gjelder i sju dager:\n\n{link}\n",
        ),
        Kind::PasswordReset => (
            "Velg et nytt passord",
            "Hei {name}!\n\nNoen, trolig du, har bedt om et nytt passord. Åpne lenken og velg et. Den virker én gang og \
             i én time:\n\n{link}\n\nHar du ikke bedt om dette, trenger du ikke gjøre noe. Passordet ditt er \
             uendret.\n",
        ),
        Kind::AddressChanged => (
            "E-postadressen din er endret",
            "Hei {name}!\n\nE-postadressen din er byttet til en annen. Dette er den siste meldingen til denne \
             adressen.\n\nHar du ikke endret den selv, må du straks ta kontakt med utleieren din.\n",
        ),
        Kind::Invoice => (
            "Faktura {number} – {organisation}",
            "Hei {name}!\n\nHer kommer faktura {number} for lading i {facility}.\n\nÅ betale: {amount}\nForfallsdato: \
             {due_date}\nHvordan du betaler, står på fakturaen.\n\n{organisation}\nSpørsmål: {contact}\n",
        ),
        Kind::CreditNote => (
            "Kreditnota {number} – {organisation}",
            "Hei {name}!\n\nHer kommer kreditnota {number} for lading i {facility}. Du krediteres \
             {amount}.\n\n{organisation}\nSpørsmål: {contact}\n",
        ),
        Kind::Receipt => (
            "Kvittering {number} – {organisation}",
            "Hei {name}!\n\nHer kommer kvittering {number} for {facility}. Betalt: {amount}.\n\n{organisation}\nSpørsmål: \
             {contact}\n",
        ),
        Kind::Reminder => (
            "Betalingspåminnelse {number} – {organisation}",
            "Hei {name}!\n\nVi mangler betaling fra deg for lading i {facility}. I påminnelse {number} står det hvilke \
             fakturaer det gjelder.\n\nÅ betale: {amount}\nForfallsdato: {due_date}\nHvordan du betaler, står på \
             påminnelsen. Har du allerede betalt, kan du se bort fra den.\n\n{organisation}\nSpørsmål: {contact}\n",
        ),
        Kind::TakenBack => (
            "Tilbaketatt betaling, kvittering {number} – {organisation}",
            "Hei {name}!\n\nEn betaling på {amount} i kassen er tatt tilbake, og her kommer kvittering {number} på det. \
             Fakturaer som den betalte, er ubetalte igjen, og forskudd av den finnes ikke lenger.\n\n{organisation}\n\
             Spørsmål: {contact}\n",
        ),
        Kind::PaidOut => (
            "Kvittering for utbetaling {number} – {organisation}",
            "Hei {name}!\n\nHer kommer kvittering {number} på at du har fått {amount} kontant i kassen. Det er penger \
             du hadde igjen.\n\n{organisation}\nSpørsmål: {contact}\n",
        ),
        Kind::CameBack => (
            "Utbetaling tilbakelevert {number} – {organisation}",
            "Hei {name}!\n\nHer kommer kvittering {number} på at {amount} som du hadde fått kontant, er levert tilbake i \
             kassen. Pengene er fortsatt dine og står hos oss.\n\n{organisation}\nSpørsmål: {contact}\n",
        ),
        Kind::SmsInvoice => (
            "",
            "{organisation}: faktura {number} for lading, {amount}, betales senest {due_date}. Se og betal: {portal}\n",
        ),
        Kind::SmsCreditNote => ("", "{organisation}: du krediteres {amount}, kreditnota {number}. Se den: {portal}\n"),
        Kind::SmsReceipt => ("", "{organisation}: takk, {amount} er betalt. Kvittering {number}: {portal}\n"),
        Kind::SmsReminder => (
            "",
            "{organisation}: vi mangler betalingen din. Purring {number}, {amount}, betales senest {due_date}. Se og \
             betal: {portal}\n",
        ),
        Kind::RefundDone => (
            "Tilbakebetaling av {amount} – {organisation}",
            "Hei {name}!\n\nVi har betalt tilbake {amount} av det du betalte for faktura {number} i {facility}. Pengene går \
             samme vei som du betalte. Det kan ta noen bankdager før du ser dem.\n\n{organisation}\nSpørsmål: {contact}\n",
        ),
        Kind::PayoutPaid => (
            "Utbetaling av {amount} – {organisation}",
            "Hei {name}!\n\nVi har betalt ut {amount} til kontoen din som slutter på {account}.\n\n{organisation}\nSpørsmål: \
             {contact}\n",
        ),
        Kind::PayoutReturned => (
            "Utbetalingen kom tilbake – {organisation}",
            "Hei {name}!\n\n{amount} som vi betalte ut til kontoen som slutter på {account}, har kommet tilbake til oss. \
             Pengene er fortsatt dine. Ta kontakt, så betaler vi dem ut igjen.\n\n{organisation}\nSpørsmål: {contact}\n",
        ),
        Kind::SmsRefundDone => (
            "",
            "{organisation}: vi har betalt tilbake {amount} for faktura {number}. Det kan ta noen bankdager før du ser \
             pengene.\n",
        ),
        Kind::SmsPayoutPaid => {
            ("", "{organisation}: vi har betalt ut {amount} til kontoen din som slutter på {account}.\n")
        }
        Kind::SmsPayoutReturned => (
            "",
            "{organisation}: {amount} som vi betalte ut til kontoen som slutter på {account}, har kommet tilbake. Ta \
             kontakt, så betaler vi pengene ut igjen.\n",
        ),
    }
}

const fn english(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Invitation => (
            "Invitation to {organisation}",
            "Hello {name},\n\n{inviter} has invited you to work in Stolpe for {organisation}. Open the link and choose a \
             password. The invitation is valid for seven days:\n\n{link}\n",
        ),
        Kind::PasswordReset => (
            "Choose a new password",
            "Hello {name},\n\nSomeone, probably you, asked for a new password. Open the link and choose one. It works \
             once and for one hour:\n\n{link}\n\nIf you did not ask for this, you need not do anything. Your password \
             has not changed.\n",
        ),
        Kind::AddressChanged => (
            "Your e-mail address was changed",
            "Hello {name},\n\nYour e-mail address was changed to another one. This is the last message to this \
             address.\n\nIf you did not change it yourself, get in touch with your landlord at once.\n",
        ),
        Kind::Invoice => (
            "Invoice {number} – {organisation}",
            "Hello {name},\n\nHere is invoice {number} for charging at {facility}.\n\nTo pay: {amount}\nDue date: \
             {due_date}\nHow to pay is said on the invoice.\n\n{organisation}\nQuestions: {contact}\n",
        ),
        Kind::CreditNote => (
            "Credit note {number} – {organisation}",
            "Hello {name},\n\nHere is credit note {number} for charging at {facility}. You are credited \
             {amount}.\n\n{organisation}\nQuestions: {contact}\n",
        ),
        Kind::Receipt => (
            "Receipt {number} – {organisation}",
            "Hello {name},\n\nHere is receipt {number} for {facility}. Paid: {amount}.\n\n{organisation}\nQuestions: \
             {contact}\n",
        ),
        Kind::Reminder => (
            "Payment reminder {number} – {organisation}",
            "Hello {name},\n\nWe have not received your payment for charging at {facility}. Reminder {number} says which \
             invoices it is for.\n\nTo pay: {amount}\nDue date: {due_date}\nHow to pay is said on the reminder. If you \
             have paid already, you can ignore it.\n\n{organisation}\nQuestions: {contact}\n",
        ),
        Kind::TakenBack => (
            "Payment taken back, receipt {number} – {organisation}",
            "Hello {name},\n\nA payment of {amount} at the counter was taken back, and here is receipt {number} for that. \
             Invoices that it paid are open again, and money beforehand of it is not there any more.\n\n{organisation}\n\
             Questions: {contact}\n",
        ),
        Kind::PaidOut => (
            "Receipt for a payout {number} – {organisation}",
            "Hello {name},\n\nHere is receipt {number}: you were paid {amount} in cash at the counter. It is money that \
             you had left.\n\n{organisation}\nQuestions: {contact}\n",
        ),
        Kind::CameBack => (
            "Payout given back {number} – {organisation}",
            "Hello {name},\n\nHere is receipt {number}: {amount} that you had been paid in cash was given back at the \
             counter. The money is still yours, and we keep it for you.\n\n{organisation}\nQuestions: {contact}\n",
        ),
        Kind::SmsInvoice => (
            "",
            "{organisation}: invoice {number} for charging, {amount}, is due on {due_date}. See and pay: {portal}\n",
        ),
        Kind::SmsCreditNote => {
            ("", "{organisation}: you are credited {amount}, credit note {number}. See it: {portal}\n")
        }
        Kind::SmsReceipt => ("", "{organisation}: thank you, {amount} is paid. Receipt {number}: {portal}\n"),
        Kind::SmsReminder => (
            "",
            "{organisation}: we have not received your payment. Reminder {number}, {amount}, is due on {due_date}. See \
             and pay: {portal}\n",
        ),
        Kind::RefundDone => (
            "Refund of {amount} – {organisation}",
            "Hello {name},\n\nWe have given back {amount} of what you paid for invoice {number} at {facility}. The money goes \
             the way by which you paid. It can take some bank days until you see it.\n\n{organisation}\nQuestions: \
             {contact}\n",
        ),
        Kind::PayoutPaid => (
            "Payout of {amount} – {organisation}",
            "Hello {name},\n\nWe have paid out {amount} to your account ending in {account}.\n\n{organisation}\nQuestions: \
             {contact}\n",
        ),
        Kind::PayoutReturned => (
            "The payout came back – {organisation}",
            "Hello {name},\n\n{amount} that we paid out to the account ending in {account} has come back to us. The money is \
             still yours. Get in touch, and we pay it out again.\n\n{organisation}\nQuestions: {contact}\n",
        ),
        Kind::SmsRefundDone => (
            "",
            "{organisation}: we have given back {amount} for invoice {number}. It can take some bank days until you see \
             the money.\n",
        ),
        Kind::SmsPayoutPaid => ("", "{organisation}: we have paid out {amount} to your account ending in {account}.\n"),
        Kind::SmsPayoutReturned => (
            "",
            "{organisation}: {amount} that we paid out to the account ending in {account} has come back. Get in touch, \
             and we pay the money out again.\n",
        ),
    }
}

/// That money went back which had been paid in advance, and so for no document.
pub(super) const fn advance_refunded(channel: Channel, language: Language) -> (&'static str, &'static str) {
    match (channel, language) {
        (Channel::Mail, Language::Sv) => (
            "Återbetalning av {amount} – {organisation}",
            "Hej {name}!\n\nVi har betalat tillbaka {amount} av det som du har betalat i förskott i {facility}. Pengarna går \
             samma väg som du betalade. Det kan ta några bankdagar innan du ser dem.\n\n{organisation}\nFrågor: {contact}\n",
        ),
        (Channel::Mail, Language::Nb) => (
            "Tilbakebetaling av {amount} – {organisation}",
            "Hei {name}!\n\nVi har betalt tilbake {amount} av det du har betalt på forskudd i {facility}. Pengene går samme \
             vei som du betalte. Det kan ta noen bankdager før du ser dem.\n\n{organisation}\nSpørsmål: {contact}\n",
        ),
        (Channel::Mail, Language::En) => (
            "Refund of {amount} – {organisation}",
            "Hello {name}!\n\nWe have paid back {amount} of what you have paid in advance in {facility}. The money goes back \
             the way that you paid. It can take some banking days before you see it.\n\n{organisation}\nQuestions: \
             {contact}\n",
        ),
        (Channel::Sms, Language::Sv) => (
            "",
            "{organisation}: vi har betalat tillbaka {amount} av det som du betalat i förskott. Det kan ta några bankdagar \
             innan du ser pengarna.\n",
        ),
        (Channel::Sms, Language::Nb) => (
            "",
            "{organisation}: vi har betalt tilbake {amount} av det du har betalt på forskudd. Det kan ta noen bankdager før du \
             ser pengene.\n",
        ),
        (Channel::Sms, Language::En) => (
            "",
            "{organisation}: we have paid back {amount} of what you paid in advance. It can take some banking days before \
             you see the money.\n",
        ),
    }
}

/// Subject and text of a kind of message that brings an invoice of which nothing is left to pay.
pub(super) const fn paid(kind: Kind, language: Language) -> (&'static str, &'static str) {
    let subject = standard(kind, language).0;
    let body = match (kind, language) {
        (Kind::SmsInvoice, Language::Sv) => {
            "{organisation}: faktura {number} för laddning är redan betald. Se den: {portal}\n"
        }
        (Kind::SmsInvoice, Language::Nb) => {
            "{organisation}: faktura {number} for lading er allerede betalt. Se den: {portal}\n"
        }
        (Kind::SmsInvoice, Language::En) => {
            "{organisation}: invoice {number} for charging is paid already. See it: {portal}\n"
        }
        (Kind::Invoice, Language::Sv) => {
            "Hej {name}!\n\nHär kommer faktura {number} för laddning i {facility}. Den är redan betald med det som du \
             hade betalat för mycket, så du behöver inte göra något.\n\n{organisation}\nFrågor: {contact}\n"
        }
        (Kind::Invoice, Language::Nb) => {
            "Hei {name}!\n\nHer kommer faktura {number} for lading i {facility}. Den er allerede betalt med det du hadde \
             betalt for mye, så du trenger ikke å gjøre noe.\n\n{organisation}\nSpørsmål: {contact}\n"
        }
        (Kind::Invoice, Language::En) => {
            "Hello {name},\n\nHere is invoice {number} for charging at {facility}. It is paid already with what you had \
             paid too much, so you do not need to do anything.\n\n{organisation}\nQuestions: {contact}\n"
        }
        _ => standard(kind, language).1,
    };
    (subject, body)
}
