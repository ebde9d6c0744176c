//! A keychain in memory, which can be locked.

use std::sync::{Arc, Mutex};
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::secrets::{KeyKeeper, MasterKey};

/// A keychain in memory, which can be locked.
#[derive(Clone, Default)]
pub struct MemoryKeychain(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    key: Option<MasterKey>,
    locked: bool,
}

impl std::fmt::Debug for MemoryKeychain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryKeychain").finish_non_exhaustive()
    }
}

impl MemoryKeychain {
    /// Locks the keychain, or opens it again.
    ///
    /// # Panics
    /// When another test thread broke while it held the keychain.
    pub fn lock(&self, locked: bool) {
        self.0.lock().unwrap().locked = locked;
    }

    fn open(&self) -> Result<std::sync::MutexGuard<'_, State>, PortError> {
        let state = self.0.lock().unwrap();
        if state.locked { Err(PortError::bare(PortErrorKind::Unavailable, "open the keychain")) } else { Ok(state) }
    }
}

impl KeyKeeper for MemoryKeychain {
    fn load(&self) -> Result<Option<MasterKey>, PortError> {
        Ok(self.open()?.key.clone())
    }

    fn keep(&self, key: &MasterKey) -> Result<(), PortError> {
        self.open()?.key = Some(key.clone());
        Ok(())
    }
}
