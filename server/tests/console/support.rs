//! A console on its own `SQLite` database, signed-in browsers without scripts, and what they read of a page.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Request, header};
use domain::SandboxName;
use domain::access::Role;
use engine::accounts::NewConsoleUser;
use engine::keys::SecretKey;
use engine::{Engine, ManualClock};
use server::state::{AppState, Ending, Settings};
use tower::ServiceExt as _;

/// Where the console is.
pub const HOST: &str = "hermod.test";
/// Of everybody.
pub const PASSWORD: &str = "correct horse battery";
/// An answer that takes longer does not come. Generous, for busy machines.
const LONGEST: Duration = Duration::from_mins(1);

pub struct World {
    pub engine: Engine,
    router: Router,
    _switch: tokio::sync::watch::Sender<bool>,
    _folder: tempfile::TempDir,
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at("2026-12-01T09:00:00.000Z".parse().unwrap()));
        let mut settings = engine::Settings::sqlite_in(folder.path(), SecretKey::random());
        // Nobody answers there: tests ask no name server of the world.
        settings.deliverability.servers = vec![SocketAddr::from(([127, 0, 0, 1], 1))];
        let engine = Engine::open(settings, clock).await.unwrap();
        let (switch, ending) = Ending::new();
        let settings = Settings { public_url: format!("http://{HOST}"), ..Settings::default() };
        let router = server::router::router(AppState::new(engine.clone(), settings, ending));
        Self { engine, router, _switch: switch, _folder: folder }
    }

    /// Starts more consoles beside this one, in a thread of its own.
    pub fn start_others(&self, count: usize) -> std::thread::JoinHandle<()> {
        let engine = self.engine.clone();
        std::thread::spawn(move || {
            for _ in 0..count {
                let (_switch, ending) = Ending::new();
                drop(server::router::router(AppState::new(engine.clone(), Settings::default(), ending)));
            }
        })
    }

    /// Somebody with this role, at a browser of their own.
    pub async fn browser(&self, role: Role) -> Browser<'_> {
        let email = format!("{role}@example.com");
        let new = NewConsoleUser { email: email.clone(), name: String::new(), password: PASSWORD.into() };
        self.engine.create_console_user(&new, role).await.unwrap();
        let session = self.engine.sign_in(&email, PASSWORD, "test").await.unwrap();
        Browser { world: self, cookie: format!("hermod_session={}", session.token) }
    }

    /// A browser that is not signed in.
    pub fn stranger(&self) -> Browser<'_> {
        Browser { world: self, cookie: String::new() }
    }
}

pub fn dev() -> SandboxName {
    "dev".parse().unwrap()
}

/// Knows cookies and forms, runs no script.
pub struct Browser<'a> {
    world: &'a World,
    cookie: String,
}

impl Browser<'_> {
    pub async fn open(&self, path: &str) -> Answer {
        let request = Request::builder().uri(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
        self.send(request, path).await
    }

    /// Fills in the form with this button on the page at `path`, sends it and follows where it leads.
    pub async fn submit(&self, path: &str, button: &str, filled: &[(&str, &str)]) -> Answer {
        let next = self.post(path, button, filled).await;
        self.open(next.strip_prefix(&format!("http://{HOST}")).unwrap_or(&next)).await
    }

    /// Fills in the form with this button on the page at `path` and sends it. Returns where the answer leads.
    pub async fn post(&self, path: &str, button: &str, filled: &[(&str, &str)]) -> String {
        let form = self.open(path).await.form(button);
        let kept = form.values.iter().filter(|(name, _)| filled.iter().all(|(given, _)| given != name));
        let values: Vec<(&str, &str)> =
            kept.map(|(name, value)| (name.as_str(), value.as_str())).chain(filled.iter().copied()).collect();
        let request = Request::post(&form.action)
            .header(header::ACCEPT, "text/html")
            .header(header::REFERER, format!("http://{HOST}{path}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(encoded(&values)))
            .unwrap();
        let answer = self.send(request, &form.action).await;
        assert_eq!(answer.status, 302, "{}", answer.text);
        answer.headers[header::LOCATION].to_str().unwrap().to_owned()
    }

    /// Asks for a page under another host.
    pub async fn open_under(&self, host: &str, path: &str) -> Answer {
        let request = Request::builder().uri(path).header(header::HOST, host).body(Body::empty()).unwrap();
        self.send(request, path).await
    }

    /// Calls a server function as the page's program does.
    pub async fn call(&self, method: Method, path: &str, arguments: &[(&str, &str)]) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(encoded(arguments)))
            .unwrap();
        self.send(request, path).await
    }

    /// Sends a file as the form of the content step does.
    pub async fn upload(&self, path: &str, name: &str, content_type: &str, bytes: &[u8]) -> Answer {
        let name = name.replace('\\', "\\\\");
        let head = format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {content_type}\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, b"\r\n--b--\r\n"].concat();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .header(header::CONTENT_LENGTH, body.len())
            .body(Body::from(body))
            .unwrap();
        self.send(request, path).await
    }

    async fn send(&self, mut request: Request<Body>, path: &str) -> Answer {
        request.headers_mut().entry(header::HOST).or_insert(HeaderValue::from_static(HOST));
        if !self.cookie.is_empty() {
            request.headers_mut().insert(header::COOKIE, self.cookie.parse().unwrap());
        }
        let answer = async {
            let (head, body) = self.world.router.clone().oneshot(request).await.unwrap().into_parts();
            (head, to_bytes(body, usize::MAX).await.unwrap())
        };
        let answer = tokio::time::timeout(LONGEST, answer).await;
        let (head, body) = answer.unwrap_or_else(|_| panic!("no answer within {LONGEST:?}: {path}"));
        let text = String::from_utf8(body.to_vec()).unwrap();
        Answer { path: path.to_owned(), status: head.status.as_u16(), headers: head.headers, text }
    }
}

