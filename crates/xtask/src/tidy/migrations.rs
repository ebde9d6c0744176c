//! Both engines take the same steps under the same names, numbered without gaps.

use std::collections::BTreeSet;

use super::tree::Tree;

pub(super) fn check(tree: &Tree) -> Vec<String> {
    let steps = |engine: &str| -> BTreeSet<String> {
        tree.below(&format!("migrations/{engine}"))
            .filter(|file| file.extension() == "sql")
            .map(|file| file.name().to_owned())
            .collect()
    };
    let (sqlite, postgres) = (steps("sqlite"), steps("postgres"));
    let mut complaints: Vec<String> =
        sqlite.difference(&postgres).map(|step| format!("migrations/postgres lacks {step}")).collect();
    complaints.extend(postgres.difference(&sqlite).map(|step| format!("migrations/sqlite lacks {step}")));
    for (index, step) in sqlite.union(&postgres).enumerate() {
        if !step.starts_with(&format!("{:04}_", index + 1)) {
            complaints.push(format!("{step}: the step after {index} is numbered {:04}", index + 1));
            break;
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_for_one_engine_only_is_named() {
        let tree = Tree::of(&[
            ("migrations/sqlite/0001_people.sql", ""),
            ("migrations/postgres/0001_people.sql", ""),
            ("migrations/sqlite/0002_permits.sql", ""),
        ]);
        assert_eq!(check(&tree), ["migrations/postgres lacks 0002_permits.sql"]);
    }

    #[test]
    fn a_gap_and_a_number_used_twice_are_named() {
        let step = |name: &str| [format!("migrations/sqlite/{name}"), format!("migrations/postgres/{name}")];
        for second in ["0003_permits.sql", "0001_permits.sql"] {
            let paths = [step("0001_people.sql"), step(second)].concat();
            let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
            assert_eq!(check(&Tree::of(&files)).len(), 1, "{second}");
        }
    }
}
