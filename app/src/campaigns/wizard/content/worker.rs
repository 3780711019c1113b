//! The browser's second program, which renders contents. It is loaded when an editor opens, and works apart from the page:
//! typing never waits for it.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use super::drawn::{DrawRequest, Drawn};

/// Where the site has its script, `frontend/drawing/worker.js`.
const SCRIPT: &str = "/pkg/drawing-worker.js";

/// What became of a request.
pub enum Answered {
    Drawn(Box<Drawn>),
    /// The program cannot be loaded, or does not understand us.
    Nothing,
}

/// One request is drawn at a time. Of those that come meanwhile, only the last one is drawn: nobody looks at the others.
pub struct DrawingWorker {
    worker: Worker,
    line: Rc<RefCell<Line>>,
    _on_answer: Closure<dyn FnMut(MessageEvent)>,
}

#[derive(Default)]
struct Line {
    is_busy: bool,
    next: Option<String>,
}

impl DrawingWorker {
    /// `take` gets everything that it draws. `None`: this browser has no workers.
    pub fn start(take: impl Fn(Answered) + 'static) -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(SCRIPT, &options).ok()?;
        let line = Rc::new(RefCell::new(Line::default()));
        let on_answer = Closure::new({
            let (worker, line) = (worker.clone(), Rc::clone(&line));
            move |event: MessageEvent| {
                let drawn = event.data().as_string().and_then(|json| serde_json::from_str(&json).ok());
                let next = line.borrow_mut().answered();
                if let Some(next) = next {
                    let _ = worker.post_message(&JsValue::from_str(&next));
                }
                take(drawn.map_or(Answered::Nothing, |drawn| Answered::Drawn(Box::new(drawn))));
            }
        });
        worker.set_onmessage(Some(on_answer.as_ref().unchecked_ref()));
        Some(Self { worker, line, _on_answer: on_answer })
    }

    /// Draws as soon as it can.
    pub fn draw(&self, request: &DrawRequest) {
        let Ok(json) = serde_json::to_string(request) else { return };
        let now = self.line.borrow_mut().asked(json);
        if let Some(now) = now {
            let _ = self.worker.post_message(&JsValue::from_str(&now));
        }
    }
}

impl Drop for DrawingWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.terminate();
    }
}

impl Line {
    /// What is to be sent now.
    fn asked(&mut self, request: String) -> Option<String> {
        if self.is_busy {
            self.next = Some(request);
            return None;
        }
        self.is_busy = true;
        Some(request)
    }

    /// What is to be sent next.
    fn answered(&mut self) -> Option<String> {
        let next = self.next.take();
        self.is_busy = next.is_some();
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_last_is_drawn_and_what_was_typed_over_is_not() {
        let mut line = Line::default();
        assert_eq!(line.asked("a".into()).as_deref(), Some("a"));
        assert_eq!(line.asked("ab".into()), None);
        assert_eq!(line.asked("abc".into()), None);
        assert_eq!(line.answered().as_deref(), Some("abc"));
        assert_eq!((line.answered(), line.asked("abcd".into()).as_deref()), (None, Some("abcd")));
    }
}
