//! Consoles that start in the same process.

use domain::access::Role;

use crate::support::World;

#[tokio::test]
async fn a_page_is_answered_while_other_consoles_start() {
    let world = World::new().await;
    let browser = world.browser(Role::Viewer).await;
    let others = world.start_others(50);
    while !others.is_finished() {
        assert_eq!(browser.open("/dev/campaigns").await.status, 200);
    }
    others.join().unwrap();
}
