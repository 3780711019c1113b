//! Lists of people come in whole or not at all.

use crate::support::audience::{import, people};
use crate::support::shop::ANN;
use crate::support::{World, dev, prod};
use domain::audience::Audience;
use engine::audiences::{ImportError, ImportRules};

async fn only(world: &World) -> Audience {
    let mut all = world.list_audiences(&dev()).await.unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

on_both!(a_list_becomes_an_audience_and_the_next_one_takes_its_place, |world| async {
    let id = import(world, &dev(), "Readers", &people(1_201)).await;
    let audience = only(world).await;
    assert_eq!((audience.id, audience.members, audience.imported_by.as_deref()), (id.clone(), 1_201, Some(ANN)));
    assert_eq!(import(world, &dev(), "Readers", &people(3)).await, id);
    assert_eq!(only(world).await.members, 3);
    assert!(world.list_audiences(&prod()).await.unwrap().is_empty(), "each sandbox has its own");
});

on_both!(whoever_stands_twice_in_a_list_is_one_member, |world| async {
    let list =
        "{\"userId\":\"ann@example.com\"}\n\n{\"userId\":\"Ann@Example.com\"}\r\n{\"userId\":\"ben@example.com\"}";
    let imported =
        world.import_audience(&dev(), "Readers", list.as_bytes(), ImportRules::default(), ANN).await.unwrap();
    assert_eq!((imported.members, imported.repeated), (2, 1));
});

on_both!(a_number_is_one_member_however_it_is_written, |world| async {
    let list = r#"{"userId":"+82 10-1234-5678","namespace":"phone"}
        {"userId":"+821012345678","namespace":"Phone"}
        {"userId":"+82 (0)10 1234 5678","namespace":"phone"}"#;
    let imported =
        world.import_audience(&dev(), "Readers", list.as_bytes(), ImportRules::default(), ANN).await.unwrap();
    assert_eq!((imported.members, imported.repeated), (1, 2));
});

on_both!(a_faulty_line_refuses_the_list_and_the_former_one_stays, |world| async {
    import(world, &dev(), "Readers", &people(2)).await;
    let mut list = people(700);
    list.push_str("{\"userId\": 7}\nann@example.com\n{\"userId\": \"no address\"}\n");
    let refused =
        world.import_audience(&dev(), "Readers", list.as_bytes(), ImportRules::default(), ANN).await.unwrap_err();
    let ImportError::Faults(faults) = refused else { panic!("{refused}") };
    let places: Vec<(u64, &str)> = faults.iter().map(|fault| (fault.line, fault.path.as_str())).collect();
    assert_eq!(places, [(701, "userId"), (702, ""), (703, "userId")]);
    assert_eq!(only(world).await.members, 2);
    let imported = world
        .import_audience(
            &dev(),
            "Readers",
            list.as_bytes(),
            ImportRules { leave_out_faulty: true, ..ImportRules::default() },
            ANN,
        )
        .await
        .unwrap();
    assert_eq!((imported.members, imported.faulty, imported.faults.len()), (700, 3, 3));
});

on_both!(a_list_that_names_nobody_changes_nothing, |world| async {
    import(world, &dev(), "Readers", &people(2)).await;
    let empty = world.import_audience(&dev(), "Readers", b"\n\n".as_slice(), ImportRules::default(), ANN).await;
    assert!(matches!(empty, Err(ImportError::Faults(_))));
    assert_eq!(only(world).await.members, 2);
});

on_both!(a_line_of_any_length_costs_no_memory_and_is_told, |world| async {
    let list = format!("{}\n{}", "x".repeat(600_000), people(1));
    let refused =
        world.import_audience(&dev(), "Readers", list.as_bytes(), ImportRules::default(), ANN).await.unwrap_err();
    let ImportError::Faults(faults) = refused else { panic!("{refused}") };
    assert_eq!((faults.len(), faults[0].line), (1, 1));
    let imported = world
        .import_audience(
            &dev(),
            "Readers",
            list.as_bytes(),
            ImportRules { leave_out_faulty: true, ..ImportRules::default() },
            ANN,
        )
        .await
        .unwrap();
    assert_eq!((imported.members, imported.faulty), (1, 1));
});
