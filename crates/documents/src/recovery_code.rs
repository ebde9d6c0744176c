//! The recovery code on one page, to be printed and locked away: the only way back into the vault when the machine
//! that knows its key is gone.

use chrono::NaiveDate;
use krilla::tagging::Tag;
use stolpe_domain::language::Language;
use zeroize::Zeroizing;

use crate::pdf::style::{ACCENT, BODY, HEADING, LABEL, PANEL, QUIET_INK, SECRET, SMALL, STRONG};
use crate::pdf::{Faces, Paper, PaperInfo, PdfError, Style, TITLE, Weight, long_date, mm};

const LEFT: f32 = mm(25.0);
const RIGHT: f32 = mm(185.0);

/// What the page says.
#[derive(Debug, Clone)]
pub struct RecoveryCodePage {
    /// The organisation whose vault it opens.
    pub organisation: String,
    /// The code in groups with dashes or blanks between them; lines break between groups.
    pub code: Zeroizing<String>,
    /// The day the code was made. An older page is worthless.
    pub date: NaiveDate,
    /// The language of the page.
    pub language: Language,
}

struct Texts {
    title: &'static str,
    code: &'static str,
    what: &'static str,
    keep: [&'static str; 3],
    made: &'static str,
    kept_at: &'static str,
}

const fn texts(language: Language) -> Texts {
    match language {
        Language::Sv => Texts {
            title: "Återställningskod",
            code: "Koden",
            what: "Med den här koden öppnas valvet med lösenord till e-post, personnummer och andra hemligheter om \
                   Stolpe flyttas till en ny dator eller om den gamla går sönder. Utan koden kan ingen läsa dem \
                   igen, inte heller vi som har gjort programmet.",
            keep: [
                "Skriv ut sidan och förvara den inlåst, gärna i ett kassaskåp och inte vid datorn.",
                "Spara den inte som fil på samma dator och skicka den inte med e-post.",
                "Skapa en ny kod i inställningarna om någon obehörig kan ha sett den. Då slutar den här att gälla.",
            ],
            made: "Skapad",
            kept_at: "Förvaras hos",
        },
        Language::Nb => Texts {
            title: "Gjenopprettingskode",
            code: "Koden",
            what: "Med denne koden åpnes hvelvet med passord til e-post, fødselsnumre og andre hemmeligheter hvis \
                   Stolpe flyttes til en ny datamaskin eller hvis den gamle går i stykker. Uten koden kan ingen \
                   lese dem igjen, heller ikke vi som har laget programmet.",
            keep: [
                "Skriv ut siden og oppbevar den innelåst, gjerne i et pengeskap og ikke ved datamaskinen.",
                "Ikke lagre den som fil på samme datamaskin, og ikke send den på e-post.",
                "Lag en ny kode i innstillingene hvis noen uvedkommende kan ha sett den. Da slutter denne å gjelde.",
            ],
            made: "Laget",
            kept_at: "Oppbevares hos",
        },
        Language::En => Texts {
            title: "Recovery code",
            code: "The code",
            what: "This code opens the vault with mail passwords, personal numbers and other secrets when Stolpe is \
                   moved to a new computer or when the old one breaks. Without the code nobody can read them again, \
                   not even we who made the program.",
            keep: [
                "Print this page and keep it locked away, preferably in a safe and not next to the computer.",
                "Do not save it as a file on the same computer, and do not send it by e-mail.",
                "Make a new code in the settings if somebody else may have seen it. This one then stops working.",
            ],
            made: "Made on",
            kept_at: "Kept by",
        },
    }
}

/// Draws the page.
///
/// # Errors
/// [`PdfError::Unprintable`] when the code has a character that the typeface lacks.
pub fn recovery_code(page: &RecoveryCodePage) -> Result<Zeroizing<Vec<u8>>, PdfError> {
    if page.code.is_empty() || !Faces::shared()?.prints(&page.code, Weight::Mono) {
        return Err(PdfError::Unprintable);
    }
    let texts = texts(page.language);
    let info = PaperInfo { title: texts.title, author: &page.organisation, date: page.date, language: page.language };
    let mut paper = Paper::new(&info)?;
    paper.page(texts.title, page.language, |leaf| {
        let width = RIGHT - LEFT;
        leaf.fill(LEFT, mm(25.0), mm(14.0), mm(1.1), ACCENT);
        let quiet = Style { ink: QUIET_INK, ..SMALL };
        let y = leaf.block(Tag::P, LEFT, mm(29.0), width, &quiet, &page.organisation) + mm(1.0);
        let y = leaf.heading(TITLE, LEFT, y, width, &HEADING, texts.title) + mm(3.0);
        let y = leaf.block(Tag::P, LEFT, y, width, &BODY, texts.what) + mm(6.0);

        // Groups are set as words, so that a line never ends inside one.
        let groups = Zeroizing::new(page.code.replace('-', "- "));
        let code = SECRET.sized(19.0);
        let lines = leaf.faces.lines(&groups, &code, width - mm(16.0));
        let height = lines.iter().fold(LABEL.leading + mm(13.0), |height, _| height + code.leading);
        leaf.fill(LEFT, y, width, height, PANEL);
        leaf.fill(LEFT, y, mm(1.1), height, ACCENT);
        let inside = leaf.block(Tag::P, LEFT + mm(8.0), y + mm(6.0), width, &LABEL, texts.code) + mm(1.0);
        let lines: Vec<String> = lines.iter().map(|line| line.replace("- ", "-")).collect();
        leaf.lines(Tag::P, LEFT + mm(8.0), inside, &code, &lines);

        let mut y = y + height + mm(8.0);
        for advice in texts.keep {
            leaf.fill(LEFT, y + mm(1.9), mm(1.6), mm(1.6), ACCENT);
            y = leaf.block(Tag::P, LEFT + mm(6.0), y, width - mm(6.0), &BODY, advice) + mm(2.0);
        }
        let y = y + mm(8.0);
        let under = leaf.block(Tag::P, LEFT, y, width, &LABEL, texts.made);
        leaf.block(Tag::P, LEFT, under, width, &STRONG, &long_date(page.date, page.language));
        leaf.block(Tag::P, LEFT + mm(60.0), y, width, &LABEL, texts.kept_at);
        leaf.fill(LEFT + mm(60.0), y + mm(10.0), width - mm(60.0), 0.6, QUIET_INK);
    })?;
    paper.finish().map(Zeroizing::new)
}
