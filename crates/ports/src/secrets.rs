//! Where the key that opens the vault is kept: the keychain of the operating system, a file, or the environment.

use crate::error::PortError;
use zeroize::Zeroizing;

/// The key that wraps the data key of one database: 32 bytes.
pub type MasterKey = Zeroizing<[u8; 32]>;

/// Keeps the master key outside the database.
///
/// The calls may block for as long as a person takes to unlock a keychain: make them where blocking is allowed.
pub trait KeyKeeper: Send + Sync {
    /// The key, if one is kept.
    ///
    /// # Errors
    /// `Unavailable` while the keychain is locked or absent.
    fn load(&self) -> Result<Option<MasterKey>, PortError>;

    /// Keeps the key, in place of an earlier one.
    ///
    /// # Errors
    /// `Unavailable` while the keychain is locked or absent, `Refused` where the keeper cannot be written.
    fn keep(&self, key: &MasterKey) -> Result<(), PortError>;

    /// A key that is there before the vault is, because somebody else made it; then no other is made.
    fn given(&self) -> Option<MasterKey> {
        None
    }
}
