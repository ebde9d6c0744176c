//! The letters as a reader and a printer get them: text, pages, fonts, the same bytes every time.

use chrono::NaiveDate;
use stolpe_documents::pdf::PdfError;
use stolpe_documents::recovery_code::{RecoveryCodePage, recovery_code};
use stolpe_documents::sign_in_letter::{AddressWindow, ContactBlock, LetterRun, SignInLetter, sign_in_letters};
use stolpe_domain::language::Language;
use zeroize::Zeroizing;

use crate::reader::{assert_golden, page_count, poppler, text};

pub(crate) fn run(language: Language, window: AddressWindow) -> LetterRun {
    LetterRun {
        organisation: "Bostads AB Björkbacken".to_owned(),
        logo: None,
        facility: "Kungsgatan 10–18".to_owned(),
        facility_id: "KUNG10".to_owned(),
        portal: "https://portal.bjorkbacken.se".to_owned(),
        contact: ContactBlock {
            phone: Some("090-12 34 56".to_owned()),
            email: Some("kundtjanst@bjorkbacken.se".to_owned()),
            visiting_address: Some("Storgatan 5, 903 20 Umeå".to_owned()),
            hours: Some("Vardagar 08.00–15.30".to_owned()),
        },
        window,
        date: NaiveDate::from_ymd_opt(2026, 11, 21).unwrap(),
        printed_by: "Åsa Öberg".to_owned(),
        language,
    }
}

pub(crate) fn letter(language: Language) -> SignInLetter {
    SignInLetter {
        recipient: "Märta Łukasiewicz Ångström".to_owned(),
        address: vec!["Kungsgatan 12 lgh 1101".to_owned(), "903 20 Umeå".to_owned()],
        unit_code: Some("A1101".to_owned()),
        section: Some("Trapphus A".to_owned()),
        username: "marta.angstrom".to_owned(),
        initial_password: Zeroizing::new("Fjäll-7902-brygga!".to_owned()),
        language,
    }
}

#[test]
fn a_letter_reads_right_in_every_language() {
    for language in Language::ALL {
        let window = if language == Language::Nb { AddressWindow::Left } else { AddressWindow::Right };
        let pdf = sign_in_letters(&run(language, window), &[letter(language)]).unwrap();
        if let Some(folder) = option_env!("STOLPE_LOOK") {
            std::fs::write(format!("{folder}/letter-{}.pdf", language.tag()), &*pdf).unwrap();
        }
        assert_eq!(page_count(&pdf), 2, "one list and one letter");
        assert_golden(&format!("letter-list-{}.txt", language.tag()), &text(&pdf, 1));
        assert_golden(&format!("letter-{}.txt", language.tag()), &text(&pdf, 2));
    }
}

#[test]
fn only_embedded_subsets_of_our_own_fonts_are_used() {
    let pdf = sign_in_letters(&run(Language::Sv, AddressWindow::Right), &[letter(Language::Sv)]).unwrap();
    let fonts = poppler("pdffonts", &[], &pdf);
    let fonts: Vec<&str> = fonts.lines().skip(2).collect();
    assert_eq!(fonts.len(), 3, "{fonts:?}");
    for (font, name) in fonts.iter().zip(["Inter-Regular", "Inter-SemiBold", "JetBrainsMono-Medium"]) {
        assert!(fonts.iter().any(|font| font.contains(name)), "{name} is missing from {fonts:?}");
        let columns: Vec<&str> = font.split_whitespace().collect();
        let embedded_subset_unicode = &columns[columns.len() - 5..columns.len() - 2];
        assert_eq!(embedded_subset_unicode, ["yes", "yes", "yes"], "{font}");
    }
}

#[test]
fn a_page_is_tagged_for_screen_readers_and_says_its_language() {
    let pdf = sign_in_letters(&run(Language::Sv, AddressWindow::Right), &[letter(Language::En)]).unwrap();
    let info = poppler("pdfinfo", &[], &pdf);
    assert!(info.contains("Tagged:          yes"), "{info}");
    assert!(info.contains("Title:           Utlämning av inloggningsbrev"), "{info}");
    assert!(info.contains("A4"), "{info}");
    let structure = poppler("pdfinfo", &["-struct-text"], &pdf);
    assert!(structure.contains("H1") && structure.contains("\"Your sign-in details\""), "{structure}");
    assert!(structure.contains("Figure"), "{structure}");
}

