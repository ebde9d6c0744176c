//! The journey of a new property owner, from the first start to a desk that remembers its user.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use thirtyfour::By;

use crate::driver::{Desk, picture};
use crate::screen::{Draggable, Window, name_file};

/// Long enough for the policy, and in no list of leaked ones.
pub(crate) const PASSWORD: &str = "Trettio-7-Stolpar!";

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn from_the_first_start_to_letters_on_paper_and_a_desk_that_remembers_its_user() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let desk = Desk::open(folder.path()).await?;
    desk.read("Var ska uppgifterna finnas?").await?;
    picture("first-run-place")?;
    desk.press("Nästa").await?;
    set_up(&desk).await?;

    // The token is the shell's: nothing that a script of the page can reach holds it.
    let reachable =
        desk.page.execute("return JSON.stringify([localStorage, sessionStorage, document.cookie])", vec![]).await?;
    let reachable = reachable.json().to_string();
    assert!(!reachable.to_lowercase().contains("token"), "{reachable}");

    take_in_tenants(&desk, folder.path()).await?;
    print_letters(&desk, folder.path()).await?;

    desk.press("Händelselogg").await?;
    desk.read("Åsa Öberg").await?;
    for line in ["Obruten:", "Import"] {
        desk.read(line).await?;
    }
    picture("audit")?;
    let (_, log) = desk.ask("GET", "/api/v1/audit?limit=200", &Value::Null).await?;
    let actions: Vec<&str> = log["items"].as_array().unwrap().iter().filter_map(|row| row["action"].as_str()).collect();
    for action in ["host.set_up", "import.committed", "letter.made"] {
        assert!(actions.contains(&action), "{action} is not among {actions:?}");
    }
    desk.close().await?;

    // Started again, the desk takes the sign-in and the key of the vault from the keychain, and goes on where it was.
    let again = Desk::open(folder.path()).await?;
    again.read("Obruten:").await?;
    let (status, me) = again.ask("GET", "/api/v1/me", &Value::Null).await?;
    assert_eq!((status, &me["name"]), (200, &json!("Åsa Öberg")));
    let (_, system) = again.ask("GET", "/api/v1/system", &Value::Null).await?;
    assert_eq!((&system["state"], &system["vault"]), (&json!("ready"), &json!("open")));

    // Signed out, it forgets.
    let (status, _) = again.ask("POST", "/api/v1/logout", &Value::Null).await?;
    assert!((200..300).contains(&status), "{status}");
    again.close().await?;
    let later = Desk::open(folder.path()).await?;
    later.read("Logga in").await?;
    assert_eq!(later.ask("GET", "/api/v1/me", &Value::Null).await?.0, 401);
    later.close().await
}

/// The first run after the place is chosen: owner, organisation, facility, and the recovery code, which it answers.
///
/// # Errors
/// When a page of it does not come.
pub(crate) async fn set_up(desk: &Desk) -> Result<String> {
    desk.read("Välkommen till Stolpe").await?;
    desk.fill("Förnamn", "Åsa").await?;
    desk.fill("Efternamn", "Öberg").await?;
    desk.fill("E-post", "asa.oberg@example.se").await?;
    desk.fill("Nytt lösenord", PASSWORD).await?;
    desk.fill("Lösenordet igen", PASSWORD).await?;
    picture("first-run-owner")?;
    desk.press("Nästa").await?;

    desk.fill("Namn", "Brf Ekbacken").await?;
    desk.fill("Organisationsnummer", "556036-0793").await?;
    desk.fill("Gatuadress", "Ekbacken 1").await?;
    desk.fill("Postnummer", "111 11").await?;
    desk.fill("Postort", "Stockholm").await?;
    picture("first-run-organisation")?;
    desk.press("Nästa").await?;

    desk.fill("Anläggnings-ID", "EKB").await?;
    picture("first-run-facility")?;
    desk.press("Skapa och fortsätt").await?;

    let code = desk.see(By::Css("[data-testid='recovery-code']")).await?.text().await?;
    picture("first-run-recovery")?;
    let last = code.rsplit(['-', ' ']).next().unwrap_or_default().to_owned();
    desk.fill("Skriv den sista gruppen i koden", &last).await?;
    desk.press("Koden är sparad").await?;
    desk.read("Att göra").await?;
    picture("todo")?;
    Ok(code)
}

/// Drops a spreadsheet on the start page and takes it in.
async fn take_in_tenants(desk: &Desk, folder: &Path) -> Result<()> {
    let list = folder.join("boende.csv");
    let rows = "Lgh;Trapphus;Förnamn;Efternamn;E-post\r\nA1001;A;Örjan;Ängström;orjan@example.se\r\n\
                A1002;A;Sølvi;Ødegård;solvi@example.no\r\nA1003;A;Bo;Åkesson;\r\n";
    // As a Swedish spreadsheet saves it: every letter of these is one byte with its own number.
    std::fs::write(&list, rows.chars().map(|letter| letter as u8).collect::<Vec<_>>())?;
    let file = Draggable::show(&list)?;
    let window = Window::of_the_desk()?;
    file.drag_over(&window)?;
    // The page of the import says the same, so it is the news of the drag that is looked for.
    desk.see(By::XPath("//*[@role='status'][contains(., 'Släpp filen här')]")).await?;
    picture("import-drop")?;
    Draggable::drop_it()?;
    desk.read("Windows (västeuropeisk)").await?;
    desk.read("Ängström").await?;
    picture("import")?;
    desk.press("Importera 3 personer").await?;
    desk.read("Importen är genomförd").await?;
    picture("import-done")
}

/// Makes the letters and saves them through the dialog of the window system.
async fn print_letters(desk: &Desk, folder: &Path) -> Result<()> {
    desk.press("Skriv ut inloggningsbrev").await?;
    desk.press("Gör 3 brev").await?;
    desk.read("3 brev är klara att skriva ut.").await?;
    picture("letters")?;
    let pdf = folder.join("brev.pdf");
    desk.press("Spara filen").await?;
    name_file("Spara filen", &pdf)?;
    desk.until(|| pdf.exists()).await?;

    let paper = Command::new("pdftotext").args(["-layout"]).arg(&pdf).arg("-").output().context("pdftotext")?;
    ensure!(paper.status.success(), "{}", String::from_utf8_lossy(&paper.stderr));
    let paper = String::from_utf8(paper.stdout)?;
    // The list of whom to hand them to, then one letter a page; pdftotext ends each page with a form feed.
    let pages: Vec<&str> = paper.split_terminator('\u{c}').collect();
    let [list, letters @ ..] = pages.as_slice() else { bail!("an empty file") };
    assert!(list.contains("Utlämning av inloggningsbrev"), "{list}");
    assert_eq!(letters.len(), 3, "{paper}");
    let letters = letters.concat();
    for name in ["Örjan Ängström", "Sølvi Ødegård", "Bo Åkesson", "A1001", "A1003"] {
        assert!(letters.contains(name), "{name} has no letter: {letters}");
    }
    Ok(())
}
