//! What the provider tells of messages it took.

use domain::Timestamp;
use serde_json::Value;

use super::callbacks::key_of;
use super::form::Form;
use super::pick::Path;
use super::reason_of;
use crate::providers::{About, Refusal, Told, ToldKind, one_line};

/// The fields of the mapping.
pub const FIELDS: [&str; 8] = [
    "feedbackReferencePath",
    "feedbackProviderIdPath",
    "feedbackStatusPath",
    "feedbackCodePath",
    "feedbackListPath",
    "deliveredStatuses",
    "failedStatuses",
    "bouncedStatuses",
];

/// Where an event says what.
#[derive(Debug)]
pub struct Feedback {
    reference: Option<Path>,
    provider_id: Option<Path>,
    status: Path,
    code: Option<Path>,
    /// Where many events stand in one body.
    list: Option<Path>,
    /// Statuses in lower case, and what each means.
    meanings: Vec<(String, ToldKind)>,
}

impl Feedback {
    /// `None`: there is no mapping, or it has faults.
    pub fn read(form: &mut Form<'_>) -> Option<Self> {
        if !form.has_any(&FIELDS) {
            return None;
        }
        let (reference, provider_id) = (form.path("feedbackReferencePath"), form.path("feedbackProviderIdPath"));
        if !form.has_any(&["feedbackReferencePath", "feedbackProviderIdPath"]) {
            let text = "Say where our message id or the provider's own stands.";
            form.faults.add("feedbackReferencePath", "required", text);
        }
        form.required("feedbackStatusPath");
        let status = form.path("feedbackStatusPath");
        let (code, list) = (form.path("feedbackCodePath"), form.path("feedbackListPath"));
        let meanings = meanings(form);
        Some(Self { reference, provider_id, status: status?, code, list, meanings })
    }

    /// The events of a body. Statuses in no list (queued, sent, …) say nothing new and are left out.
    pub fn events(&self, body: &Value, now: Timestamp) -> Result<Vec<Told>, Refusal> {
        let events = match &self.list {
            None => std::slice::from_ref(body),
            Some(path) => {
                let list = path.value(body).and_then(Value::as_array);
                list.ok_or_else(|| Refusal::Malformed("There is no list at feedbackListPath.".into()))?
            }
        };
        let readable: Vec<(About, String, &Value)> = events.iter().filter_map(|event| self.essence(event)).collect();
        // one odd event must not cost the others; when none can be read, the mapping is wrong
        if readable.is_empty() && !events.is_empty() {
            return Err(Refusal::Malformed(
                "No event has a message id and a status where the mapping has them.".into(),
            ));
        }
        Ok(readable.into_iter().filter_map(|(about, status, event)| self.told(about, &status, event, now)).collect())
    }

    /// Which message, and its status. Our own id comes first: it is there even when we never got the provider's.
    fn essence<'v>(&self, event: &'v Value) -> Option<(About, String, &'v Value)> {
        let text = |path: &Option<Path>| path.as_ref().and_then(|path| path.text(event));
        let ours = text(&self.reference).map(About::Message);
        let about = ours.or_else(|| text(&self.provider_id).map(About::ProviderId))?;
        Some((about, self.status.text(event)?, event))
    }

    fn told(&self, about: About, status: &str, event: &Value, now: Timestamp) -> Option<Told> {
        let lower = status.to_lowercase();
        let kind = self.meanings.iter().find(|(known, _)| *known == lower).map(|(_, kind)| *kind)?;
        let code = self.code.as_ref().and_then(|path| path.text(event)).unwrap_or_default();
        let (space, id) = match &about {
            About::Message(id) => ("message", id),
            About::ProviderId(id) => ("provider", id),
        };
        let key = key_of(&["feedback", space, id, &lower, &code]);
        let reason = match (kind, code.as_str()) {
            (ToldKind::Delivered, _) => String::new(),
            (_, "") => reason_of("custom", &lower),
            (_, code) => reason_of("custom", code),
        };
        let words = one_line(format!("{status} {code}").trim_end());
        Some(Told { about, kind, at: now, key, reason, words, raw: event.clone() })
    }
}

