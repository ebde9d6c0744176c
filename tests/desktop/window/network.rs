//! A desk whose data is on this computer lets charge points in from the network, once its owner says so.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use thirtyfour::By;

use super::place::settle;
use crate::driver::{Desk, free_port, picture};

const PAGE: &str = "app://localhost/admin/settings/installation";

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn charge_points_get_in_where_the_owner_opens_the_network_and_nothing_else_does() -> Result<()> {
    let folder = tempfile::tempdir()?;
    settle(folder.path(), &[]).await?;
    let desk = Desk::open(folder.path()).await?;
    desk.read("Att göra").await?;

    let port = free_port()?;
    open_network(&desk, port).await?;
    desk.read("Nätverket är ändrat.").await?;
    let kept = desk.invoke("network_get", &json!({})).await?.unwrap();
    let (_, address) = desk.ask("GET", "/api/v1/charging-address", &Value::Null).await?;
    if kept["listening"]["chargingAddress"].is_null() {
        desk.read("Datorn är inte på något nätverk.").await?;
    } else {
        let shown = desk.see(By::Tag("code")).await?.text().await?;
        ensure!(shown.starts_with("ws://") && shown.ends_with(&format!(":{port}/ocpp/")), "{shown}");
        assert_eq!(address["url"], json!(shown), "what is typed into a charge point is where it gets in");
    }
    picture("network")?;

    let (_, log) = desk.ask("GET", "/api/v1/audit?action=setting.changed", &Value::Null).await?;
    let row = &log["items"][0];
    assert_eq!((&row["reason"], &row["origin"]), (&json!("network"), &json!("desktop")), "{log}");
    assert_eq!((&row["before"]["reach"], &row["after"]["reach"]), (&json!("this_computer"), &json!("charge_points")));
    assert_eq!(row["after"]["port"], json!(port));

    // Nobody knows it yet, so it waits for somebody to adopt it.
    assert_eq!(ask(port, &handshake("LP-7"))?, 404);
    let (_, waiting) = desk.ask("GET", "/api/v1/waiting-charge-points", &Value::Null).await?;
    assert_eq!(waiting["items"][0]["identity"], json!("LP-7"), "{waiting}");
    for page in ["/", "/admin/", "/api/v1/system", "/metrics", "/healthz"] {
        assert_eq!(ask(port, &format!("GET {page} HTTP/1.1\r\nhost: here\r\n\r\n"))?, 404, "{page} is for TLS");
    }

    // A port that another program has changes nothing.
    let other = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    let taken = other.local_addr()?.port();
    desk.fill("Port", &taken.to_string()).await?;
    desk.press("Spara").await?;
    desk.read(&format!("Port {taken} används av ett annat program.")).await?;
    assert_eq!(ask(port, &handshake("LP-7"))?, 404, "it listens where it did");
    desk.leave().await?;
    ensure!(
        matches!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)), Err(error) if error.kind() == ErrorKind::ConnectionRefused),
        "a desk that is closed lets somebody in"
    );

    let again = Desk::open(folder.path()).await?;
    again.read("Bara den här datorn").await?;
    assert_eq!(ask(port, &handshake("LP-8"))?, 404, "started again, it listens where it did");
    again.close().await
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn everybody_is_let_in_with_a_certificate_only_and_whoever_may_not_change_settings_is_refused() -> Result<()> {
    let folder = tempfile::tempdir()?;
    settle(folder.path(), &[]).await?;
    let desk = Desk::open(folder.path()).await?;
    desk.read("Att göra").await?;
    let port = free_port()?;
    let wish = |reach: &str| json!({ "reach": reach, "port": port });
    let refused = desk.invoke("network_change", &wish("everybody")).await?.unwrap_err();
    assert_eq!(refused["code"], "network.no_certificate");
    let kept = desk.invoke("network_get", &json!({})).await?.unwrap();
    assert_eq!(kept["reach"], "this_computer", "{kept}");

    let (status, _) = desk.ask("POST", "/api/v1/logout", &Value::Null).await?;
    assert!((200..300).contains(&status), "{status}");
    let refused = desk.invoke("network_change", &wish("charge_points")).await?.unwrap_err();
    assert_eq!(refused["code"], "access.denied");
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
    desk.close().await
}

/// Goes to the page of the installation and lets charge points in by a port.
async fn open_network(desk: &Desk, port: u16) -> Result<()> {
    desk.page.goto(PAGE).await?;
    desk.read("Vem den här datorn släpper in medan Stolpe är öppet.").await?;
    desk.pick("Laddare på nätverket").await?;
    desk.fill("Port", &port.to_string()).await?;
    desk.press("Spara").await
}

fn handshake(identity: &str) -> String {
    format!(
        "GET /ocpp/{identity} HTTP/1.1\r\nhost: here\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: ocpp1.6\r\n\r\n"
    )
}

/// Says something to whoever listens there, and answers the status.
fn ask(port: u16, words: &str) -> Result<u16> {
    let mut line = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    line.set_read_timeout(Some(Duration::from_secs(30)))?;
    line.write_all(words.as_bytes())?;
    let mut head = [0; 12];
    line.read_exact(&mut head)?;
    Ok(std::str::from_utf8(&head)?.trim_start_matches("HTTP/1.1 ").parse()?)
}
