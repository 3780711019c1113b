//! Images that mails show: what is taken, what is refused, and how long it stays.

use std::io::{Cursor, Write as _};
use std::path::Path;
use std::time::Duration;

use domain::asset::{Asset, AssetFile, AssetUseKind, ImageType};
use domain::campaign::CampaignDraft;
use domain::channel_configuration::Category;
use domain::content::{Content, EmailContent};
use domain::mail_file::{ENTRIES_MAX, MailFormat, WhyLeftOut};
use domain::{Failure, SandboxName};
use engine::Engine;
use engine::assets::{Bucket, NewAsset, Place};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::peers::process::{Peer, named};
use crate::support::World;

const BY: &str = "ben@example.com";

fn dev() -> SandboxName {
    "dev".parse().unwrap()
}

/// A GIF of one pixel, in this color.
fn gif(color: u8) -> Vec<u8> {
    let mut bytes = b"GIF89a\x01\0\x01\0\x80\0\0".to_vec();
    bytes.extend([color, 0, 0, 0xff, 0xff, 0xff]);
    bytes.extend(b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b");
    bytes
}

/// The headers and the end of a PNG that says it is so large.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend(b"\x08\x02\0\0\0\0\0\0\0\0\0\0\0IEND\xae\x42\x60\x82");
    bytes
}

fn new(name: &str, bytes: Vec<u8>) -> NewAsset {
    NewAsset { name: name.to_owned(), alt: String::new(), bytes }
}

async fn add(engine: &Engine, name: &str, bytes: Vec<u8>) -> Asset {
    engine.add_asset(&dev(), new(name, bytes), BY).await.unwrap()
}

/// Path and code of a refusal, or its reason.
fn told<T>(refused: engine::Result<T>) -> String {
    match refused.err().expect("refused").into_failure() {
        Failure::Invalid { faults } => format!("{}: {}", faults.0[0].path, faults.0[0].code),
        failure => failure.full_code(),
    }
}

async fn refuses_what_is_no_image(world: &World) {
    let whole = png(640, 480);
    for (name, bytes, expected) in [
        ("page.png", b"<!doctype html><p>Hello".to_vec(), "not_an_image"),
        (
            "logo.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec(),
            "not_an_image",
        ),
        ("bomb.png", png(60_000, 60_000), "too_many_pixels"),
        ("cut.png", whole[..whole.len() - 7].to_vec(), "incomplete_image"),
        ("nothing.png", Vec::new(), "required"),
        ("large.gif", [gif(1), vec![0; 6 * 1024 * 1024]].concat(), "image_too_large"),
    ] {
        let refused = world.add_asset(&dev(), new(name, bytes), BY).await;
        assert_eq!(told(refused), format!("file: {expected}"), "{name}");
    }
    // The bytes say what it is, whatever its name is.
    let taken = add(world, "../../etc/pass.html", whole).await;
    assert_eq!((taken.name.as_str(), taken.media_type, taken.width), ("pass.html", ImageType::Png, 640));
    assert_eq!(world.list_assets(&dev(), "", None, 10).await.unwrap().rows, [taken]);
}
on_both!(what_is_no_image_or_too_large_a_one_is_refused, |world| refuses_what_is_no_image(world));

async fn keeps_once(world: &World) {
    let first = add(world, "red.gif", gif(200)).await;
    let again = add(world, "other.gif", gif(200)).await;
    assert_eq!(first, again);
    let other = world.add_asset(&"prod".parse().unwrap(), new("red.gif", gif(200)), BY).await.unwrap();
    assert_ne!(first.id, other.id, "sandboxes have nothing in common");
    assert_eq!(first.url, format!("https://hermod.example.com/assets/dev/{}.gif", first.sha256));
    assert_eq!(world.asset_bytes(&dev(), &first.file()).await.unwrap().unwrap(), gif(200));
    let unknown = AssetFile { sha256: "0".repeat(64), kind: ImageType::Png };
    assert_eq!(world.asset_bytes(&dev(), &unknown).await.unwrap(), None);
    world.clock.advance(Duration::from_millis(1));
    let second = add(world, "Blue.gif", gif(3)).await;
    let page = world.list_assets(&dev(), "", None, 1).await.unwrap();
    assert_eq!(page.rows, std::slice::from_ref(&second), "the newest first");
    let rest = world.list_assets(&dev(), "", page.next.as_deref(), 1).await.unwrap();
    assert_eq!((rest.rows, rest.next), (vec![first.clone()], None));
    assert_eq!(world.list_assets(&dev(), "BLU", None, 10).await.unwrap().rows, [second]);
    let described = world.describe_asset(&dev(), &first.id, " Logo ", "Our logo").await.unwrap();
    assert_eq!((described.name.as_str(), described.alt.as_str()), ("Logo", "Our logo"));
    assert_eq!(told(world.describe_asset(&dev(), &first.id, "", "x").await), "name: required");
}
on_both!(the_same_bytes_are_kept_once_and_found_by_their_address, |world| keeps_once(world));

