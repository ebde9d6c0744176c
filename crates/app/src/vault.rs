//! Secrets at rest: one data key seals them, and it is itself wrapped twice.
//!
//! The master key lives outside the database (keychain, file or environment). Whoever loses it opens the vault with the
//! printed recovery code, and the data key is wrapped anew under a fresh master key.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::guesses::{self, Guess};
use crate::random;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::sync::{Arc, RwLock};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_ports::error::PortError;
use stolpe_ports::secrets::{KeyKeeper, MasterKey};
use stolpe_store::vault::WrappedKey;
use zeroize::Zeroizing;

const NONCE: usize = 24;
/// The alphabet of the recovery code: 32 signs that nobody mistakes for each other on paper.
const CODE_SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Eight groups of four signs: 160 bits, so that guessing is hopeless.
const CODE_LENGTH: usize = 32;

/// What a secret is for; a value sealed for one purpose cannot be opened for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A personal number.
    PersonalNumber,
    /// The seed of a second factor.
    Totp,
    /// A file with initial passwords.
    JobFile,
    /// The password of the mail server.
    MailPassword,
    /// The password of the mailbox to which bounces come.
    MailboxPassword,
    /// What lets us in where prices are asked for.
    PriceToken,
    /// The keys of an agreement with a payment provider.
    PaymentKeys,
    /// What lets us in at an SMS gateway.
    SmsSecret,
    /// A list of people as it came, which may hold personal numbers.
    ImportFile,
    /// The key that a charge point is told.
    ChargePointKey,
    /// A request, by whose digest a repetition is known.
    Request,
}

impl Purpose {
    const fn word(self) -> &'static [u8] {
        match self {
            Self::PersonalNumber => b"personal_number",
            Self::Totp => b"totp",
            Self::JobFile => b"job_file",
            Self::MailPassword => b"mail_password",
            Self::MailboxPassword => b"mailbox_password",
            Self::PriceToken => b"price_token",
            Self::PaymentKeys => b"payment_keys",
            Self::SmsSecret => b"sms_secret",
            Self::ImportFile => b"import_file",
            Self::ChargePointKey => b"charge_point_key",
            Self::Request => b"request",
        }
    }
}

type Key = Zeroizing<[u8; 32]>;

/// Keys that are about to be the vault's: first the database takes them, then the keeper, then memory.
pub(crate) struct NewKeys {
    /// What the database keeps.
    pub(crate) wrapped: WrappedKey,
    data: Key,
    /// What the keeper keeps; none when it was given the key from outside.
    master: Option<MasterKey>,
}

/// The open or locked vault of one database.
#[derive(Clone)]
pub struct Vault {
    keeper: Arc<dyn KeyKeeper>,
    data_key: Arc<RwLock<Option<Key>>>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("open", &self.is_open()).finish_non_exhaustive()
    }
}

impl Vault {
    /// A vault that has not been opened.
    pub fn locked(keeper: Arc<dyn KeyKeeper>) -> Self {
        Self { keeper, data_key: Arc::default() }
    }

    /// Whether secrets can be sealed and opened.
    pub fn is_open(&self) -> bool {
        self.data_key.read().is_ok_and(|key| key.is_some())
    }

    fn key(&self) -> Result<Key> {
        let locked = AppError::Unavailable { code: "vault.locked", source: None };
        self.data_key.read().ok().and_then(|key| key.clone()).ok_or(locked)
    }

    fn put(&self, key: Key) {
        if let Ok(mut slot) = self.data_key.write() {
            *slot = Some(key);
        }
    }

    /// Seals a value: a fresh nonce, then the value under the data key, bound to its purpose.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] `vault.locked`.
    pub fn seal(&self, purpose: Purpose, value: &[u8]) -> Result<Vec<u8>> {
        seal(&*self.key()?, purpose.word(), value)
    }

    /// Opens a sealed value.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] `vault.locked`; [`AppError::Internal`] when the value was sealed by another key.
    pub fn open(&self, purpose: Purpose, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        open(&*self.key()?, purpose.word(), sealed).ok_or_else(|| AppError::internal("a sealed value does not open"))
    }

