//! What goes over the wire to each gateway and back, held against files: one story a file, in `tests/exchanges`.
//!
//! Each is recorded anew against the gateway's double and must come out the same, and each is said again to the adapter
//! without any gateway. What somebody recorded at a gateway's own address lies beside them and is said again too.

use crate::story::{Account, Outside, Story};
use std::path::{Path, PathBuf};
use std::time::Duration;
use stolpe_domain::sms::SmsProvider;
use stolpe_ports::clock::{Clock as _, SystemClock};
use stolpe_testkit::SmsDouble;
use stolpe_testkit::exchange::{Names, Recording, Relay, Replay, assert_recorded, record, replay, stories};
use stolpe_web::{Manner, Trust, Web};

const BY_THE_DOUBLE: &str = "the double";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exchanges")
}

/// Whose story a file holds: its name begins with the gateway's.
fn provider_of(path: &Path) -> SmsProvider {
    let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
    let provider = name.split_once('-').and_then(|(provider, _)| SmsProvider::from_word(provider));
    provider.expect("the name of a gateway before the first hyphen")
}

fn web() -> Web {
    Web::in_manner(&Manner { trust: Trust::System, proof: None, timeout: Duration::from_secs(20), follows: false })
}

#[tokio::test]
async fn what_goes_over_the_wire_is_what_the_files_say() {
    for (path, story) in stories(&folder()) {
        if story.by != BY_THE_DOUBLE {
            continue;
        }
        let double = SmsDouble::start(provider_of(&path));
        double.outside(&serde_json::json!({ "now": story.at.to_rfc3339() }));
        let account = Account::of_the_double(double.provider);
        let relay = Relay::before(&double.address, web()).await;
        let mut names = account.names(Names::default());
        let mut teller = Story::new(&relay.address, account, Outside::Double(Box::new(double)), story.at);
        let recording = record(&story, &relay, &mut names, &mut teller).await;
        assert_recorded(&path, &recording, option_env!("STOLPE_BLESS").is_some());
    }
}

#[tokio::test]
async fn what_was_recorded_is_asked_again_and_comes_to_the_same() {
    for (path, story) in stories(&folder()) {
        let account = Account::of_the_double(provider_of(&path));
        let names = account.names(Names::of_replay());
        let server = Replay::start(names.clone()).await;
        let mut teller = Story::new(&server.address, account, Outside::Nobody, story.at);
        replay(&story, &server, &names, &mut teller).await;
    }
}

#[test]
fn no_file_holds_what_lets_anybody_in() {
    for (path, story) in stories(&folder()) {
        for exchange in story.steps.iter().flat_map(|step| &step.exchanges) {
            let told = exchange.asked.headers.iter().find(|(name, _)| name == "authorization");
            let (_, told) = told.expect("each question says who asks");
            assert!(["Basic {secret}", "Basic {another}"].contains(&told.as_str()), "{}: {told}", path.display());
        }
    }
}

/// Takes a recording at a gateway: `docs/how-to/record-an-exchange.md`.
#[tokio::test]
#[ignore = "asks whoever STOLPE_RECORD_ADDRESS names"]
async fn record_at_a_gateway() {
    let told = |name: &str| crate::story::told(name).unwrap_or_else(|| panic!("{name} is not set"));
    let (story, address) = (PathBuf::from(told("STOLPE_RECORD_STORY")), told("STOLPE_RECORD_ADDRESS"));
    let text = std::fs::read_to_string(folder().join(&story)).expect("a story");
    let at = SystemClock.now();
    let wanted = Recording { by: address.clone(), at, ..Recording::read(&text).expect("a story") };
    let account = Account::told(provider_of(&story));
    let relay = Relay::before(&address, web()).await;
    let mut names = account.names(Names::default());
    let mut teller = Story::new(&relay.address, account, Outside::Person, at);
    let recording = record(&wanted, &relay, &mut names, &mut teller).await;
    let stem = story.file_stem().and_then(|stem| stem.to_str()).expect("a name");
    let file = folder().join(format!("{stem}-{}.txt", at.format("%Y-%m-%d")));
    std::fs::write(&file, recording.to_string()).expect("it is written");
    println!("{}: read it before you keep it", file.display());
}
