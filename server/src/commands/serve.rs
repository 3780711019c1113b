//! `hermod serve`: answers and delivers until it is told to end.

use std::io::Write as _;
use std::time::Duration;

use anyhow::{Context as _, Result};
use engine::Engine;
use futures::FutureExt as _;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::timeout;

use super::installation::Installation;
use super::told;
use crate::cli::{Place, Serve};
use crate::config::Inbound;
use crate::state::{AppState, Ending, Settings};
use crate::{connections, router, telemetry};

/// For replies on their way, at the end.
const REPLIES_WITHIN: Duration = Duration::from_secs(2);
/// For the connections to the database, at the end.
const CLOSED_WITHIN: Duration = Duration::from_secs(1);

/// Ends after SIGTERM or SIGINT, or when this process may not deliver.
pub(super) async fn serve(place: &Place, flags: &Serve) -> Result<()> {
    let installation = Installation::of(place, flags.listen)?;
    telemetry::start(&installation.config.log);
    let listen = installation.config.server.listen;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    if flags.demo {
        crate::demo::load(async |clock| installation.open_sample(clock).await).await?;
    }
    let roles = flags.roles.or_all();
    let returned = listen_for_returned(&installation.config.inbound, roles.worker).await?;
    let engine = installation.open().await?;
    warn_of_unreadable_secrets(&engine).await?;
    let (switch, ending) = Ending::new();
    let mut delivery = {
        let (engine, ending) = (engine.clone(), ending.clone());
        Box::pin(async move {
            if roles.worker {
                engine.deliver_until(ending.reached()).await
            } else {
                ending.reached().await;
                Ok(())
            }
        })
    };
    // The first step takes the lock of an embedded database: a second process ends here, before it answers anybody.
    if let Some(ended) = (&mut delivery).now_or_never() {
        ended.map_err(told)?;
    }
    let mut settings = Settings { roles, ..Settings::of(&installation.config) };
    if installation.config.server.public_url.is_empty() {
        settings.public_url = format!("http://{}", listener.local_addr()?);
    }
    announce(&settings.public_url, engine.needs_first_administrator().await.map_err(told)?);
    tokio::spawn(end_on_signal(switch));
    let room = connections::Room::new(settings.trust_proxy_headers);
    let state = AppState::new(engine.clone(), settings, ending.clone());
    let keeping_up = {
        let (engine, ending) = (engine.clone(), ending.clone());
        tokio::spawn(async move {
            if roles.worker {
                Box::pin(engine.keep_up_until(ending.reached())).await;
            }
        })
    };
    let receiving = tokio::spawn(receive(engine.clone(), returned, ending.clone()));
    let answering = connections::serve(listener, router::router(state), room, ending);
    let delivering = tokio::spawn(delivery);
    let ((), delivered, kept_up, received) = tokio::join!(answering, delivering, keeping_up, receiving);
    if timeout(REPLIES_WITHIN, engine.finish_replies()).await.is_err() {
        tracing::warn!("replies to people are still on their way: how they end will not be noted");
    }
    if timeout(CLOSED_WITHIN, engine.close()).await.is_err() {
        tracing::warn!("the database did not let go");
    }
    kept_up?;
    received?;
    delivered?.map_err(told)
}

/// Where mail comes back, for a process that sends.
async fn listen_for_returned(inbound: &Inbound, sends: bool) -> Result<Option<TcpListener>> {
    let Some(address) = inbound.address().filter(|_| sends) else { return Ok(None) };
    let listener = TcpListener::bind(address).await;
    listener.map(Some).with_context(|| format!("inbound.listen: cannot listen on {address}"))
}

async fn receive(engine: Engine, listener: Option<TcpListener>, ending: Ending) {
    if let Some(listener) = listener {
        engine.receive_returned_until(listener, ending.reached()).await;
    }
}

/// A lost key file is noticed at once, and not by the first message that cannot be sent.
async fn warn_of_unreadable_secrets(engine: &Engine) -> Result<()> {
    for (sandbox, configuration) in engine.list_unreadable_secrets().await.map_err(told)? {
        tracing::warn!(
            %sandbox,
            configuration,
            "the stored password or DKIM key cannot be read with this secret key: bring the former key back, or give them anew"
        );
    }
    Ok(())
}

fn announce(url: &str, is_new: bool) {
    let mut text = format!("Hermod is at {url}\n");
    if is_new {
        text.push_str("Nobody has an account yet: your first visit creates the administrator.\n");
    }
    // Whoever started it may have stopped reading: that is no reason to end.
    let _ = std::io::stdout().write_all(text.as_bytes());
}

async fn end_on_signal(switch: watch::Sender<bool>) {
    let (terminate, interrupt) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    match (terminate, interrupt) {
        (Ok(mut terminate), Ok(mut interrupt)) => {
            tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
            tracing::info!("ending: requests and messages under way are finished first");
        }
        (Err(error), _) | (_, Err(error)) => {
            tracing::error!(%error, "signals cannot be heard; ending takes a kill");
            std::future::pending::<()>().await;
        }
    }
    // An error means that everything has ended already.
    let _ = switch.send(true);
}
