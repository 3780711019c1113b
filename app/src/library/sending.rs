//! Files on their way from this browser to the library.

use domain::asset::Asset;
use leptos::ev::DragEvent;
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileList, FormData, Request, RequestInit, Response};

use crate::failure::{Answer, ServerFailure};

/// How far several images are.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    pub total: usize,
    pub done: usize,
    /// Names, and why they were not taken.
    pub refused: Vec<(String, ServerFailure)>,
}

impl Sent {
    pub fn is_going_on(&self) -> bool {
        self.done < self.total
    }
}

/// Sends images one after the other; `on_added` gets each that is in the library then.
pub fn send_images(sandbox: String, files: Vec<File>, sent: RwSignal<Sent>, on_added: Callback<Asset>) {
    if files.is_empty() || sent.with_untracked(Sent::is_going_on) {
        return;
    }
    sent.set(Sent { total: files.len(), ..Sent::default() });
    leptos::task::spawn_local(async move {
        for file in files {
            let answer = send_image(&sandbox, &file).await;
            // The page may be gone.
            let noted = sent.try_update(|sent| {
                sent.done += 1;
                if let Err(failure) = &answer {
                    sent.refused.push((file.name(), failure.clone()));
                }
            });
            match answer {
                _ if noted.is_none() => return,
                Ok(asset) => drop(on_added.try_run(asset)),
                Err(_) => {}
            }
        }
    });
}

async fn send_image(sandbox: &str, file: &File) -> Answer<Asset> {
    let form = FormData::new().map_err(untold)?;
    form.append_with_blob_and_filename("file", file, &file.name()).map_err(untold)?;
    post(&format!("/files/assets/{sandbox}"), &form).await
}

/// Sends a form to this server, which answers as a server function does.
pub async fn post<T: DeserializeOwned>(path: &str, form: &FormData) -> Answer<T> {
    let head = RequestInit::new();
    head.set_method("POST");
    head.set_body(form);
    let request = Request::new_with_str_and_init(path, &head).map_err(untold)?;
    request.headers().set("accept", "application/json").map_err(untold)?;
    let response = JsFuture::from(window().fetch_with_request(&request)).await.map_err(untold)?;
    let text = response.dyn_into::<Response>().map_err(untold)?.text().map_err(untold)?;
    let text = JsFuture::from(text).await.map_err(untold)?.as_string().unwrap_or_default();
    serde_json::from_str::<Answer<T>>(&text).unwrap_or_else(|error| Err(ServerFailure::Transport(error.to_string())))
}

fn untold(error: JsValue) -> ServerFailure {
    ServerFailure::Transport(format!("{error:?}"))
}

/// The files of a list of the browser.
pub fn files_of(list: Option<FileList>) -> Vec<File> {
    list.map(|list| (0..list.length()).filter_map(|place| list.get(place)).collect()).unwrap_or_default()
}

/// Does somebody drag files over the page, and not a piece of it?
pub fn has_files(event: &DragEvent) -> bool {
    let types = event.data_transfer().map(|data| data.types());
    types.is_some_and(|types| types.iter().any(|kind| kind.as_string().as_deref() == Some("Files")))
}

/// Files that were dropped.
pub fn dropped_files(event: &DragEvent) -> Vec<File> {
    files_of(event.data_transfer().and_then(|data| data.files()))
}