#[test]
fn equal_input_gives_equal_bytes() {
    let run = run(Language::Nb, AddressWindow::Left);
    let letters = [letter(Language::Sv), letter(Language::Nb), letter(Language::En)];
    assert_eq!(sign_in_letters(&run, &letters).unwrap(), sign_in_letters(&run, &letters).unwrap());
}

#[test]
fn three_hundred_letters_come_in_the_order_given_behind_a_list_of_all() {
    let letters: Vec<SignInLetter> = (0..300)
        .map(|place| SignInLetter {
            recipient: format!("Hyresgäst Nummer{place}"),
            unit_code: Some(format!("{}{:04}", ["C", "A", "B"][place / 100], 1000 + place % 100)),
            section: Some(format!("Trapphus {}", ["C", "A", "B"][place / 100])),
            username: format!("hyresgast{place}"),
            initial_password: Zeroizing::new(format!("Start-{place:04}-losen")),
            ..letter(Language::Sv)
        })
        .collect();
    let pdf = sign_in_letters(&run(Language::Sv, AddressWindow::Right), &letters).unwrap();
    if let Some(folder) = option_env!("STOLPE_LOOK") {
        std::fs::write(format!("{folder}/letters-300.pdf"), &*pdf).unwrap();
    }
    let pages = page_count(&pdf);
    let all = poppler("pdftotext", &["-layout"], &pdf);
    let pages_text: Vec<&str> = all.split('\u{c}').collect();
    let list = pages - 300;
    assert!((5..=11).contains(&list), "{list} pages of list");
    let listed = pages_text[..list].concat();
    let units: Vec<&str> = letters.iter().filter_map(|letter| letter.unit_code.as_deref()).collect();
    let mut rest = listed.as_str();
    for unit in units {
        rest = rest.split_once(unit).unwrap_or_else(|| panic!("{unit} is missing or out of order")).1;
    }
    for (letter, page) in letters.iter().zip(&pages_text[list..]) {
        assert!(page.contains(letter.initial_password.as_str()), "{} on the wrong page", letter.recipient);
        assert!(page.contains(&letter.recipient));
    }
    assert!(!listed.contains("Start-"), "the list must not carry passwords");
    assert!(pdf.len() < 4_000_000, "{} bytes for 300 letters", pdf.len());
}

/// Every word with its box, in points: `(left, top, right, bottom, word)`.
fn boxes(pdf: &[u8], page: usize) -> Vec<(f32, f32, f32, f32, String)> {
    let page = page.to_string();
    let html = poppler("pdftotext", &["-bbox", "-f", &page, "-l", &page], pdf);
    html.lines()
        .filter_map(|line| line.trim().strip_prefix("<word xMin=\""))
        .map(|line| {
            let (numbers, word) = line.split_once("\">").unwrap();
            let mut numbers = numbers.split("\" ").map(|part| part.rsplit('"').next().unwrap().parse::<f32>().unwrap());
            let mut next = || numbers.next().unwrap();
            let (left, top, right, bottom) = (next(), next(), next(), next());
            (left, top, right, bottom, word.trim_end_matches("</word>").to_owned())
        })
        .collect()
}

const MM: f32 = 72.0 / 25.4;

