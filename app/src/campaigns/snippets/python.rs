//! Python 3, with its standard library only.

use super::literal::{json, python, string};
use super::{ExampleCall, ORGANISATION, REQUEST_ID, with_request_id};

/// Prints status and answer, also of a refused call.
pub fn write(call: &ExampleCall) -> String {
    let body = python(&json(&call.body(), 0));
    let body = with_request_id(&body, &string(REQUEST_ID), "f\"example-{int(time.time())}\"");
    format!(
        r#"import json, os, time
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

client_id = os.environ.get("CLIENT_ID", "your-client-id")
client_secret = os.environ.get("CLIENT_SECRET", "your-client-secret")

grant = urlencode({{
    "grant_type": "client_credentials",
    "client_id": client_id,
    "client_secret": client_secret,
}})
try:
    token = json.load(urlopen({token_url}, grant.encode()))["access_token"]
except HTTPError as refused:
    raise SystemExit(refused.read().decode())

body = {body}

call = Request({trigger_url}, json.dumps(body).encode(), {{
    "Authorization": f"Bearer {{token}}",
    "x-api-key": client_id,
    "x-gw-ims-org-id": {organisation},
    "x-sandbox-name": {sandbox},
    "Content-Type": "application/json",
}})
try:
    answer = urlopen(call)
except HTTPError as refused:
    answer = refused
print(answer.status, answer.read().decode())
"#,
        token_url = string(&call.token_url()),
        trigger_url = string(&call.trigger_url()),
        organisation = string(ORGANISATION),
        sandbox = string(&call.sandbox),
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::call;
    use super::*;

    #[test]
    fn the_request_id_is_an_expression_and_true_is_pythons() {
        let text = write(&call());
        assert!(text.contains("\"requestId\": f\"example-{int(time.time())}\""), "{text}");
        assert!(text.contains("\"paid\": True"), "{text}");
    }
}
