//! What goes over the wire to each provider and back, held against files: one story a file, in `tests/exchanges`.
//!
//! Each is recorded anew against the provider's double and must come out the same, and each is said again to the adapter
//! without any provider. What somebody recorded at a provider's test environment lies beside them and is said again too.

use crate::story::credentials::{Credentials, told};
use crate::story::{Outside, Story, named};
use chrono::SubsecRound as _;
use std::path::{Path, PathBuf};
use stolpe_ports::clock::{Clock as _, SystemClock};
use stolpe_testkit::exchange::{Names, Recording, Relay, Replay, assert_recorded, record, replay, stories};
use stolpe_testkit::{Authority, PaymentDouble, PaymentDoubleKind};
use stolpe_web::{Manner, Trust, Web};

const BY_THE_DOUBLE: &str = "the double";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exchanges")
}

/// Whose story a file holds: its name begins with the provider's.
fn kind_of(path: &Path) -> PaymentDoubleKind {
    let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
    match name.split_once('-').map(|(provider, _)| provider) {
        Some("swish") => PaymentDoubleKind::Swish,
        Some("vipps") => PaymentDoubleKind::Vipps,
        Some("payson") => PaymentDoubleKind::Payson,
        _ => panic!("{name} does not begin with a provider"),
    }
}

fn web(kind: PaymentDoubleKind, credentials: &Credentials, authority: Option<String>) -> Web {
    Web::in_manner(&Manner {
        trust: authority.map_or(Trust::System, Trust::Only),
        proof: (kind == PaymentDoubleKind::Swish).then(|| credentials.proof.clone()),
        timeout: std::time::Duration::from_secs(20),
        follows: false,
    })
}

#[tokio::test]
async fn what_goes_over_the_wire_is_what_the_files_say() {
    for (path, story) in stories(&folder()) {
        if story.by != BY_THE_DOUBLE {
            continue;
        }
        let kind = kind_of(&path);
        let double = PaymentDouble::start(kind);
        let credentials = Credentials::of_the_double(kind, &double.authority);
        let relay = Relay::before(&double.address, web(kind, &credentials, Some(double.authority.pem()))).await;
        let mut names = credentials.names(kind, named(Names::default(), 0));
        let address = relay.address.clone();
        let mut teller = Story::new(kind, &address, credentials, Outside::Double(Box::new(double)), story.at, 0);
        let recording = record(&story, &relay, &mut names, &mut teller).await;
        assert_recorded(&path, &recording, option_env!("STOLPE_BLESS").is_some());
    }
}

#[tokio::test]
async fn what_was_recorded_is_asked_again_and_comes_to_the_same() {
    for (path, story) in stories(&folder()) {
        let kind = kind_of(&path);
        let credentials = Credentials::of_the_double(kind, &Authority::default());
        let names = credentials.names(kind, named(Names::of_replay(), 0));
        let server = Replay::start(names.clone()).await;
        let mut teller = Story::new(kind, &server.address, credentials, Outside::Nobody, story.at, 0);
        replay(&story, &server, &names, &mut teller).await;
    }
}

#[test]
fn no_file_holds_what_lets_anybody_in() {
    for (path, _) in stories(&folder()) {
        let text = std::fs::read_to_string(&path).expect("a file");
        for (number, line) in text.lines().enumerate() {
            let place = format!("{}:{}", path.display(), number + 1);
            let words = line.trim_start_matches(['>', '<', ' ']);
            for header in ["authorization: ", "client_secret: ", "ocp-apim-subscription-key: "] {
                if let Some(value) = words.strip_prefix(header) {
                    let ends = ["{secret}", "{another}", "{signature}", "-1}", "-2}", "-3}"];
                    assert!(ends.iter().any(|end| value.ends_with(end)), "{place}");
                }
            }
            if let Some((_, told)) = line.split_once("\"access_token\"") {
                assert!(told.trim_start_matches([':', ' ']).starts_with("\"{token-"), "{place}");
            }
        }
    }
}

/// Takes a recording at a provider's test environment: `docs/how-to/record-an-exchange.md`.
#[tokio::test]
#[ignore = "asks whoever STOLPE_RECORD_ADDRESS names"]
async fn record_at_a_test_environment() {
    let story = PathBuf::from(told("STOLPE_RECORD_STORY").expect("STOLPE_RECORD_STORY is set"));
    let address = told("STOLPE_RECORD_ADDRESS").expect("STOLPE_RECORD_ADDRESS is set");
    let kind = kind_of(&story);
    let text = std::fs::read_to_string(folder().join(&story)).expect("a story");
    let at = SystemClock.now().trunc_subsecs(0);
    let wanted = Recording { by: address.clone(), at, ..Recording::read(&text).expect("a story") };
    let credentials = Credentials::told();
    let relay = Relay::before(&address, web(kind, &credentials, told("STOLPE_RECORD_AUTHORITY"))).await;
    // Nothing that was asked for before has the names of this time.
    let run = at.timestamp().unsigned_abs();
    let mut names = credentials.names(kind, named(Names::default(), run));
    let mut teller = Story::new(kind, &relay.address, credentials, Outside::Person, at, run);
    let recording = record(&wanted, &relay, &mut names, &mut teller).await;
    let stem = story.file_stem().and_then(|stem| stem.to_str()).expect("a name");
    let file = folder().join(format!("{stem}-{}.txt", at.format("%Y-%m-%d")));
    std::fs::write(&file, recording.to_string()).expect("it is written");
    println!("{}: read it before you keep it", file.display());
}