    /// A keyed hash by which equal values are found without opening them.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] `vault.locked`.
    pub fn digest(&self, purpose: Purpose, value: &[u8]) -> Result<Vec<u8>> {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&*self.key()?).map_err(AppError::internal)?;
        mac.update(purpose.word());
        mac.update(value);
        Ok(mac.finalize().into_bytes().to_vec())
    }

    /// Makes a new data key and wraps it; answers the recovery code for printing. Nothing is kept yet.
    pub(crate) fn create(&self) -> Result<(NewKeys, Zeroizing<String>)> {
        let code = recovery_code(random::bytes());
        let data: Key = Zeroizing::new(random::bytes());
        let by_recovery = wrap(&code_key(&code), &data)?;
        Ok((self.under_master_key(data, by_recovery)?, code))
    }

    fn under_master_key(&self, data: Key, by_recovery: Vec<u8>) -> Result<NewKeys> {
        let given = self.keeper.given();
        let is_given = given.is_some();
        let master: MasterKey = given.unwrap_or_else(|| Zeroizing::new(random::bytes()));
        let wrapped = WrappedKey { by_key: wrap(&master, &data)?, by_recovery };
        Ok(NewKeys { wrapped, data, master: (!is_given).then_some(master) })
    }

    /// Gives the master key to the keeper, in place of an earlier one.
    ///
    /// Called once the database has taken the wrapped key and before that is committed: a keeper that fails undoes both,
    /// and whoever came second to the database never gets here.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] `keychain.locked` when the master key cannot be kept.
    pub(crate) async fn keep(&self, keys: &NewKeys) -> Result<()> {
        let Some(master) = keys.master.clone() else { return Ok(()) };
        let keeper = Arc::clone(&self.keeper);
        ask_keeper(move || keeper.keep(&master)).await
    }

    /// Opens the vault with keys that the database holds from now on.
    pub(crate) fn adopt(&self, keys: NewKeys) {
        self.put(keys.data);
    }

    /// Opens the vault with the master key that the keeper has.
    ///
    /// # Errors
    /// [`AppError::Unavailable`]: `keychain.locked` when the keeper does not answer, `vault.locked` when it has no key
    /// or another one.
    pub async fn unlock(&self, wrapped: &WrappedKey) -> Result<()> {
        let keeper = Arc::clone(&self.keeper);
        let master = ask_keeper(move || keeper.load()).await?;
        let key = master.and_then(|master| unwrap(&master, &wrapped.by_key));
        self.put(key.ok_or(AppError::Unavailable { code: "vault.locked", source: None })?);
        Ok(())
    }

    /// Unwraps the data key with the recovery code and wraps it under a fresh master key. Nothing is kept yet.
    ///
    /// # Errors
    /// [`AppError::Refused`] `vault.wrong_code`.
    fn recover(&self, wrapped: &WrappedKey, code: &str) -> Result<NewKeys> {
        let key = normalised(code).and_then(|code| unwrap(&code_key(&code), &wrapped.by_recovery));
        let data = key.ok_or(AppError::refused("vault.wrong_code"))?;
        self.under_master_key(data, wrapped.by_recovery.clone())
    }
}

impl App {
    /// Opens the vault with the printed recovery code, after the master key was lost.
    ///
    /// Open to nobody in particular: the code is the proof. Its 160 bits cannot be guessed; tries from one address have
    /// to wait all the same, since each costs work.
    ///
    /// # Errors
    /// [`AppError::Refused`] `vault.wrong_code`; [`AppError::Wait`] `vault.wait` after too many wrong codes;
    /// [`AppError::Unavailable`] `keychain.locked` when the fresh key cannot
    /// be kept.
    pub async fn recover_vault(&self, ctx: &Ctx, code: &str) -> Result<()> {
        let wrapped = self.read().await?.find_vault().await?.ok_or(AppError::NotFound)?;
        let guess = Guess::recovery(ctx);
        let until = self.count_try(ctx, &guess).await?;
        let keys = match self.vault.recover(&wrapped, code) {
            Err(wrong @ AppError::Refused { .. }) => {
                return Err(until.map_or(wrong, |until| guess.wait(until, ctx.at)));
            }
            other => {
                self.return_try(&guess).await?;
                other?
            }
        };
        let mut tx = self.write().await?;
        guesses::clear(&mut tx, &guess).await?;
        tx.put_vault(&keys.wrapped, ctx.at).await?;
        self.vault.keep(&keys).await?;
        tx.commit(ctx, [Event::new(Action::VaultRecovered, Subject::Host)]).await?;
        self.vault.adopt(keys);
        Ok(())
    }
}

async fn ask_keeper<T: Send + 'static>(call: impl FnOnce() -> Result<T, PortError> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(call)
        .await
        .map_err(AppError::internal)?
        .map_err(|error| AppError::Unavailable { code: "keychain.locked", source: Some(Box::new(error)) })
}

