use serde_json::{Value, json};

use super::*;
use crate::Timestamp;
use crate::audience::AudienceChange;
use crate::profile::Identity;

fn rule(json: Value) -> Rule {
    serde_json::from_value(json).unwrap()
}

/// 2026-11-28T12:00:00Z
const NOW: Timestamp = Timestamp::from_millis(1_795_867_200_000);

fn holds(condition: &Value) -> bool {
    let attributes = json!({
        "city": "Seoul", "street": "Łódź Road", "points": 70, "score": "12.5", "member": true, "nothing": null,
        "born": "1990-02-28", "seen": "2026-11-20T09:00:00Z", "soon": "2026-12-24", "tags": ["Sport", 7],
        "person": {"name": {"first": "Ann"}}
    });
    let past =
        PastMessages { state: PastState::Opened, campaign_id: None, channel: None, within_days: 30, at_least: 2 };
    let identity = Identity { namespace: "Email".into(), user_id: "ann@example.com".into() };
    let facts = PersonFacts {
        attributes: attributes.as_object(),
        identities: &[identity],
        language: "ko-KR",
        time_zone: "Asia/Seoul",
        is_test: false,
        consents: vec![(Channel::Email, ConsentChoice::In)],
        lists: vec!["aud_1"],
        past: vec![(&past, 2)],
    };
    rule(condition.clone()).matches(&facts, NOW)
}

fn attribute(path: &str, operator: &str, value: Value) -> Value {
    json!({"type": "attribute", "path": path, "operator": operator, "value": value})
}

#[test]
fn what_is_stored_decides_how_it_is_compared() {
    for (path, operator, value, expected) in [
        ("city", "equals", json!("SEOUL"), true),
        ("city", "equals", json!("Busan"), false),
        ("city", "notEquals", json!("Busan"), true),
        ("street", "equals", json!("łÓDŹ road"), true),
        ("points", "equals", json!(70.0), true),
        ("points", "equals", json!("70"), true),
        ("score", "equals", json!(12.5), true),
        ("member", "equals", json!(true), true),
        ("member", "equals", json!("TRUE"), true),
        ("member", "equals", json!(1), false),
        ("street", "contains", json!("ÓDŹ"), true),
        ("city", "startsWith", json!("se"), true),
        ("city", "endsWith", json!("L"), true),
        ("points", "contains", json!("7"), false),
        ("points", "greaterThan", json!(69), true),
        ("points", "greaterThan", json!(70), false),
        ("score", "lessThan", json!("13"), true),
        ("city", "lessThan", json!(13), false),
        ("born", "before", json!("1990-03-01"), true),
        ("seen", "after", json!("2026-11-20"), true),
        ("seen", "before", json!("2026-11-20"), false),
        ("seen", "withinLastDays", json!(9), true),
        ("seen", "withinLastDays", json!(7), false),
        ("soon", "withinLastDays", json!(99), false),
        ("city", "isOneOf", json!(["Busan", "seoul"]), true),
        ("points", "isOneOf", json!([1, 70]), true),
        ("tags", "listContains", json!("sport"), true),
        ("tags", "listContains", json!(7), true),
        ("tags", "listContains", json!("art"), false),
        ("city", "listContains", json!("Seoul"), false),
        ("person.name.first", "equals", json!("ann"), true),
        ("person.name", "equals", json!("ann"), false),
        ("person.name.first", "exists", Value::Null, true),
        ("person.name", "exists", Value::Null, true),
    ] {
        let condition = attribute(path, operator, value);
        assert!(rule(condition.clone()).check().is_empty(), "{condition}");
        assert_eq!(holds(&condition), expected, "{condition}");
    }
    let exactly =
        json!({"type": "attribute", "path": "city", "operator": "startsWith", "value": "se", "matchCase": true});
    assert!(!holds(&exactly));
}

