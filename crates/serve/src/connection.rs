//! One connection.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::handle::{State, handle};
use crate::stalled::Stalled;

/// How much a head of a request may have.
const LARGEST_HEAD: usize = 64 << 10;
/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Answers the requests of a connection, until it ends or the server does.
pub async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    state: Arc<State>,
    told: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let stream = Stalled::new(stream, state.options.limits.stall);
    match tls {
        None => answer(stream, peer, state, told).await,
        Some(tls) => {
            let shaken = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await;
            if let Ok(Ok(stream)) = shaken {
                answer(stream, peer, state, told).await;
            }
        }
    }
}

async fn answer(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    peer: SocketAddr,
    state: Arc<State>,
    mut told: watch::Receiver<bool>,
) {
    let limits = state.options.limits;
    let service = service_fn(|request| {
        let state = Arc::clone(&state);
        async move { Ok::<_, Infallible>(handle(state, request, peer).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(LARGEST_HEAD)
        .pipeline_flush(true)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ends = async {
        let _ = told.wait_for(|ends| *ends).await;
    };
    // A client that breaks off is none of our business.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = ends => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