#[test]
fn very_long_names_stay_on_the_page_and_overlap_nothing() {
    let long = SignInLetter {
        recipient: "Friherrinnan Maria-Margareta Elisabeth von Österreich-Ungern af Ångströmsbergakvarnslyckan, \
                    dödsboet efter"
            .to_owned(),
        address: vec![
            "c/o Förvaltningsaktiebolaget Nordöstersjökustartilleriflygspaningssimulatoranläggningen".to_owned(),
            "Övre Östermalmsgatan 1234 B lgh 1101 uppgång C".to_owned(),
            "903 20 Umeå".to_owned(),
        ],
        unit_code: Some("PARKERINGSPLATS-GARAGE-03-PLAN-2-0117".to_owned()),
        section: Some("Garage 3, plan 2, södra infarten mot Ångströmsgatan och vidare förbi återvinningen".to_owned()),
        username: "maria-margareta.von.osterreich-ungern.af.angstromsbergakvarnslyckan@example.se".to_owned(),
        initial_password: Zeroizing::new("Fjäll-7902-brygga-Sjöstjärna-4417-vattenkraft".to_owned()),
        language: Language::Sv,
    };
    for window in [AddressWindow::Left, AddressWindow::Right] {
        let mut run = run(Language::Sv, window);
        run.organisation =
            "Bostadsrättsföreningen Riksbyggens Ångströmsgatans Parkeringsgemenskap i Älvsjö-Örby nr 17".to_owned();
        run.facility = "Kvarteret Väderkvarnen 1–48 med garage, gästplatser, motorvärmare och laddplatser".to_owned();
        run.portal =
            "https://portal.bostadsrattsforeningen-angstromsgatan.example.se/kvarteret-vaderkvarnen".to_owned();
        run.contact.visiting_address = Some("Storgatan 5, in på gården och upp en trappa, 903 20 Umeå".to_owned());
        let pdf = sign_in_letters(&run, std::slice::from_ref(&long)).unwrap();
        if let Some(folder) = option_env!("STOLPE_LOOK") {
            std::fs::write(format!("{folder}/long-{window:?}.pdf"), &*pdf).unwrap();
        }
        assert_eq!(page_count(&pdf), 2);
        for page in [1, 2] {
            let words = boxes(&pdf, page);
            for (left, top, right, bottom, word) in &words {
                let inside = *left >= 19.0 * MM && *right <= 192.0 * MM && *top >= 10.0 * MM && *bottom <= 292.0 * MM;
                assert!(inside, "{word} at {left} {top} {right} {bottom} leaves the page");
            }
            for (place, one) in words.iter().enumerate() {
                for other in &words[place + 1..] {
                    let overlap_x = one.2.min(other.2) - one.0.max(other.0);
                    let overlap_y = one.3.min(other.3) - one.1.max(other.1);
                    let height = (one.3 - one.1).min(other.3 - other.1);
                    assert!(overlap_x < 1.0 || overlap_y < 0.45 * height, "{one:?} overlaps {other:?}");
                }
            }
        }
    }
}

#[test]
fn no_window_of_an_envelope_ever_shows_a_sign_in_detail() {
    for window in [AddressWindow::Left, AddressWindow::Right] {
        let pdf = sign_in_letters(&run(Language::Sv, window), &[letter(Language::Sv)]).unwrap();
        let words = boxes(&pdf, 2);
        // A C5 envelope is 19 mm wider and 13.5 mm higher than the folded sheet, which slides as it likes: this is
        // every point that a window of 105 x 35 mm, 15 mm from the edge and 44 mm from the top, can come to show.
        let (left, right) = match window {
            AddressWindow::Left => (0.0, 120.0),
            AddressWindow::Right => (210.0 - 120.0, 210.0),
        };
        let seen: Vec<&str> = words
            .iter()
            .filter(|word| word.2 > left * MM && word.0 < right * MM && word.3 > 30.5 * MM && word.1 < 79.0 * MM)
            .map(|word| word.4.as_str())
            .collect();
        assert_eq!(seen.join(" "), "Märta Łukasiewicz Ångström Kungsgatan 12 lgh 1101 903 20 Umeå", "{window:?}");
    }
}

#[test]
fn a_detail_that_cannot_be_printed_exactly_stops_the_print() {
    let run = run(Language::Sv, AddressWindow::Right);
    for password in ["", "lösen\u{4e2d}", "a\nb"] {
        let letter = SignInLetter { initial_password: Zeroizing::new(password.to_owned()), ..letter(Language::Sv) };
        assert!(matches!(sign_in_letters(&run, &[letter]), Err(PdfError::Unprintable)), "{password:?}");
    }
    let name = SignInLetter { recipient: "李小龙 (Li Xiaolong)".to_owned(), ..letter(Language::Sv) };
    let pdf = sign_in_letters(&run, &[name]).unwrap();
    assert!(text(&pdf, 2).contains("??? (Li Xiaolong)"), "a name in another script is marked, not fatal");
}

#[test]
fn the_recovery_code_fits_one_page_and_reads_back() {
    for language in Language::ALL {
        let code = "7KQ4M-XW2HP-9RTVC-D3FJN-B8GZY-6SAEL-QM5XW-K2H7P";
        let pdf = recovery_code(&RecoveryCodePage {
            organisation: "Bostads AB Björkbacken".to_owned(),
            code: Zeroizing::new(code.to_owned()),
            date: NaiveDate::from_ymd_opt(2026, 11, 21).unwrap(),
            language,
        })
        .unwrap();
        if let Some(folder) = option_env!("STOLPE_LOOK") {
            std::fs::write(format!("{folder}/recovery-{}.pdf", language.tag()), &*pdf).unwrap();
        }
        assert_eq!(page_count(&pdf), 1);
        let text = text(&pdf, 1);
        let read: String =
            text.split_whitespace().filter(|word| word.contains('-') && word.to_uppercase() == *word).collect();
        assert_eq!(read, code);
        assert_golden(&format!("recovery-code-{}.txt", language.tag()), &text);
    }
}
