//! What was paid too much follows to what is owed: which of it goes where.

/// So much of one source goes to one debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The place of the source.
    pub source: usize,
    /// The place of the debt.
    pub debt: usize,
    /// How much, more than nothing.
    pub minor: i64,
}

/// Shares out what is there among what is owed, each in its order: the first debt is settled before the next one gets
/// anything. What is less than nothing is nothing, on both sides.
pub fn carry_over(sources: &[i64], debts: &[i64]) -> Vec<Share> {
    let mut shares = Vec::new();
    let mut open: Vec<i64> = debts.to_vec();
    for (source, there) in sources.iter().enumerate() {
        let mut there = *there;
        for (debt, open) in open.iter_mut().enumerate() {
            let minor = there.min(*open);
            if minor > 0 {
                there -= minor;
                *open -= minor;
                shares.push(Share { source, debt, minor });
            }
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn share(source: usize, debt: usize, minor: i64) -> Share {
        Share { source, debt, minor }
    }

    #[test]
    fn the_first_debt_is_settled_first_and_the_rest_stays_where_it_is() {
        assert_eq!(carry_over(&[300], &[200, 250]), [share(0, 0, 200), share(0, 1, 100)]);
        assert_eq!(carry_over(&[100, 500], &[200, 250]), [share(0, 0, 100), share(1, 0, 100), share(1, 1, 250)]);
        assert_eq!(carry_over(&[-50, 0], &[200]), []);
        assert_eq!(carry_over(&[50], &[-200, 0]), []);
    }

    proptest! {
        #[test]
        fn money_adds_up_in_any_order(
            sources in proptest::collection::vec(-500_i64..2_000, 0..6),
            debts in proptest::collection::vec(-500_i64..2_000, 0..6),
        ) {
            let shares = carry_over(&sources, &debts);
            let taken = |place| -> i64 { shares.iter().filter(|it| it.source == place).map(|it| it.minor).sum() };
            let given = |place| -> i64 { shares.iter().filter(|it| it.debt == place).map(|it| it.minor).sum() };
            for (place, there) in sources.iter().enumerate() {
                prop_assert!((0..=(*there).max(0)).contains(&taken(place)));
            }
            for (place, owed) in debts.iter().enumerate() {
                prop_assert!((0..=(*owed).max(0)).contains(&given(place)));
                // Nothing is left lying while something before is owed.
                if given(place) > 0 {
                    prop_assert!(debts.iter().take(place).enumerate().all(|(before, owed)| given(before) == (*owed).max(0)));
                }
            }
            let sum = |all: &[i64]| -> i64 { all.iter().map(|it| (*it).max(0)).sum() };
            let moved: i64 = shares.iter().map(|it| it.minor).sum();
            prop_assert_eq!(moved, sum(&sources).min(sum(&debts)));
        }
    }
}
