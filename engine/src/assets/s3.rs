//! Images in a bucket of S3, or of what speaks like it (`MinIO`, Ceph, R2, GCS). Buckets are named in the path, which all of them
//! understand (Amazon S3 API Reference: `PutObject`, `GetObject`, `DeleteObject`).

use bytes::Bytes;
use domain::asset::AssetFile;
use domain::{Failure, SandboxName, Timestamp};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, Method};
use tokio::sync::OnceCell;

use crate::keys::fingerprint;
use crate::outbound::{Client, Options, Outside};
use crate::providers::{Request, Response, Signer};
use crate::{Error, Result};

/// A bucket, and who may write into it.
#[derive(Clone)]
pub struct Bucket {
    /// `https://s3.eu-west-1.amazonaws.com`, without a path.
    pub endpoint: String,
    pub name: String,
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key: String,
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bucket").field("endpoint", &self.endpoint).field("name", &self.name).finish_non_exhaustive()
    }
}

pub(super) struct S3 {
    bucket: Bucket,
    options: Options,
    client: OnceCell<Client>,
}

impl S3 {
    /// Whoever runs this server named the bucket: it may be on this machine.
    pub(super) fn new(bucket: Bucket, outbound: &crate::outbound::Settings) -> Self {
        let outside = Outside { allow_private: true, ..Outside::default() };
        Self { bucket, options: Options { outside, ..outbound.options() }, client: OnceCell::new() }
    }

    pub(super) async fn put(
        &self,
        sandbox: &SandboxName,
        file: &AssetFile,
        bytes: Bytes,
        now: Timestamp,
    ) -> Result<()> {
        let mut request = self.request(Method::PUT, sandbox, file, bytes.into());
        request.headers.push((CONTENT_TYPE, file.kind.as_str().to_owned()));
        request.headers.push((CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()));
        match self.ask(request, 0, now).await? {
            Response { status: 200..=299, .. } => Ok(()),
            response => Err(refused(&response)),
        }
    }

    pub(super) async fn find(
        &self,
        sandbox: &SandboxName,
        file: &AssetFile,
        most: usize,
        now: Timestamp,
    ) -> Result<Option<Bytes>> {
        // One more than there can be shows that there is more.
        let response = self.ask(self.request(Method::GET, sandbox, file, Vec::new()), most + 1, now).await?;
        match response.status {
            200 if fingerprint(&response.body) == file.sha256 => Ok(Some(response.body.into())),
            200 => Err(Error::unexpected("the bucket has something else under the name of an image")),
            404 => Ok(None),
            _ => Err(refused(&response)),
        }
    }

    pub(super) async fn remove(&self, sandbox: &SandboxName, file: &AssetFile, now: Timestamp) -> Result<()> {
        match self.ask(self.request(Method::DELETE, sandbox, file, Vec::new()), 0, now).await? {
            Response { status: 200..=299 | 404, .. } => Ok(()),
            response => Err(refused(&response)),
        }
    }

    fn request(&self, method: Method, sandbox: &SandboxName, file: &AssetFile, body: Vec<u8>) -> Request {
        let Bucket { endpoint, name, .. } = &self.bucket;
        let url = format!("{}/{name}/{sandbox}/{file}", endpoint.trim_end_matches('/'));
        // S3 alone wants it as a header, too.
        let headers = vec![(HeaderName::from_static("x-amz-content-sha256"), fingerprint(&body))];
        Request { method, url, headers, body }
    }

    async fn ask(&self, mut request: Request, most: usize, now: Timestamp) -> Result<Response> {
        let Bucket { region, access_key_id, secret_access_key, .. } = &self.bucket;
        Signer { access_key_id, secret_access_key, session_token: None, region, service: "s3" }.sign(&mut request, now);
        let make = async { Client::new(&self.options).await };
        let client = self.client.get_or_try_init(|| make).await.map_err(Error::unexpected)?;
        client.ask_for(request, most.max(WORDS_MAX)).await.map_err(|trouble| {
            tracing::error!(%trouble, "the bucket of images does not answer");
            Failure::Unavailable { retry_after_seconds: 30 }.into()
        })
    }
}

/// Of an answer that says no.
const WORDS_MAX: usize = 2 * 1024;

/// For the log: what is wrong with a bucket is for whoever runs this server.
fn refused(response: &Response) -> Error {
    let words = String::from_utf8_lossy(&response.body[..response.body.len().min(WORDS_MAX)]).into_owned();
    tracing::error!(status = response.status, words, "the bucket of images says no");
    Failure::Unavailable { retry_after_seconds: 60 }.into()
}
