//! JavaScript, for Node.js 18 and later, without packages.

use super::literal::{json, string};
use super::{ExampleCall, ORGANISATION, REQUEST_ID, with_request_id};

/// Wrapped in a function, so that it runs as a module, as a script and in the prompt of Node.js.
pub fn write(call: &ExampleCall) -> String {
    let body = with_request_id(&json(&call.body(), 2), &string(REQUEST_ID), "`example-${Date.now()}`");
    format!(
        r#"const clientId = process.env.CLIENT_ID ?? "your-client-id";
const clientSecret = process.env.CLIENT_SECRET ?? "your-client-secret";

async function trigger() {{
  const grant = await fetch({token_url}, {{
    method: "POST",
    body: new URLSearchParams({{
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
    }}),
  }});
  if (!grant.ok) throw new Error(await grant.text());
  const {{ access_token }} = await grant.json();

  const answer = await fetch({trigger_url}, {{
    method: "POST",
    headers: {{
      "Authorization": `Bearer ${{access_token}}`,
      "x-api-key": clientId,
      "x-gw-ims-org-id": {organisation},
      "x-sandbox-name": {sandbox},
      "Content-Type": "application/json",
    }},
    body: JSON.stringify({body}),
  }});
  console.log(answer.status, await answer.json());
}}

trigger();
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
    fn the_request_id_is_an_expression_and_the_values_are_literals() {
        let text = write(&call());
        assert!(text.contains("\"requestId\": `example-${Date.now()}`"), "{text}");
        assert!(text.contains(r#""id": "it's \"7\" $HOME `x` \\n""#), "{text}");
    }
}
