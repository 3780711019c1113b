//! Whether what was just removed is there again.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::failure::{Answer, ServerFailure};

/// The later of the two counts: false from each removal on, true once what was removed was put back.
pub fn is_put_back<R, P, T, U>(remove: ServerAction<R>, put_back: ServerAction<P>) -> RwSignal<bool>
where
    R: ServerFn<Output = T, Error = ServerFailure> + Clone + Send + Sync + 'static,
    P: ServerFn<Output = U, Error = ServerFailure> + Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
    U: Clone + Send + Sync + 'static,
{
    let is_back = RwSignal::new(false);
    Effect::new(move |_| {
        remove.version().track();
        is_back.set(false);
    });
    Effect::new(move |_| {
        if put_back.value().with(|answer: &Option<Answer<U>>| matches!(answer, Some(Ok(_)))) {
            is_back.set(true);
        }
    });
    is_back
}
