//! Which crate may know which, and which outside library is at home where. The picture is in `docs/ARCHITECTURE.md`.

use std::path::Path;

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, MetadataCommand};

/// A package of the workspace and what it names in its manifest, tests aside.
pub(super) struct Package {
    name: String,
    needs: Vec<String>,
}

/// Each floor and the floors it may stand on. A crate that is not listed here has no place yet.
const FLOORS: &[(&str, &[&str])] = &[
    ("stolpe-domain", &[]),
    ("stolpe-ports", &["stolpe-domain"]),
    ("stolpe-ocpp", &["stolpe-domain"]),
    ("stolpe-store", &["stolpe-domain"]),
    ("stolpe-documents", &["stolpe-domain"]),
    ("stolpe-messaging", &["stolpe-domain", "stolpe-ports", "stolpe-web"]),
    // What adapters that ask over HTTP have in common; they never know one another.
    ("stolpe-web", &["stolpe-ports"]),
    ("stolpe-payments", &["stolpe-domain", "stolpe-ports", "stolpe-web"]),
    ("stolpe-prices", &["stolpe-domain", "stolpe-ports", "stolpe-web"]),
    ("stolpe-simulator", &["stolpe-domain", "stolpe-ocpp", "stolpe-ports"]),
    ("stolpe-app", &["stolpe-documents", "stolpe-domain", "stolpe-ocpp", "stolpe-ports", "stolpe-store"]),
    // The API shows what the store has read; it changes nothing but through the app.
    ("stolpe-api", &["stolpe-app", "stolpe-documents", "stolpe-domain", "stolpe-ports", "stolpe-store"]),
    (
        "stolpe-host",
        &[
            "stolpe-api",
            "stolpe-app",
            "stolpe-documents",
            "stolpe-domain",
            "stolpe-messaging",
            "stolpe-ocpp",
            "stolpe-payments",
            "stolpe-ports",
            "stolpe-prices",
            "stolpe-simulator",
            "stolpe-store",
        ],
    ),
    ("stolpe", &["stolpe-host", "stolpe-ports"]),
    (
        "stolpe-testkit",
        &[
            "stolpe-api",
            "stolpe-app",
            "stolpe-documents",
            "stolpe-domain",
            "stolpe-host",
            "stolpe-messaging",
            "stolpe-ocpp",
            "stolpe-ports",
            "stolpe-store",
            "stolpe-web",
        ],
    ),
    // Tests and tools stand beside the house: nothing stands on them.
    ("stolpe-tests", &["stolpe-testkit", "stolpe-domain", "stolpe-host"]),
    ("stolpe-desktop-tests", &[]),
    ("xtask", &[]),
];

/// Libraries that must not spread: swapping one is then the work of one crate. A name ends where a dash follows.
const HOMES: &[(&str, &[&str])] = &[
    ("sqlx", &["stolpe-store"]),
    ("tauri", &["stolpe"]),
    ("axum", &["stolpe-api", "stolpe-host", "stolpe-testkit", "stolpe"]),
    ("utoipa-axum", &["stolpe-api", "stolpe-host"]),
    ("lettre", &["stolpe-messaging"]),
    ("keyring", &["stolpe"]),
    ("reqwest", &["stolpe", "stolpe-messaging", "stolpe-payments", "stolpe-prices", "stolpe-web"]),
];

/// Asks cargo for the packages of the workspace.
///
/// # Errors
/// When cargo cannot read the workspace.
pub(super) fn read(root: &Path) -> Result<Vec<Package>> {
    let metadata =
        MetadataCommand::new().current_dir(root).no_deps().exec().context("cargo cannot read the workspace")?;
    let package = |package: cargo_metadata::Package| Package {
        name: package.name.to_string(),
        needs: package
            .dependencies
            .into_iter()
            .filter(|needed| needed.kind != DependencyKind::Development)
            .map(|needed| needed.name)
            .collect(),
    };
    Ok(metadata.packages.into_iter().map(package).collect())
}

pub(super) fn check(packages: &[Package]) -> Vec<String> {
    packages.iter().flat_map(|package| direction(package, packages).into_iter().chain(homes(package))).collect()
}

fn direction(package: &Package, packages: &[Package]) -> Vec<String> {
    let Some((_, allowed)) = FLOORS.iter().find(|(name, _)| *name == package.name) else {
        return vec![format!("{} has no floor: give it one in tidy/crates.rs", package.name)];
    };
    let ours = |name: &str| packages.iter().any(|other| other.name == name);
    package
        .needs
        .iter()
        .filter(|needed| ours(needed) && !allowed.contains(&needed.as_str()))
        .map(|needed| format!("{} must not depend on {needed}", package.name))
        .collect()
}

fn homes(package: &Package) -> Vec<String> {
    let mut complaints = Vec::new();
    for needed in &package.needs {
        let is_kin =
            |library: &str| needed == library || needed.strip_prefix(library).is_some_and(|rest| rest.starts_with('-'));
        if let Some((_, at_home)) = HOMES.iter().find(|(library, _)| is_kin(library))
            && !at_home.contains(&package.name.as_str())
        {
            complaints.push(format!(
                "{} must not know {needed}: it is at home in {}",
                package.name,
                at_home.join(", ")
            ));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, needs: &[&str]) -> Package {
        Package { name: name.into(), needs: needs.iter().map(|&needed| needed.into()).collect() }
    }

    #[test]
    fn a_lower_floor_that_stands_on_a_higher_one_is_named() {
        let packages =
            [package("stolpe-domain", &["stolpe-store", "serde"]), package("stolpe-store", &["stolpe-domain"])];
        assert_eq!(check(&packages), ["stolpe-domain must not depend on stolpe-store"]);
    }

    #[test]
    fn a_library_away_from_home_is_named() {
        let packages = [package("stolpe-app", &["sqlx"]), package("stolpe-host", &["tauri-plugin-dialog", "axum"])];
        let complaints = check(&packages);
        assert_eq!(complaints.len(), 2, "{complaints:?}");
        assert!(complaints[0].starts_with("stolpe-app must not know sqlx"));
        assert!(complaints[1].starts_with("stolpe-host must not know tauri-plugin-dialog"));
    }

    #[test]
    fn a_crate_without_a_floor_is_named() {
        assert_eq!(check(&[package("stolpe-cellar", &[])]).len(), 1);
    }
}
