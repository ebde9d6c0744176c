//! Listening: on this computer alone unless told otherwise, and to others only over TLS or behind a proxy that has it.

mod certificate;
pub(crate) mod door;
mod pace;

use crate::Host;
use axum::extract::{ConnectInfo, Request};
use axum::{Router, middleware};
use axum_server::Handle;
use certificate::Certificate;
use door::Door;
use hyper_util::rt::TokioTimer;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use sha2::{Digest as _, Sha256};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Requests that are running when the host stops may take so long to end.
const GRACE: Duration = Duration::from_secs(10);
/// Connections at a time: with the files of the database they stay below the thousand that a process may usually open.
const CONNECTIONS: usize = 800;
/// Connections of one address at a time; browsers open six at most.
const CONNECTIONS_OF_ONE: usize = 200;
/// A connection of HTTP/1 on which nothing more is asked stays open so long: longer than proxies keep one for their next
/// request (a minute, commonly), so that none of them asks on a line that is being closed.
const IDLE: Duration = Duration::from_secs(75);
/// Requests at a time on one connection of HTTP/2.
const STREAMS: u32 = 100;
/// How often the other end of a connection of HTTP/2 is asked whether it is still there.
const PING_EVERY: Duration = Duration::from_secs(20);

/// Where a proxy says for whom it asks; the header that every common one sets.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// How the listener protects what goes over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Nothing: right for this computer alone.
    None,
    /// Nothing, and so charge points alone are let in: each proves itself by a key of its own, and no password is told.
    ChargePoints,
    /// A proxy in front has TLS.
    Proxy,
    /// A certificate and its key, in PEM. Both are read again when they change on disk.
    Tls {
        /// Certificate chain.
        certificate: PathBuf,
        /// Private key.
        key: PathBuf,
    },
}

/// Why the host does not listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Others could read along.
    #[error("{0} can be reached from other computers: give --tls-certificate and --tls-key, or --behind-proxy")]
    Unprotected(SocketAddr),
    /// The certificate or its key cannot be used.
    #[error("the certificate cannot be used")]
    Certificate(#[source] std::io::Error),
    /// The address cannot be used.
    #[error("cannot listen")]
    Io(#[from] std::io::Error),
}

/// An address that is taken, where nobody is answered yet.
pub struct Listener {
    inner: std::net::TcpListener,
    address: SocketAddr,
    protection: Protection,
    certificate: Option<Certificate>,
}

impl Listener {
    /// Takes an address.
    ///
    /// # Errors
    /// [`ListenError`].
    pub async fn open(address: SocketAddr, protection: Protection) -> Result<Self, ListenError> {
        if !address.ip().is_loopback() && protection == Protection::None {
            return Err(ListenError::Unprotected(address));
        }
        let certificate = match &protection {
            Protection::None | Protection::ChargePoints | Protection::Proxy => None,
            Protection::Tls { certificate, key } => {
                // A second call says that a provider is there already, which is all that is wanted.
                let _ = rustls::crypto::ring::default_provider().install_default();
                let read = Certificate::read(certificate.clone(), key.clone()).await;
                Some(read.map_err(ListenError::Certificate)?)
            }
        };
        let inner = std::net::TcpListener::bind(address)?;
        inner.set_nonblocking(true)?;
        Ok(Self { address: inner.local_addr()?, inner, protection, certificate })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `closing`, which ends the lines of charge points as well; what is being answered then may take so long.
    pub fn answer(
        self,
        host: &Host,
        closing: CancellationToken,
        grace: Duration,
    ) -> impl Future<Output = Result<(), ListenError>> + Send + use<> {
        let site = match &self.protection {
            Protection::None => host.site(closing.clone(), false),
            Protection::ChargePoints => host.charging_site(closing.clone()),
            Protection::Tls { .. } => host.site(closing.clone(), true),
            Protection::Proxy => host.site(closing.clone(), true).layer(middleware::map_request(believe_proxy)),
        };
        answer(site, self, closing.cancelled_owned(), grace)
    }
}

/// Puts the address that the proxy saw in place of the proxy's own. Only the last one counts: the proxy has added it
/// itself, and whatever stands before it the caller may have made up.
async fn believe_proxy(mut request: Request) -> Request {
    let told = request.headers().get_all(FORWARDED_FOR).iter().next_back();
    let last = told.and_then(|value| value.to_str().ok()).and_then(|value| value.rsplit(',').next());
    if let Some(address) = last.and_then(|address| address.trim().parse::<IpAddr>().ok()) {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(address, 0)));
    }
    request
}

