//! `cargo xtask tidy`: what no compiler checks. Each check is a small function from the tree to its complaints.

mod catalogues;
mod codes;
mod crates;
mod files;
mod lengths;
mod migrations;
mod names;
mod open_ends;
mod root;
mod schemas;
mod tree;

use anyhow::{Result, bail};

use tree::Tree;

/// Runs all checks and prints every complaint.
///
/// # Errors
/// When there is a complaint, or the tree cannot be read.
pub(crate) fn tidy() -> Result<()> {
    let tree = Tree::read(crate::machine::root())?;
    let mut complaints = Vec::new();
    complaints.extend(root::check(&tree));
    complaints.extend(files::check(&tree));
    complaints.extend(names::check(&tree));
    complaints.extend(open_ends::check(&tree));
    complaints.extend(migrations::check(&tree));
    complaints.extend(catalogues::check(&tree));
    complaints.extend(codes::check(&tree));
    complaints.extend(schemas::check(&tree));
    complaints.extend(crates::check(&crates::read(crate::machine::root())?));
    // A habit rather than a gate.
    for remark in lengths::check(&tree) {
        println!("long: {remark}");
    }
    for complaint in &complaints {
        println!("tidy: {complaint}");
    }
    if !complaints.is_empty() {
        bail!("{} complaints", complaints.len());
    }
    println!("tidy: {} files looked at, nothing to say", tree.files().len());
    Ok(())
}
