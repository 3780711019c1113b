//! cURL, for any POSIX shell and without other tools than `sed`.

use super::literal::{json, shell};
use super::{ExampleCall, ORGANISATION, REQUEST_ID, with_request_id};

/// No comments inside: an interactive zsh does not take them. Without a token it shows what the token endpoint said, and
/// makes no call.
pub fn write(call: &ExampleCall) -> String {
    // Leaves the single quotes for one variable, and enters them again.
    let body = with_request_id(&shell(&json(&call.body(), 0)), REQUEST_ID, "'\"$REQUEST_ID\"'");
    format!(
        r#"CLIENT_ID="${{CLIENT_ID:-your-client-id}}"
CLIENT_SECRET="${{CLIENT_SECRET:-your-client-secret}}"
REQUEST_ID="example-$(date +%s)"

ANSWER=$(curl -sS {token_url} \
  --data-urlencode grant_type=client_credentials \
  --data-urlencode "client_id=$CLIENT_ID" \
  --data-urlencode "client_secret=$CLIENT_SECRET")
TOKEN=$(printf %s "$ANSWER" | sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p')

test -z "$TOKEN" && printf '%s\n' "$ANSWER" || curl -sS {trigger_url} \
  -H "Authorization: Bearer $TOKEN" \
  -H "x-api-key: $CLIENT_ID" \
  -H {organisation} \
  -H {sandbox} \
  -H 'Content-Type: application/json' \
  --data-binary {body}
"#,
        token_url = shell(&call.token_url()),
        trigger_url = shell(&call.trigger_url()),
        organisation = shell(&format!("x-gw-ims-org-id: {ORGANISATION}")),
        sandbox = shell(&format!("x-sandbox-name: {}", call.sandbox)),
    )
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::super::tests::call;
    use super::*;

    /// Runs the text in a real shell with a `curl` that only prints its arguments.
    fn pasted(token_answer: &str) -> String {
        let fake = format!(
            "curl() {{ case \"$*\" in *token*) echo '{token_answer}';; \
             *) for a in \"$@\"; do printf '%s\\n' \"$a\"; done;; esac; }}\n"
        );
        let script = format!("{fake}CLIENT_ID=cli_1 CLIENT_SECRET=\"s'e\"\n{}", write(&call()));
        let output = Command::new("sh").arg("-c").arg(script).output().unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    #[test]
    fn without_a_token_the_reason_is_shown_and_no_call_is_made() {
        let refused = r#"{"error": "invalid_client"}"#;
        assert_eq!(pasted(refused).trim(), refused);
    }

    #[test]
    fn a_pasted_call_carries_token_headers_and_a_body_that_reads_back() {
        let printed = pasted(r#"{"access_token": "tok", "expires_in": 1}"#);
        for argument in ["Authorization: Bearer tok", "x-api-key: cli_1", "x-sandbox-name: dev"] {
            assert!(printed.lines().any(|line| line == argument), "{argument} in {printed}");
        }
        let body = printed.split_once("--data-binary\n").unwrap().1;
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["recipients"][0]["context"]["order"]["id"], "it's \"7\" $HOME `x` \\n");
        assert!(body["requestId"].as_str().unwrap().starts_with("example-1"));
    }
}