async fn campaign_with(engine: &Engine, html: &str) -> domain::id::CampaignId {
    let made = engine.create_campaign(&dev(), "Welcome", Category::Transactional, BY).await.unwrap();
    let email = EmailContent { subject: "Hello".into(), html: html.into(), ..EmailContent::default() };
    let draft = CampaignDraft { content: Content::Email(email), ..made.draft };
    engine.save_draft(&dev(), &made.campaign.id, made.campaign.revision, &draft, BY).await.unwrap();
    made.campaign.id
}

async fn removes(world: &World) {
    let asset = add(world, "red.gif", gif(200)).await;
    let campaign = campaign_with(world, &format!("<img src=\"{}\" alt=\"\">", asset.url)).await;
    let uses = world.asset_uses(&dev(), &asset.id).await.unwrap();
    assert_eq!((uses[0].kind, uses[0].name.as_str(), uses.len()), (AssetUseKind::Campaign, "Welcome", 1));
    assert_eq!(told(world.remove_asset(&dev(), &asset.id).await), "asset_in_use");
    world.delete_campaign(&dev(), &campaign).await.unwrap();
    world.remove_asset(&dev(), &asset.id).await.unwrap();
    assert!(world.list_assets(&dev(), "", None, 10).await.unwrap().rows.is_empty());
    assert!(world.asset_bytes(&dev(), &asset.file()).await.unwrap().is_some(), "mails that were sent show it");
    assert_eq!(world.put_back_asset(&dev(), &asset.id).await.unwrap(), asset);
    world.remove_asset(&dev(), &asset.id).await.unwrap();
    assert_eq!(add(world, "again.gif", gif(200)).await.id, asset.id, "bringing it again puts it back");
    world.remove_asset(&dev(), &asset.id).await.unwrap();
    world.clock.advance(Duration::from_hours(24 * 31));
    assert_eq!(world.sweep().await.unwrap().assets, 1);
    assert_eq!(world.asset_bytes(&dev(), &asset.file()).await.unwrap(), None);
    assert_eq!(told(world.put_back_asset(&dev(), &asset.id).await), "asset_not_found");
    assert_ne!(add(world, "again.gif", gif(200)).await.id, asset.id);
}
on_both!(an_image_is_removed_when_nothing_shows_it_and_its_bytes_later, |world| removes(world));

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        archive.start_file(*name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

async fn imports(world: &World) {
    let page = b"<td background=\"images/a.gif\"><img src='images/b%20c.gif'><img src='images/gone.png'>\
                 <img src=\"https://a.example/d.png\"><img src=\"fake.png\"></td>";
    let zipped = archive(&[
        ("mail/index.html", page),
        ("mail/images/a.gif", &gif(1)),
        ("mail/images/b c.gif", &gif(2)),
        ("mail/fake.png", b"<script>"),
        ("mail/notes.txt", b"for nobody"),
        ("../../evil.gif", &gif(3)),
    ]);
    let mail = world.import_mail(&dev(), zipped, BY).await.unwrap();
    let urls = world.list_assets(&dev(), "", None, 10).await.unwrap().rows;
    let url = |name: &str| urls.iter().find(|asset| asset.name == name).unwrap().url.clone();
    let expected = format!(
        "<td background=\"{}\"><img src='{}'><img src='images/gone.png'><img src=\"https://a.example/d.png\">\
         <img src=\"fake.png\"></td>",
        url("a.gif"),
        url("b c.gif")
    );
    assert_eq!((mail.html, urls.len()), (expected, 2));
    assert_eq!(mail.missing, ["images/gone.png"]);
    let left_out: Vec<_> = mail.left_out.iter().map(|file| (file.name.as_str(), file.why)).collect();
    let expected = [
        ("../../evil.gif", WhyLeftOut::BadPath),
        ("mail/fake.png", WhyLeftOut::NotAnImage),
        ("mail/notes.txt", WhyLeftOut::NotShown),
    ];
    assert_eq!(left_out, expected);
    let alone = world.import_mail(&dev(), "\u{feff}<p>안녕".into(), BY).await.unwrap();
    assert_eq!(alone.html, "<p>안녕");
}
on_both!(a_mail_from_an_archive_shows_images_of_the_library, |world| imports(world));

#[tokio::test]
async fn an_archive_that_is_made_to_hurt_is_refused() {
    let world = World::sqlite().await;
    let large = vec![b' '; 4 * 1024 * 1024];
    let bombs: Vec<String> = (0..40).map(|number| format!("{number}.gif")).collect();
    let bomb: Vec<(&str, &[u8])> = bombs.iter().map(|name| (name.as_str(), large.as_slice())).collect();
    let bomb = archive(&[&bomb[..], &[("index.html", b"<p>")]].concat());
    assert!(bomb.len() < 512 * 1024, "{} bytes", bomb.len());
    // Each is much larger than it is packed: none is kept.
    let mail = world.import_mail(&dev(), bomb, BY).await.unwrap();
    assert!(mail.left_out.iter().all(|file| file.why == WhyLeftOut::TooLarge) && mail.left_out.len() == 40);
    let many: Vec<String> = (0..=ENTRIES_MAX).map(|number| format!("{number}.txt")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
    for (bytes, expected) in [
        (archive(&many), "too_many_entries"),
        (b"PK\x03\x04 and nothing of the kind".to_vec(), "bad_archive"),
        (archive(&[("a.txt", b"x")]), "no_html"),
        (archive(&[("a.html", b"x"), ("b.html", b"x")]), "several_html"),
        (vec![0xff, 0xfe, 0x00], "not_utf8"),
        (vec![b'x'; 300 * 1024], "too_large"),
        (vec![b'x'; 21 * 1024 * 1024], "mail_file_too_large"),
    ] {
        assert_eq!(told(world.import_mail(&dev(), bytes, BY).await), format!("file: {expected}"));
    }
    world.end().await;
}

#[tokio::test]
async fn a_mail_is_taken_along_with_its_images_and_brought_in_again() {
    let world = World::sqlite().await;
    let asset = add(&world, "red.gif", gif(200)).await;
    let html = format!("<p>Hi {{{{ context.name }}}}</p><img src=\"{}\" alt=\"\">", asset.url);
    let campaign = campaign_with(&world, &html).await;
    let plain = world.export_mail(&dev(), &campaign, None, MailFormat::Html).await.unwrap();
    assert_eq!((plain.name.as_str(), plain.bytes), ("Welcome.html", html.clone().into_bytes()));
    let packed = world.export_mail(&dev(), &campaign, None, MailFormat::Zip).await.unwrap();
    let names: Vec<String> = ZipArchive::new(Cursor::new(&packed.bytes))
        .unwrap()
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    assert_eq!(names, ["index.html".to_owned(), format!("images/{}.gif", &asset.sha256[..16])]);
    assert_eq!(world.import_mail(&dev(), packed.bytes, BY).await.unwrap().html, html);
    assert_eq!(told(world.export_mail(&dev(), &campaign, None, MailFormat::Mjml).await), "mjml_not_found");
    world.end().await;
}

/// Moto checks the signature of every call with the signer of botocore.
#[tokio::test]
async fn a_bucket_keeps_images_as_a_folder_does() {
    let Some(python) = named("HERMOD_TEST_MOTO") else { return };
    let peer = Peer::start(&python, "bucket.py", &["pictures"], Path::new(env!("CARGO_TARGET_TMPDIR"))).await;
    let [url, key, secret] = peer.url.split(' ').collect::<Vec<_>>()[..] else { panic!("{}", peer.url) };
    let world = World::sqlite().await;
    let with_secret = async |secret: &str| {
        let mut settings = world.settings.clone();
        settings.assets.place = Place::S3(Bucket {
            endpoint: url.into(),
            name: "pictures".into(),
            region: "us-east-1".into(),
            access_key_id: key.into(),
            secret_access_key: secret.into(),
        });
        Engine::open(settings, world.clock.clone()).await.unwrap()
    };
    let stranger = with_secret("another").await;
    let refused = stranger.add_asset(&dev(), new("red.gif", gif(200)), BY).await;
    assert!(matches!(refused.unwrap_err().into_failure(), Failure::Unavailable { .. }));
    assert!(stranger.list_assets(&dev(), "", None, 10).await.unwrap().rows.is_empty());
    let engine = with_secret(secret).await;
    let (gone, kept) = (add(&engine, "red.gif", gif(200)).await, add(&engine, "blue.gif", gif(3)).await);
    let there = async |asset: &Asset| engine.asset_bytes(&dev(), &asset.file()).await.unwrap();
    assert_eq!(there(&gone).await.unwrap(), gif(200));
    engine.remove_asset(&dev(), &gone.id).await.unwrap();
    world.clock.advance(Duration::from_hours(24 * 31));
    assert_eq!(engine.sweep().await.unwrap().assets, 1);
    assert_eq!(there(&gone).await, None);
    let name = format!("dev/{}.gif", kept.sha256);
    let expected = serde_json::json!([[name, "image/gif", "public, max-age=31536000, immutable"]]);
    for engine in [engine, stranger] {
        engine.close().await;
    }
    assert_eq!(peer.end().await, expected);
    world.end().await;
}

#[tokio::test]
async fn an_image_that_cannot_be_kept_is_not_in_the_list() {
    let world = World::sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("no-folder");
    std::fs::write(&file, "").unwrap();
    let mut settings = world.settings.clone();
    settings.assets.place = Place::Folder(file);
    let engine = Engine::open(settings, world.clock.clone()).await.unwrap();
    let refused = engine.add_asset(&dev(), new("red.gif", gif(1)), BY).await;
    assert!(matches!(refused.unwrap_err().into_failure(), Failure::Unavailable { .. }));
    assert!(engine.list_assets(&dev(), "", None, 10).await.unwrap().rows.is_empty());
    engine.close().await;
    world.end().await;
}
