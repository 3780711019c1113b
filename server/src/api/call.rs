//! The body of a call. It is looked over as text before it is unpacked, so that a hostile one takes no more memory than
//! its text and what there is room for.

use std::fmt;

use axum::body::Bytes;
use axum::extract::{self, FromRequest};
use axum::http::{HeaderMap, header};
use domain::attachment::check_count;
use domain::execution::{
    AudienceRequest, CONTEXT_MAX_DEPTH, ExecutionRequest, RECIPIENTS_MAX, check_context_size, check_recipient_count,
};
use domain::object::Object;
use domain::{Failure, Fault, Faults};
use engine::Engine;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Problem;
use super::body::{self, Named};
use super::load::{Load, Place};
use super::measure::Measure;
use crate::state::AppState;

/// Of a call, beside `context` and `profile` of its recipients.
const REST_MAX_BYTES: usize = 1024 * 1024;
/// Of one call unpacked. Only lists and objects with next to nothing in them reach this.
const UNPACKED_MAX_BYTES: usize = 128 * 1024 * 1024;
/// A call is there as a tree, as text to compare it by, and as text to store.
const COPIES: usize = 3;

/// Most bytes of a call: `context` and `profile` of every recipient at their largest, its files in base64, and room for the
/// rest.
pub fn body_max_bytes(engine: &Engine) -> usize {
    RECIPIENTS_MAX * 2 * engine.context_max_bytes() + engine.attachments_max_bytes().div_ceil(3) * 4 + REST_MAX_BYTES
}

/// A call, and the room in memory that it has until it is dropped.
pub struct Call<R> {
    pub request: R,
    _place: Place,
}

/// What a call says, with what is large in it: as text, borrowed from the body.
trait Request: DeserializeOwned {
    type Sketch<'a>: Deserialize<'a>;

    /// Looks at everything that may be large. Builds nothing.
    fn look_over(sketch: &Self::Sketch<'_>, look: &mut Look) -> Result<(), Failure>;
}

impl<R: Request> FromRequest<AppState> for Call<R> {
    type Rejection = Problem;

    async fn from_request(request: extract::Request, state: &AppState) -> Result<Self, Problem> {
        body::check_is_json(request.headers())?;
        let context_max_bytes = state.engine.context_max_bytes();
        let limit = body_max_bytes(&state.engine);
        let most = declared_bytes(request.headers()).unwrap_or(limit);
        if most > limit {
            return Err(body::too_large());
        }
        let _place = state.load.body(most)?;
        let bytes = body::bytes(request, state).await?;
        unpack(&bytes, context_max_bytes, &state.load).map_err(|failure| Named::of(&bytes).told_in(failure.into()))
    }
}

fn declared_bytes(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn unpack<R: Request>(bytes: &Bytes, context_max_bytes: usize, load: &Load) -> Result<Call<R>, Failure> {
    let place = load.unpacked(look_over::<R>(bytes, context_max_bytes)?)?;
    Ok(Call { request: body::read(bytes)?, _place: place })
}

/// What is large in a call for recipients.
#[derive(Deserialize)]
struct RecipientsSketch<'a> {
    // That it is missing is told with the other fields.
    #[serde(borrow, default)]
    recipients: Recipients<'a>,
    #[serde(default)]
    attachments: Count,
}

impl Request for ExecutionRequest {
    type Sketch<'a> = RecipientsSketch<'a>;

    fn look_over(sketch: &RecipientsSketch<'_>, look: &mut Look) -> Result<(), Failure> {
        let RecipientsSketch { recipients, attachments } = sketch;
        if recipients.count > RECIPIENTS_MAX {
            check_recipient_count(recipients.count)?;
        }
        look.files("attachments", attachments);
        for (position, texts) in recipients.first.iter().enumerate() {
            look.files(&format!("recipients[{position}].attachments"), &texts.attachments);
            look.at(&format!("recipients[{position}].context"), texts.context);
            look.at(&format!("recipients[{position}].profile"), texts.profile);
        }
        Ok(())
    }
}

/// What is large in a call for an audience.
#[derive(Deserialize)]
struct AudienceSketch<'a> {
    #[serde(borrow, default)]
    context: Option<&'a RawValue>,
}

impl Request for AudienceRequest {
    type Sketch<'a> = AudienceSketch<'a>;

    fn look_over(sketch: &AudienceSketch<'_>, look: &mut Look) -> Result<(), Failure> {
        look.at("context", sketch.context);
        Ok(())
    }
}

/// As many recipients as a call may have; more are counted only.
#[derive(Default)]
struct Recipients<'a> {
    first: Vec<Texts<'a>>,
    count: usize,
}

