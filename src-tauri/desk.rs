//! The state of the desk: where its data is to be, and the host that answers the page once it is there.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tauri::async_runtime::JoinHandle;
use tauri::{AppHandle, Runtime};
use tokio::sync::watch;

use crate::backend::{Backend, Wanted, blocking, check_key};
use crate::error::ShellError;
use crate::events;
use crate::folder::Folders;
use crate::network::{Certificate, Listening, Network};
use crate::place::{KeyPlace, Memory, Place};
use crate::trust::Fingerprint;
use crate::words::Language;

/// How far the desk has come.
#[derive(Clone)]
enum Stage {
    /// The user has not said where the data lives.
    Choosing,
    /// The host is starting; requests wait.
    Opening,
    /// The host answers.
    Open(Arc<Backend>),
    /// The host did not start, for this reason.
    Failed(Arc<ShellError>),
}

/// The desk, shared by its windows.
pub(crate) struct Desk {
    folders: Folders,
    memory: Mutex<Memory>,
    stage: watch::Sender<Stage>,
    relay: Mutex<Option<JoinHandle<()>>>,
    /// Where the user wants the file of the key, until the place is chosen.
    key_folder: Mutex<Option<PathBuf>>,
    /// The certificate and its key that the user has pointed out, until they are used.
    pointed_out: Mutex<(Option<PathBuf>, Option<PathBuf>)>,
    /// Opening a place is not done twice at once.
    opening: tokio::sync::Mutex<()>,
}

impl Desk {
    /// A desk that keeps its things in these folders.
    pub(crate) fn new(folders: Folders) -> Self {
        let memory = Memory::read(&folders.config);
        let stage = if memory.place.is_some() { Stage::Opening } else { Stage::Choosing };
        Self {
            folders,
            memory: Mutex::new(memory),
            stage: watch::Sender::new(stage),
            relay: Mutex::new(None),
            key_folder: Mutex::new(None),
            pointed_out: Mutex::default(),
            opening: tokio::sync::Mutex::new(()),
        }
    }

    /// What the desk remembers.
    pub(crate) fn memory(&self) -> Memory {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The language of the shell's own words: that of the page, or of the operating system until a page has spoken.
    pub(crate) fn language(&self) -> Language {
        Language::of_tag(&self.memory().language.or_else(sys_locale::get_locale).unwrap_or_default())
    }

    /// Remembers something else.
    ///
    /// # Errors
    /// When it cannot be written; then the earlier memory holds.
    pub(crate) fn remember(&self, change: impl FnOnce(&mut Memory)) -> Result<(), ShellError> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changed = memory.clone();
        change(&mut changed);
        changed.write(&self.folders.config)?;
        *memory = changed;
        Ok(())
    }

    /// Opens the remembered place, if there is one.
    pub(crate) async fn open_remembered<R: Runtime>(&self, app: AppHandle<R>) {
        let Memory { place: Some(place), key, certificates, network, .. } = self.memory() else { return };
        let certificate = place.host().and_then(|host| certificates.get(&host).cloned());
        let wanted = Wanted { place, key, certificate, is_known: true, network };
        if let Err(error) = self.open(app, &wanted).await {
            tracing::error!(error = error.chain(), "the place did not open");
            self.stage.send_replace(Stage::Failed(Arc::new(error)));
        }
    }

