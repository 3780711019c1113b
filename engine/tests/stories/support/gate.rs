//! A way to the test's PostgreSQL that can be closed and opened.

use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::{Arc, Mutex};

use sqlx::postgres::PgConnectOptions;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::task::{JoinHandle, JoinSet};

/// Listens on a port of its own and hands everything on.
pub struct Gate {
    port: u16,
    server: PgConnectOptions,
    open: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Gate {
    /// In front of the server of this URL; open.
    pub async fn before(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gate = Self {
            port: listener.local_addr().unwrap().port(),
            server: PgConnectOptions::from_str(url).unwrap(),
            open: Arc::default(),
        };
        gate.listen(listener);
        gate
    }

    /// The same database, through the gate.
    pub fn url(&self) -> String {
        let (user, database) = (self.server.get_username(), self.server.get_database().unwrap());
        format!("postgres://{user}@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    /// Cuts every connection, and takes no more.
    pub fn close(&self) {
        self.open.lock().unwrap().take().unwrap().abort();
    }

    pub async fn open(&self) {
        self.listen(TcpListener::bind(("127.0.0.1", self.port)).await.unwrap());
    }

    fn listen(&self, listener: TcpListener) {
        let server = self.server.clone();
        let listening = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((caller, _)) = listener.accept().await {
                connections.spawn(hand_on(caller, server.clone()));
            }
        });
        *self.open.lock().unwrap() = Some(listening);
    }
}

async fn hand_on(mut caller: TcpStream, server: PgConnectOptions) {
    // An error only means that one of both is gone.
    if let Some(folder) = server.get_socket() {
        let socket: PathBuf = folder.join(format!(".s.PGSQL.{}", server.get_port()));
        if let Ok(mut stream) = UnixStream::connect(socket).await {
            let _ = copy_bidirectional(&mut caller, &mut stream).await;
        }
    } else if let Ok(mut stream) = TcpStream::connect((server.get_host(), server.get_port())).await {
        let _ = copy_bidirectional(&mut caller, &mut stream).await;
    }
}
