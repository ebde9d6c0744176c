//! What stands in a recording in place of what must differ from one to the next, or must stand nowhere.

use super::{Answered, Exchange, Question};
use serde_json::Value;
use stolpe_ports::payments::RawCallback;
use uuid::Uuid;

/// What says nothing of what was asked: whoever carries a question adds it.
const OF_THE_CARRIER: [&str; 6] = ["accept", "accept-encoding", "connection", "content-length", "host", "user-agent"];
/// What an answer says beside its body to whoever reads it here; providers say much else.
const OF_AN_ANSWER: [&str; 4] = ["content-type", "location", "paymentrequesttoken", "retry-after"];
/// What lets somebody in, whole.
const SECRET: [&str; 3] = ["authorization", "client_secret", "ocp-apim-subscription-key"];
/// Made-up names of a replay; no story has as many.
const MOST: u128 = 40;

/// The names of a recording. Each stands for exactly one thing in it:
///
/// - `{payment-1}`, `{refund-1}`: our name for it; in capitals where it is written as 32 digits.
/// - `{id-1}`: the first thing that the other side gave a name in the form of a UUID, and so on.
/// - `{token-1}`: the first token that let us in, and so on.
/// - `{account}`, `{client}`, `{sender}`: as whom the other side knows us.
/// - `{number}`: the phone that a message goes to.
/// - `{secret}`: what proves it. `{another}`: a proof that is not the one that was agreed.
/// - `{digest}`, `{signature}`: what was counted from the rest and is checked when it comes.
/// - `{version}`: ours.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// What it is, and what stands for it.
    known: Vec<(String, String)>,
    ids: usize,
    tokens: usize,
}

impl Names {
    /// Names with made-up things behind those that the other side once gave, for a replay.
    pub fn of_replay() -> Self {
        let mut names = Self::default();
        for at in 1..=MOST {
            let id = Uuid::from_u128(0x5EED_0000_0000_4000_8000_0000_0000_0000 + at);
            names.add(id.to_string(), format!("id-{at}"));
            names.add(format!("a-token-that-was-made-up-{at:02}"), format!("token-{at}"));
        }
        names
    }

    /// Names a thing.
    pub fn add(&mut self, is: impl Into<String>, name: impl AsRef<str>) {
        self.put(is.into(), format!("{{{}}}", name.as_ref()));
    }

    /// Names a thing that stands for itself with something before it.
    pub fn put(&mut self, is: String, stands: String) {
        self.known.push((is, stands));
        self.known.sort_by_key(|(is, _)| std::cmp::Reverse(is.len()));
    }

    /// Names something that we gave a name, in both forms in which it is written.
    pub fn ours(&mut self, id: Uuid, name: &str) {
        self.add(id.to_string(), name);
        self.add(id.simple().to_string().to_uppercase(), name.to_uppercase());
    }

    /// A text with names in place of what they stand for.
    pub fn hide(&self, text: &str) -> String {
        self.known.iter().fold(text.to_owned(), |text, (is, stands)| put_in_place(&text, is, stands))
    }

    /// A text with what its names stand for.
    pub fn fill(&self, text: &str) -> String {
        self.known.iter().fold(text.to_owned(), |text, (is, stands)| text.replace(stands, is))
    }

    /// An exchange as its file holds it; what the answer gave names to gets one here.
    pub fn write(&mut self, exchange: Exchange) -> Exchange {
        let Exchange { asked, answered } = exchange;
        self.learn(&answered);
        let answered = Answered {
            headers: answered
                .headers
                .iter()
                .filter(|(name, _)| OF_AN_ANSWER.contains(&name.as_str()))
                .map(|(name, value)| (name.clone(), self.hide(value)))
                .collect(),
            body: self.hide(&answered.body),
            ..answered
        };
        Exchange { asked: self.write_question(&asked), answered }
    }

    /// A question as its file holds it.
    pub(super) fn write_question(&self, asked: &Question) -> Question {
        let headers = asked.headers.iter().filter(|(name, _)| !OF_THE_CARRIER.contains(&name.as_str()));
        let mut headers: Vec<_> = headers.map(|(name, value)| (name.clone(), self.write_header(name, value))).collect();
        headers.sort();
        Question {
            method: asked.method.clone(),
            target: self.hide(&asked.target),
            headers,
            body: self.hide(&asked.body),
        }
    }

    fn write_header(&self, name: &str, value: &str) -> String {
        let hidden = self.hide(value);
        if name.ends_with("-version") {
            return "{version}".to_owned();
        }
        // What is not known to be the right secret is written nowhere.
        if SECRET.contains(&name) && !hidden.contains('{') {
            let scheme = value.split_once(' ').map(|(scheme, _)| format!("{scheme} ")).unwrap_or_default();
            return format!("{scheme}{{another}}");
        }
        hidden
    }