/// A bounce is for good: that is what tells the list from that of failures.
fn meanings(form: &mut Form<'_>) -> Vec<(String, ToldKind)> {
    const LISTS: [(&str, ToldKind); 3] = [
        ("deliveredStatuses", ToldKind::Delivered),
        ("failedStatuses", ToldKind::Failed),
        ("bouncedStatuses", ToldKind::Bounced { is_permanent: true }),
    ];
    let lists = LISTS.map(|(name, kind)| {
        let words: Vec<String> = form.list(name).iter().map(|word| word.to_lowercase()).collect();
        (name, kind, words)
    });
    form.distinct(&lists.each_ref().map(|(name, _, words)| (*name, words.as_slice())));
    if lists.iter().all(|(_, _, words)| words.is_empty()) {
        form.faults.add("deliveredStatuses", "required", "Name the statuses that mean something.");
    }
    lists.into_iter().flat_map(|(_, kind, words)| words.into_iter().map(move |word| (word, kind))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::providers::Settings;

    const FIELDS: [(&str, &str); 7] = [
        ("feedbackReferencePath", "clientReference"),
        ("feedbackProviderIdPath", "id"),
        ("feedbackStatusPath", "state.name"),
        ("feedbackCodePath", "state.code"),
        ("deliveredStatuses", "Delivered, read"),
        ("failedStatuses", "expired,REJECTED"),
        ("bouncedStatuses", "unknown_number"),
    ];

    fn read(fields: &[(&str, &str)]) -> Result<Feedback, Vec<(String, String)>> {
        let settings = Settings(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
        let mut form = Form::new(&settings);
        let feedback = Feedback::read(&mut form);
        feedback
            .filter(|_| form.faults.is_empty())
            .ok_or_else(|| form.faults.0.into_iter().map(|fault| (fault.path, fault.code)).collect())
    }

    fn events(list: &str, body: &Value) -> Result<Vec<Told>, Refusal> {
        let fields: Vec<_> = FIELDS.into_iter().chain([("feedbackListPath", list)]).collect();
        read(&fields).unwrap().events(body, Timestamp::from_millis(5))
    }

    #[test]
    fn statuses_mean_what_their_list_says_in_any_case() {
        for (status, kind, reason) in [
            ("DELIVERED", ToldKind::Delivered, ""),
            ("Read", ToldKind::Delivered, ""),
            ("rejected", ToldKind::Failed, "custom_30007"),
            ("Unknown_Number", ToldKind::Bounced { is_permanent: true }, "custom_30007"),
        ] {
            let body = json!({ "clientReference": "msg_1", "state": { "name": status, "code": 30007 } });
            let told = events("", &body).unwrap().remove(0);
            assert_eq!((told.kind, told.reason.as_str()), (kind, reason), "{status}");
            assert_eq!((told.about, told.raw), (About::Message("msg_1".into()), body));
            assert_eq!(told.words, format!("{status} 30007"));
        }
        let without_code = json!({ "id": 7, "state": { "name": "expired" } });
        assert_eq!(events("", &without_code).unwrap()[0].reason, "custom_expired");
    }

    #[test]
    fn a_message_is_named_by_our_id_or_else_by_the_providers() {
        let body = json!({ "clientReference": "", "id": 77, "state": { "name": "read" } });
        assert_eq!(events("", &body).unwrap()[0].about, About::ProviderId("77".into()));
    }

    #[test]
    fn a_status_that_nobody_listed_is_heard_and_says_nothing() {
        let body = json!({ "clientReference": "msg_1", "state": { "name": "queued" } });
        assert_eq!(events("", &body), Ok(vec![]));
    }

    #[test]
    fn the_same_event_told_again_has_the_same_key_and_another_one_has_not() {
        let key = |id: &str, status: &str, extra: i32| {
            let body = json!({ "clientReference": id, "state": { "name": status }, "attempt": extra });
            events("", &body).unwrap().remove(0).key
        };
        assert_eq!(key("msg_1", "read", 1), key("msg_1", "READ", 2));
        assert_ne!(key("msg_1", "read", 1), key("msg_2", "read", 1));
        assert_ne!(key("msg_1", "read", 1), key("msg_1", "delivered", 1));
    }

    #[test]
    fn a_list_of_events_is_read_and_an_odd_one_among_them_is_left_out() {
        let good = json!({ "id": "a", "state": { "name": "read" } });
        let body = json!({ "results": [good, { "id": "b" }, 7, null, good] });
        assert_eq!(events("results", &body).unwrap().len(), 2);
        assert_eq!(events("$", &Value::Array(vec![good; 20_000])).unwrap().len(), 20_000);
        assert_eq!(events("results", &json!({ "results": [] })), Ok(vec![]));
    }

    #[test]
    fn a_body_that_does_not_fit_the_mapping_is_malformed() {
        for (list, body) in [
            ("", json!({ "clientReference": "msg_1" })),
            ("", json!({ "state": { "name": "read" } })),
            ("", json!({ "clientReference": { "a": 1 }, "state": { "name": "read" } })),
            ("", json!(null)),
            ("results", json!({ "results": {} })),
            ("results", json!({ "results": [{}] })),
            ("results", json!([])),
        ] {
            assert!(matches!(events(list, &body), Err(Refusal::Malformed(_))), "{body}");
        }
    }

    #[test]
    fn a_mapping_that_would_never_tell_anything_is_refused() {
        let faults = |fields: &[(&str, &str)]| read(fields).unwrap_err();
        let paths: Vec<String> = faults(&[("feedbackCodePath", "a")]).into_iter().map(|fault| fault.0).collect();
        assert_eq!(paths, ["feedbackReferencePath", "feedbackStatusPath", "deliveredStatuses"]);
        let twice = [&FIELDS[..5], &[("failedStatuses", "READ")]].concat();
        assert_eq!(faults(&twice), [("failedStatuses".to_owned(), "ambiguous".to_owned())]);
        let bad_path = [&FIELDS[1..], &[("feedbackReferencePath", "a..b")]].concat();
        assert_eq!(faults(&bad_path), [("feedbackReferencePath".to_owned(), "bad_path".to_owned())]);
    }
}
