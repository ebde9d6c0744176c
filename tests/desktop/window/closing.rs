//! Closing the window while a task runs.

use anyhow::Result;
use serde_json::{Value, json};

use super::place::settle;
use crate::driver::{Desk, picture};
use crate::screen::Window;

/// More than is taken in while somebody reads a question twice.
const ROWS: u32 = 40_000;

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn a_desk_at_work_asks_before_it_closes_and_goes_on_where_it_was_interrupted() -> Result<()> {
    let folder = tempfile::tempdir()?;
    settle(folder.path(), &[]).await?;
    let desk = Desk::open(folder.path()).await?;
    desk.read("Att göra").await?;
    let import = take_in(&desk, ROWS).await?;

    let (_, jobs) = desk.ask("GET", "/api/v1/jobs", &Value::Null).await?;
    assert_eq!(jobs["items"][0]["state"], "running", "{jobs}");
    let window = Window::of_the_desk()?;
    window.press("alt+F4")?;
    let question = Window::titled("Stänga Stolpe?")?;
    picture("closing")?;
    question.press("Escape")?;
    question.until_gone()?;
    // Whoever thinks better of it works on, and so does the task.
    let (_, jobs) = desk.ask("GET", "/api/v1/jobs", &Value::Null).await?;
    assert_eq!(jobs["items"][0]["state"], "running");

    window.press("alt+F4")?;
    Window::titled("Stänga Stolpe?")?.press("Return")?;
    desk.has_ended().await?;
    drop(desk);

    let again = Desk::open(folder.path()).await?;
    again.read("Att göra").await?;
    again.press("Uppgifter").await?;
    again.read("Stolpe stängdes medan uppgiften pågick.").await?;
    picture("task-interrupted")?;
    let (_, batch) = again.ask("GET", &format!("/api/v1/imports/{import}"), &Value::Null).await?;
    assert_eq!(batch["state"], "interrupted");
    let (status, _) = again.ask("POST", &format!("/api/v1/imports/{import}/commit"), &json!({})).await?;
    assert_eq!(status, 202);
    again.close().await
}

/// Begins to take in a list of this length, and answers the import.
async fn take_in(desk: &Desk, rows: u32) -> Result<String> {
    let (_, facilities) = desk.ask("GET", "/api/v1/facilities", &Value::Null).await?;
    let facility = &facilities["items"][0]["id"];
    let script = r"
        const [facility, rows, done] = arguments;
        const lines = ['Lgh;Förnamn;Efternamn'];
        for (let row = 1; row <= rows; row++) lines.push(`A${row};Sven${row};Ek${row}`);
        const query = new URLSearchParams({ facilityId: facility, fileName: 'boende.csv' });
        fetch(`/api/v1/imports?${query}`, {
            method: 'POST',
            headers: { 'content-type': 'application/octet-stream', 'idempotency-key': crypto.randomUUID() },
            body: new TextEncoder().encode(lines.join('\n')).buffer,
        }).then(async (answer) => done(await answer.json()), (error) => done(String(error)));";
    let read = desk.page.execute_async(script, vec![facility.clone(), json!(rows)]).await?;
    let read: Value = read.convert()?;
    let import = read["id"].as_str().ok_or_else(|| anyhow::anyhow!("no import: {read}"))?;
    let (status, job) = desk.ask("POST", &format!("/api/v1/imports/{import}/commit"), &json!({})).await?;
    anyhow::ensure!(status == 202, "{job}");
    Ok(import.to_owned())
}
