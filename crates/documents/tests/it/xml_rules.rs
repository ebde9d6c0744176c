//! XML judged by the schemas and the rules that its authors have published. They are not ours to carry along: the folder that
//! `STOLPE_FIXTURES` names has the schemas, and `STOLPE_E_INVOICE_RULES` the compiled rules, if they are not there as well.

use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What came of a file.
#[derive(Debug, Deserialize)]
pub(crate) struct Judged {
    pub(crate) file: String,
    /// How many sets of rules it was held against.
    pub(crate) rules: usize,
    /// What the schema says against it.
    #[serde(default)]
    pub(crate) schema: Vec<String>,
    /// The rules that it breaks.
    #[serde(default)]
    pub(crate) fired: Vec<Fired>,
    /// How many documents a published set of tests has.
    #[serde(default)]
    pub(crate) cases: usize,
    /// What came of them otherwise than the set says.
    #[serde(default)]
    pub(crate) wrong: Vec<String>,
}

/// A rule that was broken.
#[derive(Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Fired {
    pub(crate) rule: String,
    pub(crate) flag: String,
}

impl Judged {
    /// Whether nothing speaks against it that would have it sent back.
    pub(crate) fn holds(&self) -> bool {
        self.schema.is_empty() && self.fired.iter().all(|fired| fired.flag != "fatal")
    }

    /// Whether it breaks this rule.
    pub(crate) fn breaks(&self, rule: &str) -> bool {
        self.fired.iter().any(|fired| fired.rule == rule && fired.flag == "fatal")
    }
}

/// A place in the folder of published files; none where that is not set, for there are no such files of ours.
#[expect(clippy::disallowed_methods, reason = "a test has no main that could read the environment for it")]
pub(crate) fn published(place: &str) -> Option<PathBuf> {
    let Ok(folder) = std::env::var("STOLPE_FIXTURES") else {
        println!("STOLPE_FIXTURES names no folder: {place} was not looked at");
        return None;
    };
    Some(Path::new(&folder).join(place))
}

/// Judges files by a schema; e-invoices also by the rules, where they are at hand.
pub(crate) fn judge(schema: &Path, rules: Option<&Path>, files: &[PathBuf]) -> Vec<Judged> {
    let python = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("tools").join("papers/bin/python");
    assert!(
        python.exists(),
        "`cargo xtask test` installs the Python packages lxml and saxonche in {}",
        python.display()
    );
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/xml_rules.py");
    let mut command = Command::new(python);
    command.arg(script).arg(schema).arg(rules.unwrap_or(Path::new(""))).args(files);
    let output = command.output().expect("a Python that runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("what came of each file")
}

/// The compiled rules of EN 16931 and Peppol, if somebody has laid them out.
#[expect(clippy::disallowed_methods, reason = "a test has no main that could read the environment for it")]
pub(crate) fn e_invoice_rules() -> Option<PathBuf> {
    let beside = published("einvoice/validation").filter(|folder| folder.join("PEPPOL-EN16931-UBL.xslt").exists());
    let rules = std::env::var("STOLPE_E_INVOICE_RULES").ok().map(PathBuf::from).or(beside);
    if rules.is_none() {
        println!("the compiled rules of EN 16931 and Peppol are not here: the schema alone has judged");
    }
    rules
}