fn encoded(values: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(values).unwrap()
}

/// The path of a server function, with the hash that ends it.
pub fn path_of(function: &str) -> &'static str {
    let found = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path).find(|path| name_of(path) == function);
    found.unwrap_or_else(|| panic!("no server function {function}"))
}

/// `/api/find_frame123` → `find_frame`.
pub fn name_of(path: &str) -> &str {
    path.trim_start_matches("/api/").trim_end_matches(|sign: char| sign.is_ascii_digit())
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub path: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

/// A form of a page, as it is sent when nothing is filled in.
pub struct Form {
    pub action: String,
    pub values: Vec<(String, String)>,
}

impl Answer {
    /// The form with a button of this name.
    pub fn form(&self, button: &str) -> Form {
        let mut forms = self.text.split("<form").skip(1).map(|form| form.split("</form>").next().unwrap_or_default());
        let found = forms.find(|form| plain(form.rsplit("<button").next().unwrap_or_default()).contains(button));
        let form = found.unwrap_or_else(|| panic!("no form with a button “{button}” at {}: {}", self.path, self.text));
        let inputs = form.split("<input").skip(1).filter_map(|tag| {
            let tag = tag.split('>').next()?;
            let is_sent = !tag.contains("type=\"checkbox\"") || tag.contains(" checked");
            Some((attribute(tag, "name").filter(|_| is_sent)?, attribute(tag, "value").unwrap_or_default()))
        });
        let selects = form.split("<select").skip(1).filter_map(|select| {
            let options: Vec<&str> = select.split("</select>").next()?.split("<option").skip(1).collect();
            let chosen =
                options.iter().find(|option| option.split('>').next().unwrap_or_default().contains(" selected"));
            let chosen = chosen.or_else(|| options.first())?;
            Some((attribute(select.split('>').next()?, "name")?, attribute(chosen, "value")?))
        });
        Form { action: attribute(form, "action").unwrap(), values: inputs.chain(selects).collect() }
    }

    /// What is told under the control with this label; empty when nothing is wrong with it.
    pub fn fault_at(&self, label: &str) -> String {
        let mut labels = self.text.split("<label for=\"").skip(1);
        let found = labels.find(|rest| {
            let shown = rest.split_once('>').map_or("", |(_, shown)| shown);
            plain(shown.split("</label>").next().unwrap_or_default()).trim_end_matches(" *") == label
        });
        let id = found.map(|rest| rest.split('"').next().unwrap_or_default());
        let id = id.unwrap_or_else(|| panic!("no control “{label}” at {}", self.path));
        let after = self.text.split_once(&format!("id=\"{id}-fault\""));
        let shown = after.and_then(|(_, after)| after.split_once('>')).map_or("", |(_, shown)| shown);
        plain(shown.split("</p>").next().unwrap_or_default())
    }

    /// Everything that can be read on the page.
    pub fn words(&self) -> String {
        let after_scripts = self.text.split("</script>");
        after_scripts.map(|part| plain(part.split("<script").next().unwrap_or_default())).collect()
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(rest.split('"').next()?.replace("&quot;", "\"").replace("&amp;", "&"))
}

/// The text of a piece of HTML that may begin inside a tag.
fn plain(html: &str) -> String {
    // Comments of Leptos may hold signs of tags.
    let parts = html.split("<!--").enumerate();
    let html: String = parts
        .map(|(place, part)| if place == 0 { part } else { part.split_once("-->").map_or("", |(_, rest)| rest) })
        .collect();
    let mut text = String::new();
    let mut inside = false;
    for sign in html.chars() {
        match sign {
            '<' => inside = true,
            '>' if inside => inside = false,
            '>' => text.clear(),
            other if !inside => text.push(other),
            _ => {}
        }
    }
    text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"")
}

/// Everybody on a list has agreed to marketing.
pub fn opted_in() -> engine::audiences::ImportRules<'static> {
    engine::audiences::ImportRules { opted_in: Some("Newsletter form"), ..Default::default() }
}
