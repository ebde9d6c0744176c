//! The lines of a story that are about cards which a provider keeps.

use super::{CALLBACK, Story, Told, could_not, done, id_of, onward, said_no, sight};
use stolpe_domain::email::Email;
use stolpe_domain::id::SavedCardId;
use stolpe_domain::language::Language;
use stolpe_domain::money::Currency;
use stolpe_ports::payments::{PaidBy, PaymentKey};
use stolpe_ports::saved_cards::{CardAsk, CardKey, SavedCards};

impl Story {
    fn keeper(&self) -> &dyn SavedCards {
        self.provider.saved_cards().expect("a provider that keeps cards")
    }

    /// A card of the story; one whose token was never told is known by our name alone.
    fn card(&self, name: &str) -> CardKey {
        let unknown = || CardKey { card: SavedCardId(id_of(name, self.run)), token: None };
        self.cards.get(name).cloned().unwrap_or_else(unknown)
    }

    pub(super) async fn save(&mut self, name: &str) -> String {
        let card = self.card(name);
        let ask = CardAsk {
            card: card.card,
            currency: Currency::Sek,
            email: Some(Email::parse("boende@example.se").expect("an address")),
            language: Language::Sv,
            return_to: "https://stolpe.example/paid".to_owned(),
            terms: "https://stolpe.example/terms".to_owned(),
            callback: CALLBACK.to_owned(),
        };
        let begun = self.keeper().begin(&ask).await;
        let token = begun.as_ref().ok().map(|begun| begun.token.clone());
        self.cards.insert(name.to_owned(), CardKey { token, ..card });
        begun
            .map_or_else(|fault| said_no(&fault), |begun| format!("begun as {}, {}", begun.token, onward(begun.onward)))
    }

    pub(super) async fn look_up_card(&mut self, name: &str, is_by_ours_alone: bool) -> String {
        let mut key = self.card(name);
        if is_by_ours_alone {
            key.token = None;
        }
        match self.keeper().look_up(&key).await {
            Err(error) => could_not(&error),
            Ok(stands) => {
                let mut words = vec![format!("{:?}", stands.seen)];
                words.extend(stands.token.iter().map(|token| format!("as {token}")));
                words.extend(stands.onward.map(onward));
                self.cards.insert(name.to_owned(), CardKey { token: stands.token.or(key.token), ..key });
                words.join(", ")
            }
        }
    }

    pub(super) async fn end(&mut self, name: &str) -> String {
        let card = self.card(name);
        done(self.keeper().end(&card).await)
    }

    pub(super) async fn charge(&mut self, name: &str, card: &str, amount: &str) -> String {
        let ask = self.ask(name, amount, &[]);
        let token = self.card(card).token.expect("the provider has a name for it");
        let charged = self.keeper().charge(&token, &ask).await;
        let reference = charged.as_ref().ok().and_then(|seen| seen.reference.clone());
        let key = PaymentKey { by: PaidBy::SavedCard, attempt: ask.attempt, reference };
        self.payments.insert(name.to_owned(), Told { ask, key, movement: None, given_back: 0 });
        match charged {
            Ok(seen) => sight(Ok(seen)),
            Err(fault) => said_no(&fault),
        }
    }
}
