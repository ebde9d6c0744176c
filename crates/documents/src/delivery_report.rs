//! What a mail server reports, by mail, of a mail that it took and could not hand on (RFC 3464).

use mail_parser::{HeaderValue, Message, MessageParser, MimeHeaders as _, PartType};

/// The other side chooses its words; a page of them helps nobody.
const WORDS_LENGTH: usize = 400;

/// A mail did not reach its reader, and will not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounce {
    /// The message id of the mail, without its brackets.
    pub message_id: String,
    /// The status by RFC 3463, such as `5.1.1`.
    pub status: Option<String>,
    /// What the last server said.
    pub words: Option<String>,
}

impl Bounce {
    /// Status and words in one line.
    pub fn line(&self) -> Option<String> {
        let said: Vec<&str> = [&self.status, &self.words].into_iter().filter_map(|it| it.as_deref()).collect();
        (!said.is_empty()).then(|| said.join(" "))
    }
}

/// Reads a report. None of what is not for good: a mail that is merely late may still arrive, and one that was handed on has.
pub fn read_bounce(raw: &[u8]) -> Option<Bounce> {
    let report = MessageParser::default().parse(raw)?;
    let status = report.parts.iter().find(|part| {
        part.content_type().is_some_and(|it| {
            it.c_type.eq_ignore_ascii_case("message")
                && it.c_subtype.as_ref().is_some_and(|kind| {
                    // The second is that of internationalised mail (RFC 6533).
                    kind.eq_ignore_ascii_case("delivery-status") || kind.eq_ignore_ascii_case("global-delivery-status")
                })
        })
    })?;
    let text = match &status.body {
        PartType::Message(inner) => String::from_utf8_lossy(&inner.raw_message).into_owned(),
        _ => String::from_utf8_lossy(status.contents()).into_owned(),
    };
    let text = text.replace("\r\n", "\n");
    let failed = text.split("\n\n").map(Fields::read).find(|it| it.says("Action", "failed"))?;
    Some(Bounce {
        message_id: original_id(&report)?,
        status: failed.get("Status").map(|it| cut(it.split_whitespace().next().unwrap_or_default())),
        // `smtp;` before it names the language of machines that it is in.
        words: failed.get("Diagnostic-Code").map(|it| cut(it.split_once(';').map_or(&*it, |(_, words)| words).trim())),
    })
}

/// The name of the mail that the report is about: from what came back of it, or from what the report answers.
fn original_id(report: &Message<'_>) -> Option<String> {
    let returned = report.parts.iter().skip(1).find_map(|part| match &part.body {
        PartType::Message(mail) => mail.message_id().map(str::to_owned),
        // The head alone (`text/rfc822-headers`).
        PartType::Text(head) if part.is_content_type("text", "rfc822-headers") => {
            MessageParser::default().parse_headers(head.as_bytes())?.message_id().map(str::to_owned)
        }
        _ => None,
    });
    returned.or_else(|| match report.in_reply_to() {
        HeaderValue::Text(id) => Some(id.to_string()),
        HeaderValue::TextList(ids) => ids.last().map(ToString::to_string),
        _ => None,
    })
}

/// One group of fields of a report, unfolded.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn read(group: &str) -> Self {
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in group.lines() {
            let goes_on = line.starts_with([' ', '\t']);
            match (goes_on, fields.last_mut(), line.split_once(':')) {
                (true, Some((_, value)), _) => {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                (false, _, Some((name, value))) => fields.push((name.trim().to_owned(), value.trim().to_owned())),
                _ => {}
            }
        }
        Self(fields)
    }

    fn get(&self, name: &str) -> Option<String> {
        let field = self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        field.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
    }

    fn says(&self, name: &str, word: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case(word))
    }
}

fn cut(words: &str) -> String {
    words.chars().filter(|it| !it.is_control()).take(WORDS_LENGTH).collect()
}

#[cfg(test)]
mod tests;
