//! A desk whose data is at a host elsewhere: how it gets there, whom it trusts, and what it says when nobody answers.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;

use anyhow::Result;
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::By;

use super::journey::set_up;
use crate::driver::{Desk, picture};
use crate::elsewhere::{Elsewhere, OWNER, PASSWORD};

const FAILED: &str = "Stolpe kommer inte åt uppgifterna";

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn a_host_whose_certificate_nobody_knows_is_reached_after_its_fingerprint_was_compared() -> Result<()> {
    let mut host = Elsewhere::set_up()?;
    host.certify_itself()?;
    host.start()?;
    let folder = tempfile::tempdir()?;
    let desk = Desk::open(folder.path()).await?;
    name_host(&desk, &host.address()).await?;
    desk.read("Datorn känner inte igen serverns certifikat").await?;
    let shown = desk.see(By::Css("[data-testid='fingerprint']")).await?.text().await?;
    assert_eq!(shown, host.fingerprint);
    picture("certificate")?;
    // Without the word of the user nothing is remembered, so nothing can be sent there either.
    assert_eq!(desk.invoke("place_get", &json!({})).await?.unwrap()["place"], Value::Null);
    accept(&desk).await?;
    sign_in(&desk).await?;
    desk.close().await?;

    // Started again, the desk knows the certificate and its user.
    let again = Desk::open(folder.path()).await?;
    again.read("Att göra").await?;
    let (status, me) = again.ask("GET", "/api/v1/me", &Value::Null).await?;
    assert_eq!((status, &me["name"]), (200, &json!("Siv Ek")));
    again.close().await
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn a_host_that_the_computer_trusts_is_set_up_from_the_desk_without_a_question() -> Result<()> {
    let mut host = Elsewhere::bare()?;
    let authority = host.certify_by_authority()?;
    host.start()?;
    let folder = tempfile::tempdir()?;
    let trusting = [("SSL_CERT_FILE", authority.to_str().unwrap_or_default())];
    let desk = Desk::open_in(folder.path(), &trusting).await?;
    name_host(&desk, &host.address()).await?;
    set_up(&desk).await?;
    // The same place is asked for its fingerprint where nobody has told the computer of the authority.
    let other_folder = tempfile::tempdir()?;
    desk.close().await?;
    let other = Desk::open(other_folder.path()).await?;
    name_host(&other, &host.address()).await?;
    other.read("Datorn känner inte igen serverns certifikat").await?;
    other.close().await
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn a_certificate_that_changes_is_refused_loudly_until_it_is_compared_anew() -> Result<()> {
    let mut host = Elsewhere::set_up()?;
    let (folder, desk) = acquainted(&mut host).await?;
    let known = host.fingerprint.clone();

    // In mid-session: another certificate ends the talk before anything is sent.
    host.stop()?;
    host.certify_itself()?;
    host.start()?;
    let (status, problem) = desk.ask("GET", "/api/v1/me", &Value::Null).await?;
    assert_eq!((status, &problem["code"]), (503, &json!("place.certificate_changed")));
    desk.close().await?;

    // At the next start, too.
    let again = Desk::open(folder.path()).await?;
    again.read(FAILED).await?;
    again.read("Servern visar ett annat certifikat än det du godkände.").await?;
    again.press("Välj en annan plats").await?;
    again.press("Nästa").await?;
    again.read("Servern visar ett annat certifikat än förut").await?;
    again.read(&known).await?;
    again.read(&host.fingerprint).await?;
    picture("certificate-changed")?;
    accept(&again).await?;
    again.read("Att göra").await?;
    again.close().await
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn a_host_that_is_away_is_told_and_found_again_in_mid_session_and_at_start() -> Result<()> {
    let mut host = Elsewhere::set_up()?;
    let (folder, desk) = acquainted(&mut host).await?;

    host.stop()?;
    desk.read("Ingen kontakt med Stolpe").await?;
    picture("host-away")?;
    host.start()?;
    desk.no_longer("Ingen kontakt med Stolpe").await?;
    desk.close().await?;

    host.stop()?;
    let again = Desk::open(folder.path()).await?;
    again.read(FAILED).await?;
    again.read("Servern svarar inte.").await?;
    again.read(&host.address()).await?;
    picture("place-failed")?;
    host.start()?;
    again.press("Försök igen").await?;
    again.read("Att göra").await?;
    again.close().await?;

    // Whoever does not want to wait goes elsewhere, and what is there stays there.
    host.stop()?;
    let elsewhere = Desk::open(folder.path()).await?;
    elsewhere.read(FAILED).await?;
    elsewhere.press("Välj en annan plats").await?;
    elsewhere.pick("På den här datorn").await?;
    elsewhere.press("Nästa").await?;
    elsewhere.read("Välkommen till Stolpe").await?;
    elsewhere.close().await
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn a_host_of_another_version_and_what_is_no_host_are_refused_by_name() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let desk = Desk::open(folder.path()).await?;
    for (answer, words) in [
        (r#"{"version":"99.0.0"}"#, "Servern har version 99.0.0 och är för ny"),
        (r#"{"version":"0.0.1"}"#, "Servern har version 0.0.1 och är för gammal"),
        ("<html>It works!</html>", "är ingen Stolpe-server"),
    ] {
        name_host(&desk, &answering(answer)?).await?;
        desk.read(words).await?;
    }
    assert_eq!(desk.invoke("place_get", &json!({})).await?.unwrap()["place"], Value::Null);
    desk.close().await
}

async fn name_host(desk: &Desk, address: &str) -> Result<()> {
    desk.read("Var ska uppgifterna finnas?").await?;
    desk.pick("På en Stolpe-server").await?;
    desk.fill("Serverns adress", address).await?;
    desk.press("Nästa").await
}

/// A host that certifies itself, and a desk that has accepted it and signed in; the folder is the desk's.
async fn acquainted(host: &mut Elsewhere) -> Result<(TempDir, Desk)> {
    host.certify_itself()?;
    host.start()?;
    let folder = tempfile::tempdir()?;
    let desk = Desk::open(folder.path()).await?;
    name_host(&desk, &host.address()).await?;
    accept(&desk).await?;
    sign_in(&desk).await?;
    Ok((folder, desk))
}

async fn accept(desk: &Desk) -> Result<()> {
    desk.field("Jag har jämfört fingeravtrycket").await?.click().await?;
    desk.press("Lita på servern").await
}

async fn sign_in(desk: &Desk) -> Result<()> {
    desk.fill("E-post eller användarnamn", OWNER).await?;
    desk.fill("Lösenord", PASSWORD).await?;
    desk.press("Logga in").await?;
    desk.read("Att göra").await
}

/// Something that answers everything with this. A host of another version cannot be had here, and the question is only
/// what the desk makes of its first answer.
fn answering(body: &'static str) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}/", listener.local_addr()?);
    std::thread::spawn(move || -> std::io::Result<()> {
        for line in listener.incoming() {
            let mut line = BufReader::new(line?);
            let mut head = String::new();
            while line.read_line(&mut head)? > 2 {}
            let length = body.len();
            let line = line.get_mut();
            write!(line, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")?;
        }
        Ok(())
    });
    Ok(address)
}
