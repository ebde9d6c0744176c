//! The ledger proves itself every night, and the desk says when it last did.

use crate::App;
use crate::error::Result;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_domain::ledger::proof_is_due;
use stolpe_store::StoreError;
use stolpe_store::ledger::LedgerProof;

/// The setting that keeps what came of the last proof.
const PROOF: &str = "ledger.proof";
/// Faults of each kind that are told by name.
const MOST_TOLD: i64 = 100;

/// What came of a proof, and when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptProof {
    /// When it began.
    pub at: DateTime<Utc>,
    /// When everything held, the last time.
    pub held_at: Option<DateTime<Utc>>,
    /// What it found.
    pub proof: LedgerProof,
}

impl App {
    /// Proves the ledger from nothing: balances from transfers, and postings from documents.
    ///
    /// # Errors
    /// [`crate::AppError::Unavailable`] when the database cannot be reached.
    pub async fn prove_ledger(&self) -> Result<LedgerProof> {
        Ok(self.read().await?.prove_ledger(MOST_TOLD).await?)
    }

    /// What came of the last proof that was kept.
    pub(crate) async fn last_ledger_proof(&self) -> Result<Option<KeptProof>> {
        Ok(self.read().await?.find_setting(PROOF).await?.map(|(proof, _)| proof))
    }

    /// Proves the ledger when its night has come, or when it never was, and keeps what came of it.
    ///
    /// # Errors
    /// [`crate::AppError::Unavailable`] when the database cannot be reached.
    pub async fn prove_ledger_nightly(&self) -> Result<()> {
        let kept: Option<(KeptProof, i64)> = self.read().await?.find_setting(PROOF).await?;
        let at = self.now();
        if !proof_is_due(kept.as_ref().map(|(kept, _)| kept.at), at) {
            return Ok(());
        }
        self.post_old_documents().await?;
        let proof = self.prove_ledger().await?;
        for fault in &proof.faults {
            tracing::error!(?fault, "the ledger does not hold");
        }
        let (before, version) = kept.map_or((None, 0), |(kept, version)| (kept.held_at, version));
        let held_at = if proof.faults.is_empty() { Some(at) } else { before };
        let mut tx = self.write().await?;
        match tx.put_setting(PROOF, version, &KeptProof { at, held_at, proof }).await {
            // Another host has proved it at the same time.
            Err(StoreError::Changed) => Ok(()),
            kept => {
                kept?;
                tx.commit_telemetry().await
            }
        }
    }
}