/// What a call says of one recipient.
#[derive(Deserialize)]
struct Texts<'a> {
    #[serde(borrow, default)]
    context: Option<&'a RawValue>,
    #[serde(borrow, default)]
    profile: Option<&'a RawValue>,
    #[serde(default)]
    attachments: Count,
}

/// How long a list is; 0 for anything else.
#[derive(Default)]
struct Count(usize);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?;
        let list = serde_json::from_str::<Ignored>(text.get());
        Ok(Self(list.map_or(0, |Ignored(count)| count)))
    }
}

/// A list of anything, counted.
struct Ignored(usize);

impl<'de> Deserialize<'de> for Ignored {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;

        impl<'de> Visitor<'de> for List {
            type Value = Ignored;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sequence")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Ignored, A::Error> {
                let mut count = 0;
                while list.next_element::<IgnoredAny>()?.is_some() {
                    count += 1;
                }
                Ok(Ignored(count))
            }
        }

        deserializer.deserialize_seq(List)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Recipients<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;

        impl<'de> Visitor<'de> for List {
            type Value = Recipients<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sequence")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut found = Recipients::default();
                while found.count < RECIPIENTS_MAX {
                    let Some(Object(texts)) = list.next_element()? else { return Ok(found) };
                    found.first.push(texts);
                    found.count += 1;
                }
                while list.next_element::<IgnoredAny>()?.is_some() {
                    found.count += 1;
                }
                Ok(found)
            }
        }

        deserializer.deserialize_seq(List)
    }
}

/// The bytes that the call takes unpacked, at most; or what is too much about it. Builds nothing.
fn look_over<R: Request>(bytes: &[u8], context_max_bytes: usize) -> Result<usize, Failure> {
    let mut look = Look { context_max_bytes, faults: Faults::default(), unpacked_bytes: bytes.len() * COPIES };
    R::look_over(&body::read(bytes)?, &mut look)?;
    look.faults.into_result()?;
    check_unpacked(look.unpacked_bytes)?;
    Ok(look.unpacked_bytes)
}

/// What was found so far.
struct Look {
    context_max_bytes: usize,
    faults: Faults,
    unpacked_bytes: usize,
}

impl Look {
    /// Looks at a list of files: their number alone decides what they take.
    fn files(&mut self, path: &str, Count(count): &Count) {
        self.faults.take(path, check_count(*count));
    }

    /// Looks at a `context` or `profile`.
    fn at(&mut self, path: &str, text: Option<&RawValue>) {
        let measure = text.map(|text| Measure::of(text.get())).unwrap_or_default();
        let size = check_context_size(measure.bytes, self.context_max_bytes);
        self.faults.take(path, size.and_then(|()| check_depth(measure.depth)));
        self.unpacked_bytes += measure.unpacked_bytes;
    }
}

fn check_depth(depth: usize) -> Result<(), Fault> {
    if depth <= CONTEXT_MAX_DEPTH {
        return Ok(());
    }
    let text =
        format!("Objects and lists stand in each other {depth} levels deep; at most {CONTEXT_MAX_DEPTH} are allowed.");
    Err(Fault::new("", "too_deep", text))
}

