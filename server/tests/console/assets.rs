//! Images and mails from files, as a browser sends them.

use axum::http::{Method, header};
use domain::access::Role;
use domain::campaign::CampaignDraft;
use domain::channel_configuration::Category;
use domain::content::{Content, EmailContent};

use crate::support::{World, dev};

const BY: &str = "ben@example.com";
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\xc8\0\0\xff\xff\xff\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

#[tokio::test]
async fn an_image_is_added_by_a_plain_form_and_what_is_none_is_told() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let page = "/dev/library/images";
    let answer = browser.upload("/files/assets/dev", "logo.gif", "image/gif", GIF).await;
    let led_to = answer.headers[header::LOCATION].to_str().unwrap();
    assert_eq!((answer.status, led_to), (303, "/dev/library/images?added=1"));
    let shown = browser.open(page).await;
    assert!(shown.words().contains("logo.gif") && shown.text.contains("src=\"/assets/dev/"), "{}", shown.words());
    let answer = browser.upload("/files/assets/dev", "logo.png", "image/png", b"<svg/>").await;
    let next = answer.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert!(browser.open(&next).await.words().contains("whatever its name says"), "{next}");
    for (browser, status) in [(world.browser(Role::Viewer).await, 403), (world.stranger(), 401)] {
        for to in ["/files/assets/dev", "/files/mails/dev"] {
            assert_eq!(browser.upload(to, "a.gif", "image/gif", GIF).await.status, status, "{to}");
        }
    }
    assert_eq!(world.engine.list_assets(&dev(), "", None, 10).await.unwrap().rows.len(), 1);
}

#[tokio::test]
async fn a_mail_comes_from_a_file_and_goes_as_one() {
    let world = World::new().await;
    let browser = world.browser(Role::Manager).await;
    let answer = browser.upload("/files/mails/dev", "mail.html", "text/html", b"<p>Hello</p>").await;
    assert!(answer.text.contains("\"html\":\"<p>Hello</p>\""), "{}", answer.text);
    let made = world.engine.create_campaign(&dev(), "Hi/there", Category::Transactional, BY).await.unwrap();
    let email = EmailContent { html: "<script>alert(1)</script>".into(), ..EmailContent::default() };
    let draft = CampaignDraft { content: Content::Email(email), ..made.draft };
    let id = made.campaign.id;
    world.engine.save_draft(&dev(), &id, made.campaign.revision, &draft, BY).await.unwrap();
    let file = browser.call(Method::GET, &format!("/files/mails/dev/{id}/html"), &[]).await;
    assert_eq!((file.status, file.text.as_str()), (200, "<script>alert(1)</script>"));
    let disposition = file.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert_eq!(disposition, "attachment; filename*=UTF-8''Hi-there.html");
    assert!(file.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("sandbox"));
    for other in ["mjml", "exe"] {
        assert_eq!(browser.call(Method::GET, &format!("/files/mails/dev/{id}/{other}"), &[]).await.status, 404);
    }
    assert!(world.stranger().open(&format!("/files/mails/dev/{id}/html")).await.status != 200);
}
