//! Pages that look again when the sandbox's log has changed: `/events/{sandbox}` says when. While a panel is open over the
//! page, a question above all, the page stands still: drawn anew, it would take the panel away before it is answered.

use leptos::prelude::*;

/// What the server tells of a sandbox's log, from when the page is alive.
#[derive(Clone, Copy)]
pub struct Live {
    /// Rises with every change; part of the key of what is to be loaded again.
    pub changes: ReadSignal<u32>,
    /// Changes are being told.
    pub connected: ReadSignal<bool>,
}

/// Listens for as long as the component lives. While the page is hidden nothing is asked for and no connection is
/// held; when it is looked at again, it loads once.
pub fn live(sandbox: Memo<String>) -> Live {
    let changes = RwSignal::new(0_u32);
    let connected = RwSignal::new(false);
    // Effects run in the browser only. The connection closes with the effect's run.
    Effect::new(move || {
        let sandbox = sandbox.get();
        #[cfg(target_arch = "wasm32")]
        StoredValue::new_local(browser::Watch::start(&format!("/events/{sandbox}"), changes, connected));
        #[cfg(not(target_arch = "wasm32"))]
        let _ = sandbox;
    });
    Live { changes: changes.read_only(), connected: connected.read_only() }
}

/// Until the thing with an id has come to its end: from then on it is not loaded again.
#[derive(Clone, Copy)]
pub struct UntilSettled {
    changes: ReadSignal<u32>,
    settled: RwSignal<String>,
}

impl Live {
    /// Part of the key of a list's page: only the first one follows what happens, the others stand still under the reader.
    pub fn of_page(self, cursor: &str) -> u32 {
        if cursor.is_empty() { self.changes.get() } else { 0 }
    }

    /// For the page of one thing.
    pub fn until_settled(self) -> UntilSettled {
        UntilSettled { changes: self.changes, settled: RwSignal::new(String::new()) }
    }
}

impl UntilSettled {
    /// Part of the key of what is loaded.
    pub fn changes(self, id: &str) -> u32 {
        if self.settled.with(|settled| settled == id) { 0 } else { self.changes.get() }
    }

    /// Nothing will happen to `id` any more. Noted in the browser only: on the server the resource that is just being
    /// awaited would become stale, and the answer would never end.
    pub fn settle(self, id: impl ToString) {
        let id = id.to_string();
        Effect::new(move || drop(self.settled.try_set(id.clone())));
    }
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;

    use leptos::prelude::*;
    use leptos::wasm_bindgen::JsCast as _;
    use leptos::wasm_bindgen::closure::Closure;
    use leptos::web_sys::EventSource;
    use leptos::web_sys::js_sys::Function;

    type Listener = Closure<dyn FnMut()>;

    /// Tells the page of changes: at once, or when the panel that is open over it has been closed.
    #[derive(Clone)]
    struct Teller {
        changes: RwSignal<u32>,
        untold: Rc<Cell<bool>>,
    }

    impl Teller {
        fn changed(&self) {
            self.untold.set(true);
            self.tell();
        }

        fn tell(&self) {
            if self.untold.get() && !is_panel_open() {
                self.untold.set(false);
                // The page may have been left meanwhile: then nobody is told.
                self.changes.try_update(|changes| *changes = changes.wrapping_add(1));
            }
        }
    }

    /// A browser that knows no panels has none open.
    fn is_panel_open() -> bool {
        document().query_selector(":popover-open").is_ok_and(|panel| panel.is_some())
    }

    fn say(connected: RwSignal<bool>, is_connected: bool) {
        let _ = connected.try_set(is_connected);
    }

    /// Opens and closes the stream as the page is seen and hidden.
    pub struct Watch {
        stream: Rc<RefCell<Option<Stream>>>,
        seen: Listener,
        closed: Listener,
    }

    impl Watch {
        pub fn start(path: &str, changes: RwSignal<u32>, connected: RwSignal<bool>) -> Self {
            let path = path.to_owned();
            let teller = Teller { changes, untold: Rc::default() };
            let told = teller.clone();
            let open = move || if document().hidden() { None } else { Stream::open(&path, told.clone(), connected) };
            let stream = Rc::new(RefCell::new(open()));
            let held = Rc::clone(&stream);
            let later = teller.clone();
            let seen: Listener = Closure::new(move || {
                *held.borrow_mut() = open();
                if !document().hidden() {
                    teller.changed();
                }
            });
            let closed: Listener = Closure::new(move || later.tell());
            // Refused by no browser; the list would merely wait for a reload.
            drop(document().add_event_listener_with_callback("visibilitychange", function(&seen)));
            // It does not bubble: the document hears it on its way down.
            drop(document().add_event_listener_with_callback_and_bool("toggle", function(&closed), true));
            Self { stream, seen, closed }
        }
    }

    fn function(listener: &Listener) -> &Function {
        listener.as_ref().unchecked_ref()
    }

    impl Drop for Watch {
        fn drop(&mut self) {
            drop(document().remove_event_listener_with_callback("visibilitychange", function(&self.seen)));
            drop(document().remove_event_listener_with_callback_and_bool("toggle", function(&self.closed), true));
            self.stream.borrow_mut().take();
        }
    }

    /// An open stream with what listens to it.
    struct Stream {
        source: EventSource,
        connected: RwSignal<bool>,
        _listeners: [Listener; 3],
    }

    impl Stream {
        fn open(path: &str, teller: Teller, connected: RwSignal<bool>) -> Option<Self> {
            let source = EventSource::new(path).ok()?;
            let changed = Closure::new(move || teller.changed());
            let opened = Closure::new(move || say(connected, true));
            // The browser connects again by itself.
            let lost = Closure::new(move || say(connected, false));
            let listeners: [Listener; 3] = [changed, opened, lost];
            for (event, listener) in ["changed", "open", "error"].into_iter().zip(&listeners) {
                source.add_event_listener_with_callback(event, function(listener)).ok()?;
            }
            Some(Self { source, connected, _listeners: listeners })
        }
    }

    impl Drop for Stream {
        fn drop(&mut self) {
            self.source.close();
            say(self.connected, false);
        }
    }
}