fn check_unpacked(bytes: usize) -> Result<(), Fault> {
    if bytes <= UNPACKED_MAX_BYTES {
        return Ok(());
    }
    let text = "This call has too many values. Send fewer recipients in one call.";
    Err(Fault::new("recipients", "too_many_values", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTEXT_MAX_BYTES: usize = 200 * 1024;

    fn look_over(bytes: &[u8]) -> Result<usize, Failure> {
        super::look_over::<ExecutionRequest>(bytes, CONTEXT_MAX_BYTES)
    }

    fn call(recipients: &[String]) -> String {
        format!(r#"{{"requestId":"r","campaignId":"c","recipients":[{}]}}"#, recipients.join(","))
    }

    fn recipient(data: &str) -> String {
        format!(r#"{{"type":"external","userId":"a","namespace":"email",{data}}}"#)
    }

    fn nested(levels: usize) -> String {
        format!(r#"{{"x":{}{}}}"#, "[".repeat(levels - 1), "]".repeat(levels - 1))
    }

    #[track_caller]
    fn faults(json: &str) -> Vec<(String, String)> {
        let Failure::Invalid { faults } = look_over(json.as_bytes()).unwrap_err() else { panic!("invalid") };
        faults.0.into_iter().map(|fault| (fault.path, fault.code)).collect()
    }

    #[test]
    fn values_up_to_32_levels_deep_are_taken_and_deeper_ones_named() {
        let deep = |levels| recipient(&format!(r#""context":{},"profile":{{}}"#, nested(levels)));
        assert!(look_over(call(&[deep(32)]).as_bytes()).is_ok());
        let told = faults(&call(&[deep(32), deep(33), deep(100_000)]));
        let expected = ["recipients[1].context", "recipients[2].context"].map(|path| (path.into(), "too_deep".into()));
        assert_eq!(told, expected);
    }

    #[test]
    fn the_size_counts_as_it_was_sent() {
        let padded = |bytes: usize| recipient(&format!(r#""profile":{{{}}}"#, " ".repeat(bytes - 2)));
        assert!(look_over(call(&[padded(CONTEXT_MAX_BYTES)]).as_bytes()).is_ok());
        let told = faults(&call(&[padded(CONTEXT_MAX_BYTES + 1)]));
        assert_eq!(told, [("recipients[0].profile".to_owned(), "context_too_large".to_owned())]);
    }

    #[test]
    fn the_twenty_first_recipient_is_counted_and_not_looked_at() {
        let mut people = vec![recipient(r#""context":{}"#); 20];
        people.push("[[[7]]]".to_owned());
        assert_eq!(faults(&call(&people)), [("recipients".to_owned(), "recipient_count".to_owned())]);
    }

    #[test]
    fn twenty_full_contexts_of_text_are_taken_and_of_empty_objects_are_not() {
        let text = format!(r#"{{"x":"{}"}}"#, "y".repeat(CONTEXT_MAX_BYTES - 8));
        let objects = format!(r#"{{"x":[{}]}}"#, vec![r#"{"":0}"#; CONTEXT_MAX_BYTES / 7 - 2].join(","));
        let full = |data: &str| vec![recipient(&format!(r#""context":{data},"profile":{data}"#)); 20];
        assert!(look_over(call(&full(&text)).as_bytes()).is_ok());
        assert_eq!(faults(&call(&full(&objects))), [("recipients".to_owned(), "too_many_values".to_owned())]);
        assert!(look_over(call(&full(&objects)[..1]).as_bytes()).is_ok());
    }

    #[test]
    fn more_files_than_a_mail_has_are_never_unpacked() {
        let files = |count: usize| format!(r#""attachments":[{}]"#, vec!["{}"; count].join(","));
        assert!(look_over(call(&[recipient(&files(10))]).as_bytes()).is_ok());
        let told = faults(&call(&[recipient(&files(11))]));
        assert_eq!(told, [("recipients[0].attachments".to_owned(), "too_many_files".to_owned())]);
        let all =
            call(&[recipient(r#""context":{}"#)]).replace(r#""requestId"#, &format!("{},\"requestId", files(100_000)));
        assert_eq!(faults(&all), [("attachments".to_owned(), "too_many_files".to_owned())]);
    }

    #[test]
    fn the_context_of_an_audience_is_looked_over_like_that_of_a_recipient() {
        let told = |context: &str| {
            let json = format!(r#"{{"campaignId":"c","context":{context}}}"#);
            super::look_over::<AudienceRequest>(json.as_bytes(), CONTEXT_MAX_BYTES).err().map(|failure| {
                let Failure::Invalid { faults } = failure else { panic!("invalid") };
                faults.0.into_iter().map(|fault| (fault.path, fault.code)).collect::<Vec<_>>()
            })
        };
        let fault = |code: &str| Some(vec![("context".to_owned(), code.to_owned())]);
        assert_eq!((told(&nested(32)), told(&nested(33))), (None, fault("too_deep")));
        let padded = |bytes: usize| format!("{{{}}}", " ".repeat(bytes - 2));
        assert_eq!(told(&padded(CONTEXT_MAX_BYTES)), None);
        assert_eq!(told(&padded(CONTEXT_MAX_BYTES + 1)), fault("context_too_large"));
    }

    #[test]
    fn what_is_no_context_at_all_is_left_to_the_reading() {
        for data in [r#""context":[]"#, r#""context":7"#, r#""context":null"#, r#""other":{"context":[[]]}"#] {
            assert!(look_over(call(&[recipient(data)]).as_bytes()).is_ok(), "{data}");
        }
        assert!(look_over(b"{}").is_ok());
    }

    #[test]
    fn a_call_takes_room_until_it_is_dropped() {
        let load = Load::default();
        let bytes = Bytes::from(call(&[recipient(r#""context":{"code":"1"}"#)]));
        let call: Call<ExecutionRequest> = unpack(&bytes, CONTEXT_MAX_BYTES, &load).unwrap();
        assert_eq!(call.request.recipients[0].context.as_ref().unwrap()["code"], "1");
        let rest = load.unpacked(256 * 1024 * 1024).unwrap_err();
        assert!(matches!(rest, Failure::Unavailable { .. }));
        drop(call);
        assert!(load.unpacked(256 * 1024 * 1024).is_ok());
    }
}
