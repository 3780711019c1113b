//! Who may come in: the first administrator, sign-in, sessions, API clients and their tokens.

use std::time::Duration;

use crate::support::{World, dev};
use domain::access::Role;
use domain::{Failure, Timestamp};
use engine::accounts::{NewConsoleUser, PasswordChange};

const PASSWORD: &str = "a long enough one";
const HOME: &str = "192.0.2.1";

fn person(email: &str) -> NewConsoleUser {
    NewConsoleUser { email: email.into(), name: "Somebody".into(), password: PASSWORD.into() }
}

/// The code of a refusal.
fn code<T: std::fmt::Debug>(result: engine::Result<T>) -> String {
    result.unwrap_err().into_failure().code().to_owned()
}

on_both!(only_one_of_many_first_visitors_becomes_administrator, |world| async {
    assert!(world.needs_first_administrator().await.unwrap());
    let people: Vec<_> = (0..4).map(|n| person(&format!("p{n}@example.com"))).collect();
    let visits = people.iter().map(|person| world.create_first_administrator(person));
    let answers = futures::future::join_all(visits).await;
    let (created, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(created.len(), 1);
    assert!(refused.into_iter().all(|answer| code(answer) == "already_set_up"));
    assert!(!world.needs_first_administrator().await.unwrap());
    let session = created.into_iter().next().unwrap().unwrap();
    assert_eq!(session.user.role, Role::Administrator);
    assert_eq!(world.find_session(&session.token).await.unwrap(), Some(session.user));
});

on_both!(an_email_address_signs_in_in_any_case_and_has_one_account, |world| async {
    world.create_console_user(&person("Ann@Example.com"), Role::Manager).await.unwrap();
    let session = world.sign_in(" ANN@example.COM ", PASSWORD, HOME).await.unwrap();
    assert_eq!(session.user.email, "ann@example.com");
    let again = world.create_console_user(&person("ann@EXAMPLE.com"), Role::Viewer).await;
    assert_eq!(code(again), "email_taken");
});

on_both!(a_session_ends_by_signing_out_or_after_two_weeks, |world| async {
    world.create_console_user(&person("ann@example.com"), Role::Viewer).await.unwrap();
    let one = world.sign_in("ann@example.com", PASSWORD, HOME).await.unwrap();
    let two = world.sign_in("ann@example.com", PASSWORD, HOME).await.unwrap();
    assert_ne!(one.token, two.token);
    world.sign_out(&one.token).await.unwrap();
    assert_eq!(world.find_session(&one.token).await.unwrap(), None);
    assert!(world.find_session(&two.token).await.unwrap().is_some());
    world.clock.advance(Duration::from_secs(14 * 24 * 3_600));
    assert_eq!(world.find_session(&two.token).await.unwrap(), None);
    assert_eq!(world.find_session("no such token").await.unwrap(), None);
});

on_both!(a_wrong_password_and_an_unknown_person_look_the_same_and_both_are_limited, |world| async {
    world.create_console_user(&person("ann@example.com"), Role::Viewer).await.unwrap();
    for email in ["ann@example.com", "nobody@example.com"] {
        for _ in 0..5 {
            assert_eq!(code(world.sign_in(email, "wrong", HOME).await), "bad_credentials");
        }
        let refused = world.sign_in(email, PASSWORD, HOME).await.unwrap_err().into_failure();
        assert_eq!(refused, Failure::TooMany { retry_after_seconds: 900 });
    }
    world.clock.advance(Duration::from_secs(900));
    world.sign_in("ann@example.com", PASSWORD, HOME).await.unwrap();
});

#[tokio::test]
async fn all_faults_of_a_new_account_are_told_at_once() {
    let world = World::sqlite().await;
    let new = NewConsoleUser { email: "ann".into(), name: "A\nB".into(), password: "short".into() };
    let Failure::Invalid { faults } = world.create_first_administrator(&new).await.unwrap_err().into_failure() else {
        panic!("invalid")
    };
    let paths: Vec<&str> = faults.0.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, ["email", "name", "password"]);
}