    /// Opens a place that the user chose, and remembers it once it is open. `accepted` is the certificate of a host
    /// elsewhere whose fingerprint the user has compared just now.
    ///
    /// # Errors
    /// When the place cannot be opened; then the desk is as before.
    pub(crate) async fn choose<R: Runtime>(
        &self,
        app: AppHandle<R>,
        place: Place,
        key: KeyPlace,
        accepted: Option<Fingerprint>,
    ) -> Result<(), ShellError> {
        let its_key = key.clone();
        let place = blocking(move || place.settle(&its_key)).await??;
        if !matches!(place, Place::Remote { .. }) {
            check_key(&key).await?;
        }
        let is_open = matches!(*self.stage.borrow(), Stage::Open(_));
        let memory = self.memory();
        if is_open && memory.place.as_ref() == Some(&place) && memory.key == key {
            return Ok(());
        }
        let host = place.host();
        let known = host.as_ref().and_then(|host| memory.certificates.get(host).cloned());
        let certificate = accepted.or(known);
        let network = memory.network_at(&place);
        let wanted = Wanted { place, key, certificate: certificate.clone(), is_known: false, network };
        self.open(app, &wanted).await?;
        self.remember(|memory| {
            memory.place = Some(wanted.place);
            memory.key = wanted.key;
            memory.network = wanted.network;
            if let (Some(host), Some(certificate)) = (host, certificate) {
                memory.certificates.insert(host, certificate);
            }
        })
    }

    /// Opens the remembered place anew, such as after its keychain was unlocked.
    ///
    /// # Errors
    /// When it does not open.
    pub(crate) async fn reopen<R: Runtime>(&self, app: &AppHandle<R>) -> Result<(), Arc<ShellError>> {
        self.open_remembered(app.clone()).await;
        self.backend(app).await.map(drop)
    }

    /// Where the user wants the file of the key.
    ///
    /// # Errors
    /// When the key would lie with the data: a copy of the data would carry it along.
    pub(crate) fn choose_key_folder(&self, folder: &Path) -> Result<(), ShellError> {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if real(folder).starts_with(real(&self.folders.data)) {
            return Err(ShellError::KeyWithData);
        }
        *self.key_folder.lock().unwrap_or_else(PoisonError::into_inner) = Some(folder.to_owned());
        Ok(())
    }

    /// The file that the user has chosen for the key, or the one that is in use.
    pub(crate) fn key_file(&self) -> Option<KeyPlace> {
        let chosen = self.key_folder.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match chosen {
            Some(folder) => Some(KeyPlace::File { folder }),
            None => Some(self.memory().key).filter(|key| *key != KeyPlace::Keychain),
        }
    }

    /// Where the certificate or its key is, as the user has pointed out.
    pub(crate) fn point_out(&self, is_key: bool, path: PathBuf) {
        let mut files = self.pointed_out.lock().unwrap_or_else(PoisonError::into_inner);
        *(if is_key { &mut files.1 } else { &mut files.0 }) = Some(path);
    }

    /// The certificate that would be shown: what was pointed out, or else what is remembered.
    fn certificate(&self) -> Option<Certificate> {
        let (chain, key) = self.pointed_out.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let kept = self.memory().network.certificate;
        let (kept_chain, kept_key) = kept.map(|it| (it.chain, it.key)).unzip();
        Some(Certificate { chain: chain.or(kept_chain)?, key: key.or(kept_key)? })
    }

    /// Whom this computer lets in, and how far that has come; nothing where the host is elsewhere.
    ///
    /// # Errors
    /// When the host does not answer.
    pub(crate) async fn network<R: Runtime>(
        &self,
        app: &AppHandle<R>,
    ) -> Result<Option<(Network, Listening)>, Arc<ShellError>> {
        let listening = self.backend(app).await?.listening().await;
        Ok(listening.map(|listening| (self.memory().network, listening)))
    }

    /// Lets others in, or nobody but this computer.
    ///
    /// # Errors
    /// When whoever is signed in may not, or it cannot listen so; then it listens as before.
    pub(crate) async fn change_network<R: Runtime>(
        &self,
        app: &AppHandle<R>,
        change: impl FnOnce(&mut Network) + Send,
    ) -> Result<(), Arc<ShellError>> {
        let backend = self.backend(app).await?;
        if !backend.may_change_settings().await {
            return Err(Arc::new(ShellError::Denied));
        }
        let before = self.memory().network;
        let mut after = before.clone();
        change(&mut after);
        after.certificate = self.certificate();
        let changed = async {
            backend.listen(&after).await?;
            backend.note_network(&before, &after).await?;
            self.remember(|memory| memory.network = after)
        };
        let changed = changed.await;
        if changed.is_err()
            && let Err(error) = backend.listen(&before).await
        {
            tracing::warn!(error = error.chain(), "nobody is let in over the network");
        }
        Ok(changed?)
    }