/// The SHA-256 of a certificate (DER), as people compare it: `AB:CD:…`.
pub fn fingerprint(certificate: &[u8]) -> String {
    let pairs: Vec<String> = Sha256::digest(certificate).iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

/// The fingerprint of the certificate that a host shows: the first of its chain.
///
/// # Errors
/// When the file cannot be read or holds no certificate.
pub fn fingerprint_of_file(chain: &Path) -> std::io::Result<String> {
    let certificate = CertificateDer::from_pem_file(chain).map_err(std::io::Error::other)?;
    Ok(fingerprint(&certificate))
}

/// Listens until `stop` ends; calls `listening` once with the address.
///
/// # Errors
/// [`ListenError`].
pub async fn serve(
    host: &Host,
    address: SocketAddr,
    protection: Protection,
    listening: impl FnOnce(SocketAddr) + Send,
    stop: impl Future<Output = ()>,
) -> Result<(), ListenError> {
    let listener = Listener::open(address, protection).await?;
    listening(listener.address());
    let closing = CancellationToken::new();
    let answering = listener.answer(host, closing.clone(), GRACE);
    let stopping = async {
        stop.await;
        // Requests come to their end by themselves; streams of live changes must be told.
        host.begin_to_stop();
        closing.cancel();
        std::future::pending().await
    };
    tokio::select! {
        ended = answering => ended,
        never = stopping => never,
    }
}

/// Answers with a site until `stop` ends.
async fn answer(
    site: Router,
    listener: Listener,
    stop: impl Future<Output = ()>,
    grace: Duration,
) -> Result<(), ListenError> {
    let Listener { inner, protection, certificate, .. } = listener;
    let handle = Handle::new();
    let site = site.layer(middleware::from_fn(pace::keep)).layer(middleware::map_request(door::hear));
    let service = site.into_make_service_with_connect_info::<SocketAddr>();
    // Behind a proxy everybody has its address.
    let most_of_one = if protection == Protection::Proxy { CONNECTIONS } else { CONNECTIONS_OF_ONE };
    let running = async {
        match certificate {
            None => {
                let server = axum_server::from_tcp(inner)?.handle(handle.clone());
                let mut server = server.map(|plain| Door::new(plain, CONNECTIONS, most_of_one));
                lose_patience(&mut server);
                server.serve(service).await
            }
            Some(certificate) => {
                let server = axum_server::from_tcp_rustls(inner, certificate.config())?.handle(handle.clone());
                let mut server = server.map(|tls| Door::new(tls, CONNECTIONS, most_of_one));
                lose_patience(&mut server);
                tokio::select! {
                    ended = server.serve(service) => ended,
                    never = certificate.renew() => match never {},
                }
            }
        }
    };
    let stopping = async {
        stop.await;
        handle.graceful_shutdown(Some(grace));
        std::future::pending::<()>().await;
    };
    tokio::select! {
        ended = running => ended?,
        () = stopping => {}
    }
    Ok(())
}

/// Nobody is waited for without end, and whoever has gone away without a word is noticed. That a first head comes soon is
/// seen to at the [`door`]; the patience of HTTP/1 begins anew when a request has been answered.
fn lose_patience<A: axum_server::Address, D>(server: &mut axum_server::Server<A, D>) {
    let builder = server.http_builder();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(IDLE);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(door::HEAD_TIME);
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::response::sse::{Event, KeepAlive, Sse};
    use axum::routing::{get, post};
    use rustls::{ClientConfig, ClientConnection, RootCertStore};
    use std::convert::Infallible;
    use std::net::Ipv4Addr;
    use std::sync::Arc;
    use stolpe_testkit::Authority;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    async fn seen(told: &[&str]) -> Option<IpAddr> {
        let mut request = Request::new(Body::empty());
        for value in told {
            request.headers_mut().append(FORWARDED_FOR, value.parse().unwrap());
        }
        let proxy = SocketAddr::from(([127, 0, 0, 1], 9));
        request.extensions_mut().insert(ConnectInfo(proxy));
        let seen = believe_proxy(request).await.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        seen.filter(|address| *address != proxy.ip())
    }

    #[tokio::test]
    async fn behind_a_proxy_the_address_is_the_one_that_the_proxy_added() {
        assert_eq!(seen(&["192.0.2.7"]).await, "192.0.2.7".parse().ok());
        assert_eq!(seen(&["10.1.1.1, 192.0.2.7"]).await, "192.0.2.7".parse().ok(), "the first is the caller's word");
        assert_eq!(seen(&["10.1.1.1", "2001:db8::7"]).await, "2001:db8::7".parse().ok());
        assert_eq!(seen(&["nonsense"]).await, None);
        assert_eq!(seen(&[]).await, None);
    }

    #[test]
    fn a_fingerprint_is_written_as_other_programs_write_it() {
        let of_nothing =
            "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55";
        assert_eq!(fingerprint(b""), of_nothing);
    }

    /// A site that answers on a port of its own. The clock stands still while anything happens and leaps when everybody
    /// waits, so that ten seconds take no time and are ten seconds.
    async fn site(protection: Protection, test: impl AsyncFnOnce(SocketAddr)) {
        let listener = Listener::open((Ipv4Addr::LOCALHOST, 0).into(), protection).await.unwrap();
        let address = listener.address();
        let silence = || async {
            Sse::new(futures::stream::pending::<Result<Event, Infallible>>()).keep_alive(KeepAlive::default())
        };
        let site = Router::new()
            .route("/", get(|| async { "here" }))
            .route("/length", post(|body: String| async move { body.len().to_string() }))
            .route("/silence", get(silence));
        tokio::time::pause();
        tokio::select! {
            ended = answer(site, listener, std::future::pending(), GRACE) => panic!("{ended:?}"),
            () = test(address) => {}
        }
    }

    async fn rest(line: &mut TcpStream) -> String {
        let mut answer = String::new();
        // A line that is cut may say so or end.
        let _ = line.read_to_string(&mut answer).await;
        answer
    }

    #[tokio::test]
    async fn whoever_does_not_end_the_head_of_a_request_is_cut_off() {
        site(Protection::None, async |address| {
            for beginning in ["", "GET", "PRI * HTTP/2.0\r\n\r\nSM", "GET / HTTP/1.1\r\nhost: here and now\r\n"] {
                let mut line = TcpStream::connect(address).await.unwrap();
                line.write_all(beginning.as_bytes()).await.unwrap();
                let began = tokio::time::Instant::now();
                rest(&mut line).await;
                assert!(began.elapsed() < 2 * door::HEAD_TIME, "{beginning:?} held a connection {:?}", began.elapsed());
            }
        })
        .await;
    }

    #[tokio::test]
    async fn a_connection_is_kept_for_the_next_request_longer_than_proxies_keep_it_and_not_for_ever() {
        site(Protection::None, async |address| {
            let mut line = TcpStream::connect(address).await.unwrap();
            let mut answer = [0; 1024];
            for _ in 0..3 {
                line.write_all(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n").await.unwrap();
                let read = line.read(&mut answer).await.unwrap();
                assert!(answer[..read].starts_with(b"HTTP/1.1 200"), "{:?}", String::from_utf8_lossy(&answer[..read]));
                tokio::time::sleep(Duration::from_mins(1)).await;
            }
            // Another head that does not end is waited for no longer than for one that does not begin.
            line.write_all(b"GET / HTTP/1.1\r\nhost: here and now\r\n").await.unwrap();
            let began = tokio::time::Instant::now();
            rest(&mut line).await;
            assert!(began.elapsed() < 2 * IDLE, "held a connection {:?}", began.elapsed());
        })
        .await;
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_ends_the_request_and_one_that_comes_is_read() {
        site(Protection::None, async |address| {
            let head = "POST /length HTTP/1.1\r\nhost: here\r\nconnection: close\r\ncontent-length: 1000\r\n\r\n";
            let mut line = TcpStream::connect(address).await.unwrap();
            line.write_all(head.as_bytes()).await.unwrap();
            line.write_all(&[b'a'; 1000]).await.unwrap();
            assert!(rest(&mut line).await.ends_with("1000"));

            let mut line = TcpStream::connect(address).await.unwrap();
            line.write_all(head.as_bytes()).await.unwrap();
            let began = tokio::time::Instant::now();
            let (mut reading, mut writing) = line.split();
            let mut answer = String::new();
            let drip = async {
                while writing.write_all(b"a").await.is_ok() && began.elapsed() < Duration::from_mins(10) {
                    tokio::time::advance(Duration::from_secs(5)).await;
                }
            };
            tokio::select! {
                _ = reading.read_to_string(&mut answer) => {}
                () = drip => {}
            }
            assert!(answer.starts_with("HTTP/1.1 400"), "{answer:?}");
            assert!(began.elapsed() < Duration::from_mins(1), "{:?}", began.elapsed());
        })
        .await;
    }

    #[tokio::test]
    async fn a_stream_of_live_changes_stays_open_though_nothing_happens() {
        site(Protection::None, async |address| {
            let mut line = TcpStream::connect(address).await.unwrap();
            line.write_all(b"GET /silence HTTP/1.1\r\nhost: here\r\n\r\n").await.unwrap();
            let began = tokio::time::Instant::now();
            while began.elapsed() < Duration::from_mins(10) {
                assert_ne!(line.read(&mut [0; 1024]).await.unwrap(), 0, "cut off after {:?}", began.elapsed());
            }
        })
        .await;
    }

    #[tokio::test]
    async fn one_address_has_so_many_connections_and_gets_a_new_one_when_it_leaves_an_old() {
        site(Protection::None, async |address| {
            let mut lines = Vec::new();
            let ask = async |line: &mut TcpStream| {
                let _ = line.write_all(b"GET /silence HTTP/1.1\r\nhost: here\r\n\r\n").await;
                line.read(&mut [0; 1024]).await.unwrap_or(0)
            };
            for _ in 0..CONNECTIONS_OF_ONE {
                let mut line = TcpStream::connect(address).await.unwrap();
                assert_ne!(ask(&mut line).await, 0);
                lines.push(line);
            }
            let mut one_more = TcpStream::connect(address).await.unwrap();
            assert_eq!(ask(&mut one_more).await, 0);
            lines.pop();
            // The server hears of the end of a line when it gets round to it.
            loop {
                let mut line = TcpStream::connect(address).await.unwrap();
                if ask(&mut line).await != 0 {
                    break;
                }
            }
        })
        .await;
    }

    /// Whether the host shows a certificate that this authority has signed.
    async fn shows(address: SocketAddr, authority: &Authority) -> bool {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap()).unwrap();
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let shake_hands = move || {
            let mut line = std::net::TcpStream::connect(address).unwrap();
            let mut tls = ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
            while tls.is_handshaking() {
                match tls.complete_io(&mut line) {
                    Ok(_) => {}
                    Err(error) if error.kind() == std::io::ErrorKind::InvalidData => return false,
                    Err(error) => panic!("{error}"),
                }
            }
            true
        };
        tokio::task::spawn_blocking(shake_hands).await.unwrap()
    }

    #[tokio::test]
    async fn a_certificate_that_is_renewed_on_disk_is_shown_as_soon_as_its_key_is_there_too() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (Authority::default(), Authority::default());
        let (certificate, key) = first.certify(folder.path());
        let protection = Protection::Tls { certificate: certificate.clone(), key: key.clone() };
        site(protection, async |address| {
            let looked = async || tokio::time::sleep(3 * certificate::LOOK_EVERY).await;
            assert!(shows(address, &first).await);
            let (renewed, its_key) = second.sign();
            std::fs::write(&certificate, renewed).unwrap();
            looked().await;
            assert!(shows(address, &first).await, "half of a pair is no certificate");
            std::fs::remove_file(&key).unwrap();
            looked().await;
            assert!(shows(address, &first).await);
            std::fs::write(&key, its_key).unwrap();
            looked().await;
            assert!(shows(address, &second).await && !shows(address, &first).await);
        })
        .await;
    }
}
