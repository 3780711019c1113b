//! Files that a call names by their address.

use domain::Fault;
use http::Method;
use tokio::sync::OnceCell;

use super::Missing;
use crate::outbound::{Client, Options, Trouble};
use crate::providers::Request;

/// Asks addresses that callers name: fewer are allowed than of those that people here configure.
pub(crate) struct Fetcher {
    options: Options,
    client: OnceCell<Client>,
}

impl Fetcher {
    pub(crate) fn new(settings: &crate::outbound::Settings) -> Self {
        let options = settings.options();
        Self { options: Options { outside: options.strangers, ..options }, client: OnceCell::new() }
    }

    /// The file, of at most so many bytes. Redirects are not followed: where they lead was not asked for.
    pub(crate) async fn fetch(&self, url: &str, most: usize) -> Result<Vec<u8>, Missing> {
        let make = async { Client::new(&self.options).await };
        let client = self.client.get_or_try_init(|| make).await.map_err(|fault| Missing { fault, later: true })?;
        let request = Request { method: Method::GET, url: url.to_owned(), headers: Vec::new(), body: Vec::new() };
        // One more than allowed shows that there is more.
        let response = client.ask_for(request, most + 1).await.map_err(|trouble| of_trouble(url, &trouble))?;
        match response.status {
            200 if response.body.len() > most => {
                Err(Missing::never("attachment_too_large", format!("{url} is larger than {most} bytes.")))
            }
            200 => Ok(response.body),
            status => {
                let later = status >= 500 || matches!(status, 408 | 425 | 429);
                let fault = Fault::new("", "attachment_unavailable", format!("{url} answered {status}."));
                Err(Missing { fault, later })
            }
        }
    }
}

fn of_trouble(url: &str, trouble: &Trouble) -> Missing {
    let (Trouble::NotSent { reason, words } | Trouble::NoAnswer { reason, words }) = trouble;
    let later = !matches!(*reason, "address_refused" | "request_unfit");
    let code = if later { "attachment_unavailable" } else { "attachment_refused" };
    Missing { fault: Fault::new("", code, format!("{url}: {words}")), later }
}