fn seal(key: &[u8; 32], purpose: &[u8], value: &[u8]) -> Result<Vec<u8>> {
    let nonce: [u8; NONCE] = random::bytes();
    let sealed = XChaCha20Poly1305::new(&(*key).into())
        .encrypt(&XNonce::from(nonce), Payload { msg: value, aad: purpose })
        .map_err(|_| AppError::internal("a value is too long to seal"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn open(key: &[u8; 32], purpose: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    let opened = XChaCha20Poly1305::new(&(*key).into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: purpose })
        .ok()?;
    Some(Zeroizing::new(opened))
}

fn wrap(key: &[u8; 32], data: &Key) -> Result<Vec<u8>> {
    seal(key, b"data_key", data.as_slice())
}

fn unwrap(key: &[u8; 32], wrapped: &[u8]) -> Option<Key> {
    let opened = open(key, b"data_key", wrapped)?;
    Some(Zeroizing::new(opened.as_slice().try_into().ok()?))
}

fn code_key(code: &str) -> Key {
    let mut hash = Sha256::new();
    hash.update(b"stolpe recovery code ");
    hash.update(code.as_bytes());
    Zeroizing::new(hash.finalize().into())
}

fn recovery_code(random: [u8; CODE_LENGTH]) -> Zeroizing<String> {
    let mut code = String::with_capacity(CODE_LENGTH + 7);
    for (n, byte) in random.into_iter().enumerate() {
        if n > 0 && n % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(CODE_SIGNS[usize::from(byte & 31)]));
    }
    Zeroizing::new(code)
}

/// The code as it was printed, from whatever case and separators it was typed in.
fn normalised(typed: &str) -> Option<Zeroizing<String>> {
    let signs: Vec<char> =
        typed.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).take(CODE_LENGTH + 1).collect();
    let groups: Vec<String> = signs.chunks(4).map(|group| group.iter().collect()).collect();
    (signs.len() == CODE_LENGTH).then(|| Zeroizing::new(groups.join("-")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[derive(Default)]
    struct Memory(Mutex<Option<MasterKey>>);

    impl KeyKeeper for Memory {
        fn load(&self) -> Result<Option<MasterKey>, PortError> {
            Ok(self.0.lock().unwrap().clone())
        }
        fn keep(&self, key: &MasterKey) -> Result<(), PortError> {
            *self.0.lock().unwrap() = Some(key.clone());
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_sealed_value_opens_for_its_purpose_only() {
        let vault = Vault::locked(Arc::new(Memory::default()));
        assert!(matches!(vault.seal(Purpose::Totp, b"x"), Err(AppError::Unavailable { code: "vault.locked", .. })));
        let (keys, _) = vault.create().unwrap();
        assert!(!vault.is_open(), "nothing is kept before the database has it");
        vault.adopt(keys);
        let sealed = vault.seal(Purpose::PersonalNumber, b"121212-1212").unwrap();
        assert_eq!(vault.open(Purpose::PersonalNumber, &sealed).unwrap().as_slice(), b"121212-1212");
        assert!(vault.open(Purpose::Totp, &sealed).is_err());
        assert!(!sealed.windows(6).any(|part| part == b"121212"));
    }

    #[tokio::test]
    async fn a_lost_master_key_is_made_good_by_the_recovery_code() {
        let first = Vault::locked(Arc::new(Memory::default()));
        let (keys, code) = first.create().unwrap();
        let wrapped = keys.wrapped.clone();
        first.keep(&keys).await.unwrap();
        first.adopt(keys);
        let sealed = first.seal(Purpose::Totp, b"seed").unwrap();

        let second = Vault::locked(Arc::new(Memory::default()));
        assert!(matches!(second.unlock(&wrapped).await, Err(AppError::Unavailable { code: "vault.locked", .. })));
        let wrong = code.replace(|c: char| c.is_alphanumeric(), "2");
        assert!(matches!(second.recover(&wrapped, &wrong), Err(AppError::Refused { code: "vault.wrong_code", .. })));
        let keys = second.recover(&wrapped, &code.to_lowercase().replace('-', " ")).unwrap();
        let again = keys.wrapped.clone();
        second.keep(&keys).await.unwrap();
        second.adopt(keys);
        assert_eq!(second.open(Purpose::Totp, &sealed).unwrap().as_slice(), b"seed");

        let third = Vault { keeper: Arc::clone(&second.keeper), data_key: Arc::default() };
        third.unlock(&again).await.unwrap();
        assert_eq!(third.open(Purpose::Totp, &sealed).unwrap().as_slice(), b"seed");
    }
}
