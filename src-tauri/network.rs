//! Whom this computer lets in over the network while the desk is open, and the listener that does.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use stolpe_host::Host;
use stolpe_host::serve::{ListenError, Listener, Protection, fingerprint_of_file};
use tauri::async_runtime::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::error::ShellError;

/// Where it listens unless told otherwise; what the address of a new installation says.
const PORT: u16 = 8443;
/// What is being answered when the listener closes may take so long.
const GRACE: Duration = Duration::from_secs(1);

/// Who is let in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reach {
    /// Programs on this computer.
    #[default]
    ThisComputer,
    /// Charge points on the network as well, over lines that others can read along.
    ChargePoints,
    /// Everybody on the network, over TLS.
    Everybody,
}

/// A certificate and its key, in PEM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Certificate {
    /// The chain, this computer's own first.
    pub(crate) chain: PathBuf,
    /// Its private key.
    pub(crate) key: PathBuf,
}

/// Whom this computer lets in, as the desk remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Network {
    /// Who is let in.
    pub(crate) reach: Reach,
    /// By which port.
    pub(crate) port: u16,
    /// What everybody is shown.
    pub(crate) certificate: Option<Certificate>,
}

impl Default for Network {
    fn default() -> Self {
        Self { reach: Reach::default(), port: PORT, certificate: None }
    }
}

impl Network {
    fn protection(&self) -> Result<Protection, ShellError> {
        match (self.reach, &self.certificate) {
            (Reach::ThisComputer, _) => Ok(Protection::None),
            (Reach::ChargePoints, _) => Ok(Protection::ChargePoints),
            (Reach::Everybody, Some(Certificate { chain, key })) => {
                Ok(Protection::Tls { certificate: chain.clone(), key: key.clone() })
            }
            (Reach::Everybody, None) => Err(ShellError::NoCertificate),
        }
    }

    /// Where the listener of this computer is, and what others call it by.
    fn address(&self) -> (SocketAddr, Option<IpAddr>) {
        match self.reach {
            Reach::ThisComputer => ((Ipv4Addr::LOCALHOST, self.port).into(), None),
            Reach::ChargePoints | Reach::Everybody => ((Ipv4Addr::UNSPECIFIED, self.port).into(), own_address()),
        }
    }
}

/// How far listening has come, as the page is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Listening {
    /// It listens.
    Open {
        /// What is typed into a charge point, which adds its identity; none while this computer is on no network.
        #[serde(rename = "chargingAddress")]
        charging_address: Option<String>,
        /// What residents and colleagues open; none while they are not let in.
        address: Option<String>,
        /// The SHA-256 of the certificate that they are shown.
        fingerprint: Option<String>,
    },
    /// It does not.
    Failed {
        /// The word of the reason.
        code: &'static str,
        /// Which port it is about.
        port: u16,
    },
}

/// A listener that answers.
pub(crate) struct Door {
    closing: CancellationToken,
    answering: JoinHandle<()>,
    listening: Listening,
}

impl Door {
    /// Opens it, and tells the host where charge points reach it.
    ///
    /// # Errors
    /// When the port is taken, or the certificate cannot be used.
    pub(crate) async fn open(host: &Host, network: &Network) -> Result<Self, ShellError> {
        let (address, own) = network.address();
        let port = network.port;
        let listener = Listener::open(address, network.protection()?).await.map_err(|error| match error {
            ListenError::Io(source) if source.kind() == ErrorKind::AddrInUse => ShellError::PortTaken { port, source },
            ListenError::Io(source) => ShellError::PortRefused { port, source },
            ListenError::Certificate(source) => ShellError::Certificate(source),
            ListenError::Unprotected(_) => ShellError::NoCertificate,
        })?;
        let listening = listening(network, listener.address().port(), own);
        if let Listening::Open { charging_address, .. } = &listening {
            host.app().let_charge_points_in_at(charging_address.clone());
        }
        let closing = CancellationToken::new();
        let answering = listener.answer(host, closing.clone(), GRACE);
        let answering = tauri::async_runtime::spawn(async move {
            if let Err(error) = answering.await {
                tracing::error!(%error, "the listener ended");
            }
        });
        Ok(Self { closing, answering, listening })
    }

    /// How far it has come.
    pub(crate) fn listening(&self) -> Listening {
        self.listening.clone()
    }

    /// Closes it, and the lines that came in by it; ends when the port is free again.
    pub(crate) async fn close(self, host: &Host) {
        host.app().let_charge_points_in_at(None);
        self.closing.cancel();
        // One that broke is closed as well.
        drop(self.answering.await);
    }
}

fn listening(network: &Network, port: u16, own: Option<IpAddr>) -> Listening {
    let at = |scheme: &str, path: &str| own.map(|own| format!("{scheme}://{}{path}", SocketAddr::new(own, port)));
    match (network.reach, &network.certificate) {
        (Reach::ThisComputer, _) => Listening::Open {
            charging_address: None,
            address: Some(format!("http://{}/", SocketAddr::from((Ipv4Addr::LOCALHOST, port)))),
            fingerprint: None,
        },
        (Reach::ChargePoints, _) => {
            Listening::Open { charging_address: at("ws", "/ocpp/"), address: None, fingerprint: None }
        }
        (Reach::Everybody, certificate) => Listening::Open {
            charging_address: at("wss", "/ocpp/"),
            address: at("https", "/"),
            fingerprint: certificate.as_ref().and_then(|it| fingerprint_of_file(&it.chain).ok()),
        },
    }
}

/// What other computers call this one by: the address from which it would speak to the world. Nothing is sent to find out.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // An address of the documents (RFC 5737), where nobody is.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|address| !address.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: Option<IpAddr> = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)));

    fn network(reach: Reach) -> Network {
        Network { reach, ..Network::default() }
    }

    #[test]
    fn nobody_but_this_computer_is_let_in_until_somebody_says_so() {
        assert_eq!(serde_json::from_str::<Network>("{}").unwrap(), network(Reach::ThisComputer));
        let (address, own) = Network::default().address();
        assert!(address.ip().is_loopback() && own.is_none(), "{address}");
    }

    #[test]
    fn everybody_is_let_in_over_tls_only() {
        assert!(matches!(network(Reach::Everybody).protection(), Err(ShellError::NoCertificate)));
        assert_eq!(network(Reach::ChargePoints).protection().unwrap(), Protection::ChargePoints);
    }

    #[test]
    fn a_charge_point_is_told_the_address_of_this_computer_and_the_way_that_is_open() {
        let told = |reach, own| match listening(&network(reach), 8443, own) {
            Listening::Open { charging_address, .. } => charging_address,
            Listening::Failed { .. } => None,
        };
        assert_eq!(told(Reach::ThisComputer, OWN), None);
        assert_eq!(told(Reach::ChargePoints, OWN).as_deref(), Some("ws://192.0.2.7:8443/ocpp/"));
        assert_eq!(told(Reach::Everybody, OWN).as_deref(), Some("wss://192.0.2.7:8443/ocpp/"));
        assert_eq!(told(Reach::Everybody, None), None, "on no network there is no address");
    }
}
