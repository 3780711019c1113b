//! Live activities: what their templates become, and what they refuse.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

use content::{ActivityTarget, Compiled, Data, preview};
use domain::Fault;
use domain::content::{Content, PushContent, PushKind, Rendered, RenderedPush};
use domain::live_activity::{ActivityContent, ActivityEvent, ActivityTime, RenderedActivity};
use domain::mail_templates::MailTemplates;
use domain::variable::VariableRules;
use serde_json::{Value, json};

fn data(context: Value) -> Data {
    serde_json::from_value(json!({ "context": context })).unwrap()
}

fn content(activity: ActivityContent) -> Content {
    Content::Push(PushContent {
        kind: PushKind::LiveActivity,
        title: "Order {{ context.id }}".into(),
        activity: Box::new(activity),
        ..PushContent::default()
    })
}

fn render(activity: ActivityContent, context: Value) -> Result<(RenderedPush, RenderedActivity), Fault> {
    match Compiled::compile(&content(activity)).unwrap().render(&data(context))? {
        Rendered::Push(push) => Ok((push.clone(), *push.activity.unwrap())),
        other => panic!("{other:?}"),
    }
}

fn update(state: &str) -> ActivityContent {
    ActivityContent {
        event: "update".into(),
        id: "order-{{ context.id }}".into(),
        state: state.into(),
        ..Default::default()
    }
}

fn start() -> ActivityContent {
    ActivityContent {
        event: "start".into(),
        attributes_type: "DeliveryAttributes".into(),
        attributes: r#"{"order": "{{ context.id }}"}"#.into(),
        ..update(r#"{"minutes": 20}"#)
    }
}

#[test]
fn a_state_keeps_the_types_that_its_author_writes() {
    let state =
        r#"{"driver": "{{ context.driver }}", "minutes": {{ context.minutes }}, "stops": {{ context.stops | json }}}"#;
    let context = json!({ "id": 7, "driver": "Ann", "minutes": 12, "stops": [{"at": "A", "done": true}] });
    let (push, activity) = render(update(state), context).unwrap();
    let expected = json!({ "driver": "Ann", "minutes": 12, "stops": [{"at": "A", "done": true}] });
    assert_eq!(Value::Object(activity.state.unwrap()), expected);
    assert_eq!((push.title.as_str(), activity.id.as_str()), ("Order 7", "order-7"));
    assert_eq!(activity.attributes_type, "");
}

#[test]
fn no_value_can_end_the_text_that_it_stands_in() {
    for hostile in
        ["a\", \"paid\": true, \"x\": \"", "\\", "a\\\"b", "line\nbreak\u{1}", "<b>&'", "{{ context.id }}", "세일"]
    {
        let (_, activity) = render(
            update(r#"{"driver": "{{ context.driver }}", "all": {{ context.driver | json }}}"#),
            json!({ "id": 7, "driver": hostile }),
        )
        .unwrap();
        assert_eq!(Value::Object(activity.state.unwrap()), json!({ "driver": hostile, "all": hostile }), "{hostile}");
    }
}

#[test]
fn what_is_no_object_for_somebody_is_refused_for_them() {
    let fault =
        |minutes: Value| render(update("{\"minutes\": {{ context.minutes }}}"), json!({"id": 7, "minutes": minutes}));
    assert!(fault(json!(12)).is_ok());
    let refused = fault(json!("soon")).unwrap_err();
    assert_eq!((refused.path.as_str(), refused.code.as_str()), ("content.activity.state", "bad_json"));
    let list = render(update("{{ context.stops | json }}"), json!({"id": 7, "stops": [1]})).unwrap_err();
    assert_eq!((list.code.as_str(), list.path.as_str()), ("bad_json", "content.activity.state"));
}

#[test]
fn what_is_wrong_for_everybody_is_told_at_once() {
    let activity = ActivityContent {
        event: "stop".into(),
        state: "{".into(),
        stale_date: "soon".into(),
        relevance_score: "high".into(),
        ..ActivityContent::default()
    };
    let faults = Compiled::compile_to_publish(&content(activity), &MailTemplates::default()).unwrap_err();
    let told: Vec<_> = faults.0.iter().map(|fault| (fault.path.as_str(), fault.code.as_str())).collect();
    let expected = [
        ("content.activity.event", "bad_event"),
        ("content.activity.state", "bad_json"),
        ("content.activity.staleDate", "bad_activity_time"),
        ("content.activity.relevanceScore", "bad_number"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_start_names_its_attributes_and_brings_an_alert() {
    let (_, activity) = render(start(), json!({ "id": 7 })).unwrap();
    assert_eq!((activity.event, activity.attributes_type.as_str()), (ActivityEvent::Start, "DeliveryAttributes"));
    assert_eq!(Value::Object(activity.attributes), json!({ "order": "7" }));
    let Content::Push(push) = content(start()) else { panic!("a notification") };
    let silent = Content::Push(PushContent { title: String::new(), ..push });
    let refused = Compiled::compile(&silent).unwrap().render(&data(json!({ "id": 7 }))).unwrap_err();
    assert_eq!((refused.path.as_str(), refused.code.as_str()), ("content.title", "empty_text"));
}

#[test]
fn an_end_may_leave_the_state_and_says_when_it_goes() {
    let activity =
        ActivityContent { event: "end".into(), dismissal_date: "+{{ context.minutes }}m".into(), ..update("") };
    let (_, activity) = render(activity, json!({ "id": 7, "minutes": 15 })).unwrap();
    assert_eq!(activity.state, None);
    assert_eq!(activity.dismissal_date, Some(ActivityTime::After(std::time::Duration::from_mins(15))));
}

#[test]
fn the_event_decides_by_which_name_the_token_is_looked_up() {
    let activity = ActivityContent { event: "{{ context.event }}".into(), ..start() };
    let compiled = Compiled::compile(&content(activity)).unwrap();
    let target = |event: &str| compiled.activity(|| data(json!({ "id": 7, "event": event }))).unwrap();
    let named = |event, name: &str| ActivityTarget { event, name: name.into() };
    assert_eq!(target("start").unwrap(), named(ActivityEvent::Start, "DeliveryAttributes"));
    assert_eq!(target("end").unwrap(), named(ActivityEvent::End, "order-7"));
    assert_eq!(target("stop").unwrap_err().code, "bad_event");
}

#[test]
fn other_kinds_read_nothing_of_a_live_activity() {
    let Content::Push(push) = content(update("{{ context.state | json }}")) else { panic!("a notification") };
    let message = Content::Push(PushContent { kind: PushKind::Message, body: "x".into(), ..push });
    let compiled = Compiled::compile(&message).unwrap();
    assert_eq!(compiled.variables().len(), 1);
    assert!(compiled.activity(Data::default).is_none());
}

#[test]
fn a_preview_shows_what_there_is_while_values_are_missing() {
    let shown =
        preview(&content(update("{\"minutes\": {{ context.minutes }}}")), &VariableRules::new(), &Data::default());
    let Rendered::Push(push) = &shown.rendered else { panic!("{shown:?}") };
    assert_eq!((push.title.as_str(), push.activity.as_ref().unwrap().state.clone()), ("Order ⟦context.id⟧", None));
    assert_eq!(shown.missing, ["context.id", "context.minutes"]);
}
