//! Who is signed in: first set-up, sign-in and -out, and what every page needs to know of the person.

#[cfg(feature = "ssr")]
mod caller;
mod calls;
mod set_up_page;
mod sign_in_page;

#[cfg(feature = "ssr")]
pub use caller::{Caller, SESSION_COOKIE, caller, cookie, session_token, signed_in};
pub use calls::{CreateFirstAdministrator, Frame, SignIn, SignOut, find_frame};
#[cfg(feature = "ssr")]
pub use calls::{own_token, peer};
pub use set_up_page::SetUpPage;
pub use sign_in_page::SignInPage;