#[test]
fn nothing_holds_of_what_is_not_known_and_not_of_it_does() {
    for path in ["nothing", "nowhere", "city.part", "person.name.last"] {
        for operator in Operator::ALL {
            let value = match operator.operand() {
                Operand::Nothing => Value::Null,
                Operand::Days | Operand::Number => json!(1),
                Operand::Date => json!("2026-01-01"),
                Operand::List => json!(["x"]),
                Operand::Text | Operand::Anything => json!("x"),
            };
            let condition = attribute(path, operator.as_str(), value);
            assert!(!holds(&condition), "{condition}");
            assert!(holds(&json!({"type": "not", "of": condition})));
        }
    }
}

#[test]
fn people_are_known_by_more_than_attributes() {
    for (condition, expected) in [
        (json!({"type": "identity", "namespace": "EMAIL"}), true),
        (json!({"type": "identity", "namespace": "phone"}), false),
        (json!({"type": "language", "isOneOf": ["en", "KO"]}), true),
        (json!({"type": "language", "isOneOf": ["ko-KP", "k", "ko-KR-x"]}), false),
        (json!({"type": "timeZone", "isOneOf": ["asia/seoul"]}), true),
        (json!({"type": "testProfile"}), false),
        (json!({"type": "consent", "channel": "email", "choice": "in"}), true),
        (json!({"type": "consent", "channel": "email", "choice": "empty"}), false),
        (json!({"type": "consent", "channel": "mobile", "choice": "empty"}), true),
        (json!({"type": "member", "audienceId": "aud_1"}), true),
        (json!({"type": "member", "audienceId": "aud_2"}), false),
        (json!({"type": "messages", "state": "opened", "withinDays": 30, "atLeast": 2}), true),
        (json!({"type": "messages", "state": "opened", "withinDays": 30, "atLeast": 3}), false),
        (json!({"type": "messages", "state": "clicked", "withinDays": 30}), false),
    ] {
        assert_eq!(holds(&condition), expected, "{condition}");
    }
}

#[test]
fn groups_hold_as_their_parts_do() {
    let (yes, no) = (attribute("city", "exists", Value::Null), attribute("nowhere", "exists", Value::Null));
    for (condition, expected) in [
        (json!({"type": "all", "of": []}), true),
        (json!({"type": "any", "of": []}), false),
        (json!({"type": "all", "of": [yes, yes]}), true),
        (json!({"type": "all", "of": [yes, no]}), false),
        (json!({"type": "any", "of": [no, yes]}), true),
        (json!({"type": "any", "of": [no, {"type": "not", "of": {"type": "all", "of": [yes, no]}}]}), true),
    ] {
        assert_eq!(holds(&condition), expected, "{condition}");
    }
}

#[test]
fn a_kind_is_named_by_its_word_and_not_by_a_number() {
    let read = |rule: Value| serde_json::from_value::<AudienceChange>(json!({"name": "Readers", "rule": rule}));
    assert!(read(json!({"type": "not", "of": {"type": 0, "of": []}})).is_err());
    assert!(read(json!({"type": "all", "of": [{"type": 1, "of": []}]})).is_err());
    assert_eq!(read(json!({"type": "all", "of": []})).unwrap().rule, Some(Rule::All { of: Vec::new() }));
    assert_eq!(serde_json::from_value::<AudienceChange>(json!({"name": "Readers"})).unwrap().rule, None);
}