    /// How many tasks would be interrupted if the desk closed now.
    pub(crate) fn running_tasks(&self) -> usize {
        match &*self.stage.borrow() {
            Stage::Open(backend) => backend.running_tasks(),
            _ => 0,
        }
    }

    async fn open<R: Runtime>(&self, app: AppHandle<R>, wanted: &Wanted) -> Result<(), ShellError> {
        let _one_at_a_time = self.opening.lock().await;
        // A folder has one host at a time: the earlier one closes before the next opens. If that fails, the remembered
        // place is opened again by the next request.
        let earlier = self.stage.send_replace(Stage::Opening);
        self.follow(None);
        let earlier = match earlier {
            Stage::Open(backend) => {
                backend.close().await;
                Some(backend.sign_in.clone())
            }
            _ => None,
        };
        match Backend::open(wanted, &self.folders).await {
            Ok(mut backend) => {
                if let Some(earlier) = &earlier {
                    backend.sign_in = backend.sign_in.or_earlier(earlier);
                }
                // The desk works without it, and its page on the network says why nobody gets in.
                if let Err(error) = backend.listen(&wanted.network).await {
                    tracing::warn!(error = error.chain(), "nobody is let in over the network");
                }
                let backend = Arc::new(backend);
                self.follow(Some(tauri::async_runtime::spawn(events::relay(app, Arc::clone(&backend)))));
                self.stage.send_replace(Stage::Open(backend));
                Ok(())
            }
            Err(error) => {
                let is_first = self.memory().place.is_none();
                let reason = Arc::new(ShellError::NoPlace);
                self.stage.send_replace(if is_first { Stage::Choosing } else { Stage::Failed(reason) });
                Err(error)
            }
        }
    }

    /// Hands on the changes of one host, and no longer those of the one before.
    fn follow(&self, relay: Option<JoinHandle<()>>) {
        let earlier = std::mem::replace(&mut *self.relay.lock().unwrap_or_else(PoisonError::into_inner), relay);
        if let Some(earlier) = earlier {
            earlier.abort();
        }
    }

    /// The host, as soon as it has started. One that did not start is tried again: a host elsewhere may be back, and a
    /// keychain unlocked.
    ///
    /// # Errors
    /// When no place is chosen or the host does not start.
    pub(crate) async fn backend<R: Runtime>(&self, app: &AppHandle<R>) -> Result<Arc<Backend>, Arc<ShellError>> {
        // Whoever finds the failure tries again; all who come meanwhile wait for the outcome.
        let tries_again = self.stage.send_if_modified(|stage| {
            let has_failed = matches!(stage, Stage::Failed(_));
            if has_failed {
                *stage = Stage::Opening;
            }
            has_failed
        });
        if tries_again {
            self.open_remembered(app.clone()).await;
        }
        let mut stages = self.stage.subscribe();
        let stage = stages.wait_for(|stage| !matches!(stage, Stage::Opening)).await;
        match stage.as_deref() {
            Ok(Stage::Open(backend)) => Ok(Arc::clone(backend)),
            Ok(Stage::Failed(error)) => Err(Arc::clone(error)),
            _ => Err(Arc::new(ShellError::NoPlace)),
        }
    }

    /// Lets the host finish before the program ends.
    pub(crate) async fn close(&self) {
        let stage = self.stage.send_replace(Stage::Choosing);
        if let Stage::Open(backend) = stage {
            backend.close().await;
        }
    }
}
