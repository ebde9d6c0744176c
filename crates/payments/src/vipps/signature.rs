//! Who sent a webhook: Vipps signs what it sends with a secret that was told once, when the webhook was registered.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use stolpe_ports::payments::RawCallback;

/// Whether a callback was signed with a secret: body, path, day and host as they came.
pub(super) fn holds(secret: &str, callback: &RawCallback) -> bool {
    let header = |name: &str| callback.header(name);
    let (Some(date), Some(host), Some(digest)) = (header("x-ms-date"), header("host"), header("x-ms-content-sha256"))
    else {
        return false;
    };
    if STANDARD.encode(Sha256::digest(&callback.body)) != digest {
        return false;
    }
    // A proxy that needs the usual header for itself hands on the other one.
    let told = header("x-vipps-authorization").or_else(|| header("authorization")).unwrap_or_default();
    let Some(told) = told.strip_prefix("HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=")
    else {
        return false;
    };
    let Ok(told) = STANDARD.decode(told) else { return false };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(format!("POST\n{}\n{date};{host};{digest}", callback.target).as_bytes());
    mac.verify_slice(&told).is_ok()
}