#[test]
fn what_is_wrong_is_told_with_its_path() {
    let nested = |levels: usize| {
        (0..levels).fold(json!({"type": "testProfile"}), |inner, _| json!({"type": "all", "of": [inner]}))
    };
    let many = |count: usize, one: Value| json!({"type": "any", "of": vec![one; count]});
    let past =
        |days: i64, times: i64| json!({"type": "messages", "state": "failed", "withinDays": days, "atLeast": times});
    for (given, path, code) in [
        (nested(5), "", ""),
        (nested(6), "of[0].of[0].of[0].of[0].of[0]", "too_deep"),
        (many(100, json!({"type": "testProfile"})), "", ""),
        (many(101, json!({"type": "testProfile"})), "", "too_many_conditions"),
        (many(11, past(1, 1)), "", "too_many_past_messages"),
        (many(100, json!({"type": "not", "of": {"type": "testProfile"}})), "", ""),
        (many(200, json!({"type": "all", "of": []})), "", "too_many_conditions"),
        (many(40_000, json!({"type": "all", "of": []})), "", "too_many_conditions"),
        (many(3, attribute("a", "isOneOf", json!(vec!["가".repeat(1_000); 100]))), "", "too_long"),
        (json!({"type": "not", "of": attribute("a..b", "exists", Value::Null)}), "of.path", "bad_attribute_path"),
        (many(1, attribute("a", "equals", Value::Null)), "of[0].value", "required"),
        (attribute("a", "equals", json!("")), "value", "required"),
        (attribute("a", "equals", json!({})), "value", "wrong_value"),
        (attribute("a", "contains", json!("x".repeat(1_000))), "", ""),
        (attribute("a", "contains", json!("x".repeat(1_001))), "value", "too_long"),
        (attribute("a", "greaterThan", json!("many")), "value", "wrong_value"),
        (attribute("a", "before", json!("2026-02-30")), "value", "wrong_value"),
        (attribute("a", "withinLastDays", json!(0)), "value", "wrong_value"),
        (attribute("a", "isOneOf", json!([])), "value", "required"),
        (attribute("a", "isOneOf", json!(["x", true])), "value[1]", "wrong_value"),
        (attribute("a", "exists", json!(1)), "value", "wrong_value"),
        (json!({"type": "identity", "namespace": " "}), "namespace", "required"),
        (json!({"type": "language", "isOneOf": []}), "isOneOf", "required"),
        (json!({"type": "timeZone", "isOneOf": ["UTC", ""]}), "isOneOf[1]", "required"),
        (json!({"type": "consent", "channel": "push", "choice": "in"}), "channel", "wrong_channel"),
        (json!({"type": "member", "audienceId": ""}), "audienceId", "unknown_audience"),
        (past(0, 1), "withinDays", "out_of_range"),
        (past(1, 1_001), "atLeast", "out_of_range"),
    ] {
        let told = rule(given.clone()).check().0.into_iter().next();
        let told = told.map_or((String::new(), String::new()), |fault| (fault.path, fault.code));
        assert_eq!(told, (path.to_owned(), code.to_owned()), "{given}");
    }
}

#[test]
fn a_rule_asks_only_for_what_it_needs() {
    let language =
        rule(json!({"type": "all", "of": [{"type": "language", "isOneOf": ["ko"]}, {"type": "testProfile"}]}));
    assert_eq!(language.needs(), Needs::default());
    let past = json!({"type": "messages", "state": "excluded", "withinDays": 7});
    let member = json!({"type": "member", "audienceId": "aud_1"});
    let all = rule(json!({"type": "any", "of": [past, past, member, {"type": "not", "of": member},
        {"type": "consent", "channel": "email", "choice": "out"}, attribute("a.b", "exists", Value::Null), attribute("a.c", "exists", Value::Null)]}));
    let needs = all.needs();
    assert_eq!((needs.attributes, needs.past.len(), needs.lists), (vec!["a"], 1, vec!["aud_1"]));
    assert_eq!(needs.consents, [Channel::Email]);
}

#[test]
fn a_rule_is_the_same_after_it_was_stored_and_has_no_slips() {
    let given = json!({"type": "all", "of": [
        {"type": "attribute", "path": "a", "operator": "exists"},
        {"type": "testProfile"},
        {"type": "messages", "state": "handed_over", "channel": "mobile", "withinDays": 7, "atLeast": 1},
    ]});
    assert_eq!(serde_json::to_value(rule(given.clone())).unwrap(), given);
    for slip in [
        json!({"type": "everybody"}),
        json!({"type": "all", "of": [], "and": []}),
        json!({"type": "attribute", "path": "a", "operator": "exists", "case": true}),
        json!({"type": "attribute", "path": "a", "operator": "like", "value": "x"}),
    ] {
        assert!(serde_json::from_value::<Rule>(slip.clone()).is_err(), "{slip}");
    }
}
