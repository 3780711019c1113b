//! How many connections there may be: over all, and of one peer.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use app::console::network_of;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections at once.
const ALL: usize = 4_096;
/// Connections of one peer. A browser has six; an API client may have hundreds.
const OF_ONE_PEER: usize = 1_024;
/// More connections, for health checks, when all others are taken. Further ones wait in the system's queue.
const HEALTH_ONLY: usize = 64;

/// The places for connections.
pub struct Room {
    any: Arc<Semaphore>,
    health_only: Arc<Semaphore>,
    /// Connections of each network; `None` when they are not counted.
    peers: Option<Peers>,
    of_one_peer: usize,
}

type Peers = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// What a connection is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlaceKind {
    Any,
    HealthOnly,
}

/// One connection's place; free again when it is dropped.
pub(super) struct Place {
    pub(super) kind: PlaceKind,
    _all: OwnedSemaphorePermit,
    _peer: Option<OfPeer>,
}

struct OfPeer {
    peers: Peers,
    network: IpAddr,
}

impl Room {
    /// `behind_proxy`: all connections come from the same peer, which is no reason to refuse them.
    pub fn new(behind_proxy: bool) -> Self {
        Self::of(ALL, HEALTH_ONLY, OF_ONE_PEER, behind_proxy)
    }

    fn of(any: usize, health_only: usize, of_one_peer: usize, behind_proxy: bool) -> Self {
        Self {
            any: Arc::new(Semaphore::new(any)),
            health_only: Arc::new(Semaphore::new(health_only)),
            peers: (!behind_proxy).then(Peers::default),
            of_one_peer,
        }
    }

    /// Waits for a place; `None` when this peer has enough.
    pub(super) async fn place(&self, peer: IpAddr) -> Option<Place> {
        let of_peer = match &self.peers {
            Some(peers) => Some(OfPeer::enter(peers, network_of(peer), self.of_one_peer)?),
            None => None,
        };
        let (kind, all) = tokio::select! {
            biased;
            place = Arc::clone(&self.any).acquire_owned() => (PlaceKind::Any, place),
            place = Arc::clone(&self.health_only).acquire_owned() => (PlaceKind::HealthOnly, place),
        };
        Some(Place { kind, _all: all.expect("the semaphores are never closed"), _peer: of_peer })
    }
}

impl OfPeer {
    fn enter(peers: &Peers, network: IpAddr, most: usize) -> Option<Self> {
        let mut counts = lock(peers);
        let count = counts.entry(network).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Self { peers: Arc::clone(peers), network })
    }
}

impl Drop for OfPeer {
    fn drop(&mut self) {
        let mut counts = lock(&self.peers);
        if let Some(count) = counts.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.network);
            }
        }
    }
}

fn lock(peers: &Peers) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
    // Nothing here leaves the table half changed.
    peers.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const BEN: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    #[tokio::test]
    async fn one_peer_cannot_take_all_places() {
        let room = Room::of(4, 0, 2, false);
        let first = room.place(ANN).await.unwrap();
        let _second = room.place(ANN).await.unwrap();
        assert!(room.place(ANN).await.is_none());
        assert!(room.place(BEN).await.is_some());
        drop(first);
        assert!(room.place(ANN).await.is_some());
        assert_eq!(lock(room.peers.as_ref().unwrap()).len(), 1, "who has left is forgotten");
    }

    #[tokio::test]
    async fn a_proxy_may_have_all_places() {
        let room = Room::of(4, 0, 2, true);
        let places = [room.place(ANN).await, room.place(ANN).await, room.place(ANN).await];
        assert!(places.iter().all(Option::is_some));
    }

    #[tokio::test]
    async fn when_all_places_are_taken_there_are_some_for_health_checks() {
        let room = Room::of(1, 1, 9, false);
        let first = room.place(ANN).await.unwrap();
        assert_eq!(first.kind, PlaceKind::Any);
        assert_eq!(room.place(ANN).await.unwrap().kind, PlaceKind::HealthOnly);
        drop(first);
        assert_eq!(room.place(ANN).await.unwrap().kind, PlaceKind::Any);
    }
}
