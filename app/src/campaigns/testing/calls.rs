//! Server functions of testing.

use domain::proof::ProofJob;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// The form for a proof, as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProofForm {
    /// One in a line.
    pub addresses: String,
    pub subject_prefix: String,
    /// Of the test profile.
    pub namespace: String,
    /// Empty: `profile.*` comes from the values as well.
    pub user_id: String,
    /// JSON: an object with `context` and `profile`. Empty: none.
    pub values: String,
}

/// Sends what the campaign says to testers.
#[server]
pub async fn send_proofs(sandbox: String, campaign: String, proof: ProofForm) -> Answer<ProofJob> {
    answer(server::send(sandbox, campaign, proof).await)
}

/// The last jobs of a campaign, newest first.
#[server]
pub async fn list_proofs(sandbox: String, campaign: String) -> Answer<Vec<ProofJob>> {
    answer(server::list(sandbox, campaign).await)
}

/// The stored values for `profile.*` of whoever has this identity.
#[server]
pub async fn find_test_profile(sandbox: String, namespace: String, user_id: String) -> Answer<Map<String, Value>> {
    answer(server::find_profile(sandbox, namespace, user_id).await)
}

#[cfg(feature = "ssr")]
mod server {
    use content::Data;
    use domain::access::Permission;
    use domain::channel_configuration::Channel;
    use domain::proof::{ProofChannelData, ProofJob, ProofPlatform, ProofRecipient, ProofRequest, ProofToken};
    use domain::{Failure, Fault, Faults};
    use engine::Result;
    use engine::proofs::ProofSender;
    use serde_json::{Map, Value};

    use super::ProofForm;
    use crate::session::caller;

    pub async fn send(sandbox: String, campaign: String, form: ProofForm) -> Result<ProofJob> {
        let caller = caller(Permission::SendProofs).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let id = campaign.parse().map_err(|_| Failure::not_found("campaign"))?;
        let channel = caller.engine.find_campaign(&sandbox, &id).await?.draft.content.channel();
        let request = request(form, channel)?;
        let by = ProofSender { name: caller.name(), client_id: "" };
        let sent = caller.engine.send_proofs(&sandbox, &id, &request, by).await;
        Ok(sent.map_err(|error| in_words_of_the_form(error.into_failure()))?)
    }

    pub async fn list(sandbox: String, campaign: String) -> Result<Vec<ProofJob>> {
        let caller = caller(Permission::ViewMessages).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let id = campaign.parse().map_err(|_| Failure::not_found("campaign"))?;
        caller.engine.list_proofs(&sandbox, &id).await
    }

    pub async fn find_profile(sandbox: String, namespace: String, user_id: String) -> Result<Map<String, Value>> {
        let caller = caller(Permission::ManageProfiles).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let mut faults = Faults::default();
        let mut need = |path: &str, text: &str| faults.take(path, domain::address::required_line(text, 255));
        let named = (need("namespace", &namespace), need("userId", &user_id));
        faults.into_result()?;
        let (Some(namespace), Some(user_id)) = named else { return Err(Failure::not_found("profile").into()) };
        let found = caller.engine.profile_of(&sandbox, &namespace, &user_id).await?;
        let nobody = || Failure::invalid("userId", "unknown_profile", "Nobody has stored this person.");
        Ok(found.ok_or_else(nobody)?.attributes.clone())
    }

    /// One person, read from the form.
    fn request(form: ProofForm, channel: Channel) -> Result<ProofRequest, Failure> {
        let ProofForm { addresses, subject_prefix, namespace, user_id, values } = form;
        let data = data_of(&values)?;
        let addresses: Vec<String> = addresses
            .split(['\n', ',', ';'])
            .map(str::trim)
            .filter(|it| !it.is_empty())
            .map(ToOwned::to_owned)
            .collect();
        let mut to = ProofChannelData {
            channel: channel.into(),
            subject_prefix: Some(subject_prefix).filter(|prefix| !prefix.trim().is_empty()),
            email_addresses: None,
            phone_numbers: None,
            tokens: None,
        };
        match channel {
            Channel::Email => to.email_addresses = Some(addresses),
            Channel::Mobile => to.phone_numbers = Some(addresses),
            Channel::Push => to.tokens = Some(addresses.iter().map(|line| token_of(line)).collect::<Result<_, _>>()?),
        }
        let is_profile = !user_id.trim().is_empty();
        let (user_id, namespace) = if is_profile { (user_id, namespace) } else { (SAMPLE.into(), SAMPLE.into()) };
        let recipient = ProofRecipient {
            user_id,
            namespace,
            channels_data: vec![to],
            profile: (!is_profile).then_some(data.profile),
            context: Some(std::sync::Arc::unwrap_or_clone(data.context)),
        };
        Ok(ProofRequest { recipients: vec![recipient], variant_id: None })
    }

