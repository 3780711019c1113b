//! Names become addresses, and refused addresses fall away.

use std::io;
use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::guard::Outside;

/// The machine's own resolver behind the guard. What passes here is what is connected to: nothing is looked up twice.
pub(super) struct Guarded(pub Outside);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let outside = self.0;
        Box::pin(async move {
            let host = name.as_str();
            let found = look_up(host).await?;
            let allowed: Vec<_> = found.iter().copied().filter(|address| outside.allows(address.ip())).collect();
            if allowed.is_empty() {
                return Err(outside.refuse(host, found.iter().map(SocketAddr::ip)).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// For the proxy, the only host that is looked up when there is one: whoever runs this server chose it.
pub(super) struct Unguarded;

impl Resolve for Unguarded {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move { Ok(Box::new(look_up(name.as_str()).await?.into_iter()) as Addrs) })
    }
}

pub(super) async fn look_up(host: &str) -> io::Result<Vec<SocketAddr>> {
    let found: Vec<_> = tokio::net::lookup_host((host, 0)).await?.collect();
    if found.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "The name has no address."));
    }
    Ok(found)
}