    /// What the other side told on its own, as its file holds it.
    ///
    /// # Panics
    /// When it is no text.
    pub fn write_notice(&self, notice: &RawCallback) -> Question {
        let header = |(name, value): &(String, String)| {
            let value = match name.as_str() {
                "x-ms-content-sha256" => "{digest}".to_owned(),
                "x-twilio-signature" => "{signature}".to_owned(),
                "authorization" => {
                    let (before, _) = value.split_once("Signature=").unwrap_or_default();
                    format!("{before}Signature={{signature}}")
                }
                _ => self.hide(value),
            };
            (name.clone(), value)
        };
        let mut headers: Vec<_> = notice.headers.iter().map(header).collect();
        headers.sort();
        let body = String::from_utf8(notice.body.clone()).expect("a text");
        Question { method: "POST".to_owned(), target: self.hide(&notice.target), headers, body: self.hide(&body) }
    }

    /// What the other side told on its own, to be told again; it is not signed yet.
    pub fn fill_notice(&self, notice: &Question) -> RawCallback {
        RawCallback {
            target: self.fill(&notice.target),
            headers: notice.headers.iter().map(|(name, value)| (name.clone(), self.fill(value))).collect(),
            body: self.fill(&notice.body).into_bytes(),
        }
    }

    /// Gives names to what an answer has named.
    fn learn(&mut self, answered: &Answered) {
        let told: Option<Value> = serde_json::from_str(&answered.body).ok();
        if let Some(token) = told.as_ref().and_then(|told| told["access_token"].as_str()) {
            self.tokens += 1;
            self.add(token, format!("token-{}", self.tokens));
        }
        let headers = answered.headers.iter().map(|(_, value)| value);
        for id in headers.chain([&answered.body]).flat_map(|text| ids(text)) {
            if self.known.iter().all(|(is, _)| *is != id) {
                self.ids += 1;
                self.add(id, format!("id-{}", self.ids));
            }
        }
    }
}

/// A text with a name in place of what it stands for. A number that is a part of a longer one is another number.
fn put_in_place(text: &str, is: &str, stands: &str) -> String {
    if !is.bytes().all(|sign| sign.is_ascii_digit()) {
        return text.replace(is, stands);
    }
    let is_digit = |at: Option<usize>| at.and_then(|at| text.as_bytes().get(at)).is_some_and(u8::is_ascii_digit);
    let (mut written, mut done) = (String::new(), 0);
    for (at, _) in text.match_indices(is) {
        let is_part = is_digit(at.checked_sub(1)) || is_digit(Some(at + is.len()));
        written.push_str(&text[done..at]);
        written.push_str(if is_part { is } else { stands });
        done = at + is.len();
    }
    written + &text[done..]
}

/// What is written like a UUID, in its order.
fn ids(text: &str) -> Vec<String> {
    let windows = text.as_bytes().windows(36);
    let found = windows.filter(|window| [8, 13, 18, 23].iter().all(|at| window[*at] == b'-'));
    let found = found.filter_map(|window| std::str::from_utf8(window).ok());
    found.filter(|window| Uuid::try_parse(window).is_ok()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(headers: &[(&str, &str)]) -> Question {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Question { method: "GET".to_owned(), target: "/".to_owned(), headers, body: String::new() }
    }

    #[test]
    fn a_secret_that_nobody_named_is_written_nowhere() {
        let mut names = Names::default();
        names.put("Basic cmlnaHQ=".to_owned(), "Basic {secret}".to_owned());
        let headers = [
            ("user-agent", "stolpe/1"),
            ("authorization", "Basic d3Jvbmc="),
            ("client_secret", "wrong"),
            ("x-system-version", "0.1.0"),
        ];
        let written = names.write_question(&asked(&headers)).headers;
        let written: Vec<_> = written.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let expected =
            [("authorization", "Basic {another}"), ("client_secret", "{another}"), ("x-system-version", "{version}")];
        assert_eq!(written, expected);
        let right = names.write_question(&asked(&[("authorization", "Basic cmlnaHQ=")])).headers;
        assert_eq!(right[0].1, "Basic {secret}");
    }

    #[test]
    fn a_number_that_is_a_part_of_a_longer_one_is_another() {
        let mut names = Names::default();
        names.add("123456", "account");
        assert_eq!(names.hide("123456 and 46701234567, 123456"), "{account} and 46701234567, {account}");
    }

    #[test]
    fn what_an_answer_names_has_a_name_of_its_own_from_then_on() {
        let mut names = Names::default();
        let id = "0197b1de-0000-7000-8000-0000000000ff";
        let answered = Answered {
            status: 200,
            headers: vec![("set-cookie".to_owned(), "secret".to_owned())],
            body: format!("{{\"access_token\":\"ey.x\",\"id\":\"{id}\",\"more\":\"{id}\"}}"),
            is_lost: false,
        };
        let written = names.write(Exchange { asked: asked(&[("authorization", "Bearer ey.x")]), answered });
        assert_eq!(written.answered.body, "{\"access_token\":\"{token-1}\",\"id\":\"{id-1}\",\"more\":\"{id-1}\"}");
        assert!(written.answered.headers.is_empty(), "{:?}", written.answered.headers);
        assert_eq!(written.asked.headers[0].1, "Bearer {token-1}");
        assert_eq!(names.fill("{id-1}"), id);
    }
}