on_both!(the_last_administrator_stays, |world| async {
    let first = world.create_first_administrator(&person("first@example.com")).await.unwrap().user;
    let second = world.create_console_user(&person("second@example.com"), Role::Manager).await.unwrap();
    assert_eq!(code(world.change_role(first.id.as_str(), Role::Viewer).await), "last_administrator");
    assert_eq!(code(world.delete_console_user(&second, first.id.as_str()).await), "last_administrator");
    assert_eq!(code(world.delete_console_user(&first, first.id.as_str()).await), "own_account");
    let second = world.change_role(second.id.as_str(), Role::Administrator).await.unwrap();
    let session = world.sign_in("first@example.com", PASSWORD, HOME).await.unwrap();
    world.delete_console_user(&second, first.id.as_str()).await.unwrap();
    assert_eq!(world.find_session(&session.token).await.unwrap(), None);
    assert_eq!(world.list_console_users().await.unwrap(), [second]);
    assert_eq!(code(world.change_role("usr_unknown", Role::Viewer).await), "not_found");
});

on_both!(a_person_who_changes_their_password_stays_signed_in_here_and_nowhere_else, |world| async {
    let ann = world.create_console_user(&person("ann@example.com"), Role::Viewer).await.unwrap();
    let here = world.sign_in("ann@example.com", PASSWORD, HOME).await.unwrap();
    let elsewhere = world.sign_in("ann@example.com", PASSWORD, HOME).await.unwrap();
    let change = |present: &str, new: &str| PasswordChange { present: present.into(), new: new.into() };
    let wrong = world.change_own_password(&ann, &change("wrong", "another long one"), &here.token, HOME).await;
    assert_eq!(code(wrong), "wrong_password");
    let short = world.change_own_password(&ann, &change(PASSWORD, "short"), &here.token, HOME).await;
    assert_eq!(code(short), "too_short");
    assert!(world.find_session(&elsewhere.token).await.unwrap().is_some());
    world.change_own_password(&ann, &change(PASSWORD, "another long one"), &here.token, HOME).await.unwrap();
    assert_eq!(world.find_session(&here.token).await.unwrap(), Some(ann));
    assert_eq!(world.find_session(&elsewhere.token).await.unwrap(), None);
    assert_eq!(code(world.sign_in("ann@example.com", PASSWORD, HOME).await), "bad_credentials");
    world.sign_in("ann@example.com", "another long one", HOME).await.unwrap();
});

on_both!(the_present_password_cannot_be_tried_out_at_a_browser_that_was_left_open, |world| async {
    let ann = world.create_console_user(&person("ann@example.com"), Role::Viewer).await.unwrap();
    let session = world.sign_in("ann@example.com", PASSWORD, HOME).await.unwrap();
    let guess = PasswordChange { present: "a guess".into(), new: "another long one".into() };
    for _ in 0..5 {
        assert_eq!(code(world.change_own_password(&ann, &guess, &session.token, HOME).await), "wrong_password");
    }
    assert_eq!(code(world.change_own_password(&ann, &guess, &session.token, HOME).await), "too_many");
});

on_both!(a_person_who_is_given_a_new_password_is_signed_out_everywhere, |world| async {
    let ann = world.create_console_user(&person("ann@example.com"), Role::Administrator).await.unwrap();
    for by_address in [false, true] {
        let password = format!("another long one {by_address}");
        let old = if by_address { "another long one false" } else { PASSWORD };
        let session = world.sign_in("ann@example.com", old, HOME).await.unwrap();
        let changed = if by_address {
            world.set_password_of(" Ann@Example.com", &password).await
        } else {
            world.set_password(ann.id.as_str(), &password).await
        };
        assert_eq!(changed.unwrap(), ann);
        assert_eq!(world.find_session(&session.token).await.unwrap(), None);
        world.sign_in("ann@example.com", &password, HOME).await.unwrap();
    }
    assert_eq!(code(world.set_password(ann.id.as_str(), "short").await), "too_short");
    for unknown in ["usr_unknown", "' OR 1=1 --"] {
        assert_eq!(code(world.set_password(unknown, PASSWORD).await), "not_found");
        assert_eq!(code(world.set_password_of(unknown, PASSWORD).await), "not_found");
    }
});

on_both!(a_client_gets_a_token_and_acts_in_its_sandbox_only, |world| async {
    let new = world.create_api_client(&dev(), "Shop", "ann@example.com").await.unwrap();
    let id = new.client_id.as_str();
    assert!(new.client_secret.starts_with("hs_"));
    let token = world.issue_token(id, &new.client_secret).await.unwrap();
    assert_eq!(token.expires_in_seconds, 86_399);
    let caller = world.authenticate(&token.token, id, Some("dev")).await.unwrap();
    assert_eq!((caller.name(), caller.sandbox(), caller.client_id()), ("Shop", &dev(), &new.client_id));
    world.authenticate(&token.token, id, None).await.unwrap();
    assert_eq!(code(world.authenticate("", id, Some("dev")).await), "missing_token");
    assert_eq!(code(world.authenticate("x.y.z", id, Some("dev")).await), "bad_token");
    assert_eq!(code(world.authenticate(&token.token, "", Some("dev")).await), "wrong_api_key");
    assert_eq!(code(world.authenticate(&token.token, id, Some("prod")).await), "wrong_sandbox");
    world.clock.advance(Duration::from_secs(86_399));
    assert_eq!(code(world.authenticate(&token.token, id, Some("dev")).await), "expired_token");
});