    /// Whoever is read as when nobody is named.
    const SAMPLE: &str = "sample";

    fn data_of(values: &str) -> Result<Data, Failure> {
        if values.trim().is_empty() {
            return Ok(Data::default());
        }
        let wrong = |error: serde_json::Error| {
            let text = format!("Give JSON, an object with context and profile: {error}.");
            Failure::invalid("values", "bad_json", text)
        };
        domain::nul::checked(values).map_err(|fault| Failure::from(fault.under("values")))?;
        serde_json::from_str(values).map_err(wrong)
    }

    /// `fcm:…` or `apns:…`.
    fn token_of(line: &str) -> Result<ProofToken, Failure> {
        let wrong = || Failure::invalid("addresses", "bad_push_token", "Give apns: or fcm: and the token behind it.");
        let (platform, token) = line.split_once(':').ok_or_else(wrong)?;
        let platform: ProofPlatform = platform.trim().parse().map_err(|_| wrong())?;
        Ok(ProofToken { token: token.trim().to_owned(), platform })
    }

    /// Paths of the call as this form has its fields; those of the campaign's own form stay.
    fn in_words_of_the_form(failure: Failure) -> Failure {
        let Failure::Invalid { faults } = failure else { return failure };
        let renamed = faults.0.into_iter().map(|fault| {
            let Some(rest) = fault.path.strip_prefix("recipients[0].") else { return fault };
            let path = match rest {
                _ if rest.ends_with(".subjectPrefix") => "subjectPrefix",
                _ if rest.starts_with("channelsData") => "addresses",
                _ if rest.starts_with("context") || rest.starts_with("profile") => "values",
                "userId" => "userId",
                "namespace" => "namespace",
                _ => return fault,
            };
            Fault { path: path.to_owned(), ..fault }
        });
        let mut faults = Faults::default();
        for fault in renamed {
            if faults.at(&fault.path).is_none() {
                faults.0.push(fault);
            }
        }
        Failure::Invalid { faults }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn form(addresses: &str, user_id: &str, values: &str) -> ProofForm {
            let (addresses, user_id, values) = (addresses.into(), user_id.into(), values.into());
            ProofForm { addresses, user_id, values, namespace: "crm".into(), ..ProofForm::default() }
        }

        #[test]
        fn a_test_profile_takes_the_place_of_the_values_of_a_person() {
            let values = r#"{"context":{"order":7},"profile":{"name":"Ann"}}"#;
            let sample = request(form("a@b.kr\r\nc@d.kr, ", "", values), Channel::Email).unwrap().recipients.remove(0);
            assert_eq!(sample.channels_data[0].email_addresses.as_deref().unwrap(), ["a@b.kr", "c@d.kr"]);
            assert_eq!(sample.profile.unwrap()["name"], "Ann");
            assert_eq!(sample.context.unwrap()["order"], 7);
            let known = request(form("a@b.kr", "c-1", values), Channel::Email).unwrap().recipients.remove(0);
            assert_eq!((known.user_id.as_str(), known.namespace.as_str(), known.profile), ("c-1", "crm", None));
        }

        #[test]
        fn what_is_typed_wrong_is_told_at_its_field() {
            let path = |form: ProofForm, channel| match request(form, channel).unwrap_err() {
                Failure::Invalid { faults } => faults.0[0].path.clone(),
                other => panic!("{other:?}"),
            };
            assert_eq!(path(form("a@b.kr", "", "{"), Channel::Email), "values");
            assert_eq!(path(form("abc", "", ""), Channel::Push), "addresses");
            let at = "recipients[0].channelsData[0].emailAddresses[3]";
            let told = in_words_of_the_form(Failure::invalid(at, "bad_email_address", "…"));
            assert!(matches!(told, Failure::Invalid { faults } if faults.0[0].path == "addresses"));
            let own = in_words_of_the_form(Failure::invalid("content.subject", "required", "…"));
            assert!(matches!(own, Failure::Invalid { faults } if faults.0[0].path == "content.subject"));
        }
    }
}
