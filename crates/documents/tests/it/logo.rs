//! The logo at the head of papers: one picture in its own shape, with the name of its organisation for ears.

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use rstest::rstest;
use std::fmt::Write as _;
use std::io::Cursor;
use stolpe_documents::document::{AddressWindow, DocumentPage};
use stolpe_documents::logo::{Logo, clean_logo};
use stolpe_documents::sign_in_letter::sign_in_letters;
use stolpe_domain::language::Language;

use crate::document::{drawn, page};
use crate::reader::{page_count, poppler, text};
use crate::sign_in_letter::{letter, run};

/// A mark on nothing: a ring, as often as it fits beside itself.
fn logo(width: u32, height: u32) -> Logo {
    let side = i64::from(width.min(height));
    let picture = RgbaImage::from_fn(width, height, |x, y| {
        let (x, y) = (i64::from(x) % side - side / 2, i64::from(y) % side - side / 2);
        let off = x * x + y * y;
        let ring = off < side * side / 4 && off > side * side / 16;
        if ring { Rgba([178, 58, 36, 255]) } else { Rgba([255, 255, 255, 0]) }
    });
    let mut file = Cursor::new(Vec::new());
    DynamicImage::from(picture).write_to(&mut file, ImageFormat::Png).unwrap();
    let clean = clean_logo(&file.into_inner()).unwrap();
    Logo::read(clean.kind, clean.content).unwrap()
}

/// The pictures of a PDF: width and height in pixels, and pixels to the inch across and down.
fn pictures(pdf: &[u8]) -> Vec<[u32; 4]> {
    let listed = poppler("pdfimages", &["-list"], pdf);
    let rows = listed.lines().skip(2).map(|row| row.split_whitespace().collect::<Vec<_>>());
    rows.filter(|row| row[2] == "image").map(|row| [3, 4, 12, 13].map(|at| row[at].parse().unwrap())).collect()
}

/// How often a picture is described by these words.
fn described(pdf: &[u8], words: &str) -> usize {
    let wide = words.encode_utf16().fold("/Alt<FEFF".to_owned(), |mut wide, unit| {
        let _ = write!(wide, "{unit:04X}");
        wide
    });
    String::from_utf8_lossy(pdf).replace("/Alt <", "/Alt<").matches(&format!("{wide}>")).count()
}

#[rstest]
// Sixty millimetres wide, or fourteen high.
#[case::wide(1_200, 280, [1_200, 280, 508])]
#[case::flat(1_200, 90, [1_200, 90, 508])]
#[case::square(800, 800, [400, 400, 726])]
#[case::tall(300, 1_200, [100, 400, 726])]
fn a_logo_stands_once_at_the_head_in_its_own_shape(#[case] width: u32, #[case] height: u32, #[case] seen: [u32; 3]) {
    let [kept_width, kept_height, density] = seen;
    let without = page(Language::Sv, 40);
    let with = DocumentPage { logo: Some(logo(width, height)), ..without.clone() };
    let pdf = drawn(&format!("logo-{width}x{height}"), &with);
    assert!(page_count(&pdf) > 1, "and not again on the pages after the first");
    let [[w, h, across, down]] = pictures(&pdf)[..] else { panic!("{:?}", pictures(&pdf)) };
    assert_eq!((w, h), (kept_width, kept_height));
    assert!(across.abs_diff(density) <= 2 && down.abs_diff(across) <= density / 30, "{across} × {down}");
    assert_eq!(described(&pdf, "Bostads AB Björkbacken"), 1, "who listens hears whose it is");
    let first = text(&pdf, 1);
    assert!(first.contains("Bostads AB Björkbacken") && first.contains("Kungsgatan 10–18"), "{first}");
    let heavier = pdf.len() - drawn("without-logo", &without).len();
    assert!(heavier < 40_000, "{heavier} bytes more");
}

#[test]
fn copies_of_a_logo_give_the_same_bytes() {
    let logo = logo(600, 200);
    let with = |logo: &Logo| DocumentPage { logo: Some(logo.clone()), ..page(Language::Nb, 3) };
    assert_eq!(drawn("logo-nb", &with(&logo)), drawn("logo-nb", &with(&logo)));
}

#[test]
fn a_name_of_any_length_stands_beside_a_logo_of_any_shape() {
    for (width, height) in [(1_200, 280), (800, 800)] {
        let mut it = page(Language::En, 2);
        it.sender.name =
            "Stiftelsen Fastighetsförvaltningen Björkbackens Bostadsrättsföreningars Samfällighet ".repeat(3);
        it.recipient.facility = "Parkeringsanläggningen vid Kungsgatan 10–18 och Drottninggatan ".repeat(3);
        it.logo = Some(logo(width, height));
        let pdf = drawn(&format!("logo-long-{width}"), &it);
        assert_eq!((page_count(&pdf) > 0, pictures(&pdf).len()), (true, 1));
    }
}

#[test]
fn letters_of_a_run_share_one_logo() {
    let window = AddressWindow::Right;
    let mut run = run(Language::Sv, window);
    run.logo = Some(logo(1_200, 280));
    let pdf = sign_in_letters(&run, &[letter(Language::Sv), letter(Language::Nb), letter(Language::En)]).unwrap();
    if let Some(folder) = option_env!("STOLPE_LOOK") {
        std::fs::write(format!("{folder}/logo-letters.pdf"), &*pdf).unwrap();
    }
    let listed = poppler("pdfimages", &["-list"], &pdf);
    let objects: Vec<&str> = listed
        .lines()
        .skip(2)
        .map(|row| row.split_whitespace().collect::<Vec<_>>())
        .filter(|row| row[2] == "image")
        .map(|row| row[10])
        .collect();
    assert!(objects.len() == 3 && objects.iter().all(|it| *it == objects[0]), "one on each letter:\n{listed}");
    assert_eq!(described(&pdf, "Bostads AB Björkbacken"), 3);
}