on_both!(wrong_client_credentials_do_not_tell_what_is_wrong, |world| async {
    let new = world.create_api_client(&dev(), "Shop", "ann@example.com").await.unwrap();
    let other = world.create_api_client(&dev(), "Other", "ann@example.com").await.unwrap();
    for (id, secret) in [
        (new.client_id.as_str(), other.client_secret.as_str()),
        (new.client_id.as_str(), ""),
        ("cli_00000000000000000000000000", new.client_secret.as_str()),
        ("' OR 1=1 --", new.client_secret.as_str()),
    ] {
        assert_eq!(code(world.issue_token(id, secret).await), "bad_client");
    }
});

on_both!(a_revoked_client_is_refused_at_once_here_and_soon_elsewhere, |world| async {
    let elsewhere = world.other_process().await;
    let new = world.create_api_client(&dev(), "Shop", "ann@example.com").await.unwrap();
    let id = new.client_id.as_str();
    let token = world.issue_token(id, &new.client_secret).await.unwrap().token;
    world.authenticate(&token, id, None).await.unwrap();
    elsewhere.authenticate(&token, id, None).await.unwrap();
    world.revoke_api_client(&dev(), &new.client_id).await.unwrap();
    assert_eq!(code(world.authenticate(&token, id, None).await), "revoked_client");
    world.clock.advance(Duration::from_secs(5));
    assert_eq!(code(elsewhere.authenticate(&token, id, None).await), "revoked_client");
    assert_eq!(code(world.issue_token(id, &new.client_secret).await), "bad_client");
    assert!(world.list_api_clients(&dev()).await.unwrap()[0].revoked_at.is_some());
    elsewhere.close().await;
});

on_both!(the_use_of_a_client_is_noted_once_a_minute, |world| async {
    let new = world.create_api_client(&dev(), "Shop", "ann@example.com").await.unwrap();
    let id = new.client_id.as_str();
    let token = world.issue_token(id, &new.client_secret).await.unwrap().token;
    let last_use = async || world.list_api_clients(&dev()).await.unwrap()[0].last_used_at;
    // The note is made beside the call.
    let noted = async |wanted: Timestamp| {
        let waiting = async {
            while last_use().await != Some(wanted) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("the use is noted");
    };
    assert_eq!(last_use().await, None);
    let first: Timestamp = crate::support::START.parse().unwrap();
    world.authenticate(&token, id, None).await.unwrap();
    noted(first).await;
    world.clock.advance(Duration::from_secs(59));
    world.authenticate(&token, id, None).await.unwrap();
    assert_eq!(last_use().await, Some(first));
    world.clock.advance(Duration::from_secs(1));
    world.authenticate(&token, id, None).await.unwrap();
    noted(first.plus(Duration::from_mins(1))).await;
});

on_both!(signs_that_no_address_or_id_holds_are_harmless, |world| async {
    let admin = world.create_first_administrator(&person("first@example.com")).await.unwrap().user;
    for hostile in ["\0", "a\0@example.com", "' OR 1=1 --"] {
        assert_eq!(code(world.sign_in(hostile, hostile, hostile).await), "bad_credentials");
        assert_eq!(world.find_session(hostile).await.unwrap(), None);
        assert_eq!(code(world.change_role(hostile, Role::Viewer).await), "not_found");
        assert_eq!(code(world.delete_console_user(&admin, hostile).await), "not_found");
        assert_eq!(code(world.create_api_client(&dev(), &format!("{hostile}\0"), "x").await), "control_character");
    }
});

on_both!(a_client_needs_a_name_and_a_sandbox_that_exists, |world| async {
    assert_eq!(code(world.create_api_client(&dev(), " ", "ann@example.com").await), "required");
    let nowhere = "nowhere".parse().unwrap();
    assert_eq!(code(world.create_api_client(&nowhere, "Shop", "ann@example.com").await), "not_found");
});
