//! A form that forgets what was typed once it is stored.

use leptos::html::Form;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::failure::Answer;

/// The form's reference. After a success its controls show what they hold at first again, so that no password stays.
pub fn emptied_after<S, T>(action: ServerAction<S>) -> NodeRef<Form>
where
    S: ServerFn<Output = T, Error = crate::failure::ServerFailure> + Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    let form = NodeRef::<Form>::new();
    Effect::new(move || {
        if action.value().with(|answer: &Option<Answer<T>>| matches!(answer, Some(Ok(_))))
            && let Some(form) = form.get_untracked()
        {
            form.reset();
        }
    });
    form
}
