//! Asks the DNS: the servers of the settings, else those of the machine.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use domain::deliverability::Trouble;
use futures::{StreamExt as _, stream};
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use tokio::time::{Instant, timeout_at};

use super::facts::{Exchange, Question, Records, cut, shown};

/// How long one server is waited for.
const PATIENCE: Duration = Duration::from_millis(2_500);
/// Most questions at once.
const AT_ONCE: usize = 16;
/// Most records of an answer that are read, and most characters of a text.
const RECORDS_MAX: usize = 100;
const TEXT_MAX: usize = 4_096;

pub(super) struct Dns(TokioResolver);

impl Dns {
    /// Nothing is remembered: whoever checks again wants to know what stands there now.
    pub(super) fn new(servers: &[SocketAddr]) -> Result<Self, Trouble> {
        let builder = if servers.is_empty() {
            TokioResolver::builder_tokio()
        } else {
            let config = ResolverConfig::from_name_servers(servers.iter().map(name_server).collect());
            Ok(TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()))
        };
        let mut builder = builder.map_err(|error| unreachable(&error))?;
        let options = builder.options_mut();
        options.cache_size = 0;
        options.timeout = PATIENCE;
        options.attempts = 2;
        Ok(Self(builder.build().map_err(|error| unreachable(&error))?))
    }

    /// All at once, each answered by then.
    pub(super) async fn ask_all(
        &self,
        questions: Vec<Question>,
        by: Instant,
    ) -> Vec<(Question, Result<Records, Trouble>)> {
        let ask = |question: Question| async move {
            let answer = timeout_at(by, self.ask(&question)).await.unwrap_or(Err(Trouble::TimedOut));
            (question, answer)
        };
        stream::iter(questions).map(ask).buffer_unordered(AT_ONCE).collect().await
    }

    async fn ask(&self, question: &Question) -> Result<Records, Trouble> {
        match question {
            Question::Txt(name) => Ok(Records::Txt(self.texts(name).await?)),
            Question::Mx(name) => Ok(Records::Mx(self.exchanges(name).await?)),
            Question::Addresses(name) => Ok(Records::Addresses(self.addresses(name).await?)),
            Question::Names(address) => Ok(Records::Names(self.names(*address).await?)),
        }
    }

    async fn texts(&self, name: &str) -> Result<Vec<String>, Trouble> {
        let read = |data: &RData| match data {
            RData::TXT(text) => Some(cut(&shown(&text.txt_data.concat()), TEXT_MAX)),
            _ => None,
        };
        self.look_up(absolute(name), RecordType::TXT, read).await
    }

    async fn exchanges(&self, name: &str) -> Result<Vec<Exchange>, Trouble> {
        let read = |data: &RData| match data {
            RData::MX(mx) => Some(Exchange { preference: mx.preference, host: plain(&mx.exchange) }),
            _ => None,
        };
        let mut exchanges = self.look_up(absolute(name), RecordType::MX, read).await?;
        exchanges.sort();
        Ok(exchanges)
    }

    /// Of both families; the name of a machine nearby may be a single word.
    async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, Trouble> {
        let name = if name.contains('.') { absolute(name) } else { Name::from_ascii(name).ok() };
        let (four, six) = futures::join!(
            self.look_up(name.clone(), RecordType::A, RData::ip_addr),
            self.look_up(name, RecordType::AAAA, RData::ip_addr)
        );
        let mut found: Vec<IpAddr> = Vec::new();
        found.extend(four.as_ref().ok().into_iter().flatten());
        found.extend(six.as_ref().ok().into_iter().flatten());
        found.sort();
        found.dedup();
        // Half an answer tells that there are some, and no more than that.
        if found.is_empty() { four.and(six) } else { Ok(found) }
    }

    async fn names(&self, address: IpAddr) -> Result<Vec<String>, Trouble> {
        let read = |data: &RData| match data {
            RData::PTR(name) => Some(plain(name)),
            _ => None,
        };
        self.look_up(Some(Name::from(address)), RecordType::PTR, read).await
    }

    /// No such name, and a name that is none, have no records.
    async fn look_up<T>(
        &self,
        name: Option<Name>,
        kind: RecordType,
        read: impl Fn(&RData) -> Option<T>,
    ) -> Result<Vec<T>, Trouble> {
        let Some(name) = name else { return Ok(Vec::new()) };
        match self.0.lookup(name, kind).await {
            Ok(found) => Ok(found.answers().iter().filter_map(|record| read(&record.data)).take(RECORDS_MAX).collect()),
            Err(error) => of_error(&error),
        }
    }
}

fn of_error<T>(error: &NetError) -> Result<Vec<T>, Trouble> {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(none))
            if matches!(none.response_code, ResponseCode::NXDomain | ResponseCode::NoError) =>
        {
            Ok(Vec::new())
        }
        NetError::Dns(_) => Err(Trouble::Refused),
        NetError::Timeout => Err(Trouble::TimedOut),
        error => Err(unreachable(error)),
    }
}

fn unreachable(error: &NetError) -> Trouble {
    tracing::debug!(%error, "the DNS could not be asked");
    Trouble::Unreachable
}

fn name_server(address: &SocketAddr) -> NameServerConfig {
    let mut server = NameServerConfig::udp_and_tcp(address.ip());
    for connection in &mut server.connections {
        connection.port = address.port();
    }
    server
}

/// Names are whole: no search list of the machine is added.
fn absolute(name: &str) -> Option<Name> {
    let mut name = Name::from_ascii(name).ok()?;
    name.set_fqdn(true);
    Some(name)
}

fn plain(name: &Name) -> String {
    let text = name.to_ascii().to_ascii_lowercase();
    cut(&shown(text.trim_end_matches('.').as_bytes()), 253)
}
