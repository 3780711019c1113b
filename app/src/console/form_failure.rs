//! A form that fails without wasm leads back to its page, with the failure in the address. Whatever stands there is shown,
//! by the server and after it by the browser: so the server signs what it puts there, and leads away from an address with
//! anything else. Otherwise a link could make the console say whatever its author likes.

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use engine::Engine;

/// Leptos's parameters: the server function, and its failure.
const FUNCTION: &str = "__path";
const FAILURE: &str = "__err";
/// Ours: says that this server wrote the other two, for this session.
const SIGNATURE: &str = "__sig";

/// An address, with what it says of a failure apart from the rest.
struct Address<'a> {
    path: &'a str,
    others: Vec<(String, String)>,
    told: Vec<(String, String)>,
}

impl<'a> Address<'a> {
    /// `None` when it says nothing of a failure. What stands behind `#` is no part of a request.
    fn telling(address: &'a str) -> Option<Self> {
        let address = address.split('#').next().unwrap_or_default();
        let (path, query) = address.split_once('?')?;
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
        let (told, others): (Vec<_>, Vec<_>) =
            pairs.into_iter().partition(|(name, _)| [FUNCTION, FAILURE, SIGNATURE].contains(&name.as_str()));
        (!told.is_empty()).then_some(Self { path, others, told })
    }

    /// The value of a parameter that stands there once.
    fn single(&self, name: &str) -> Option<&str> {
        let mut values = self.told.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let value = values.next()?;
        values.next().is_none().then_some(value)
    }

    /// The address with these parameters in the place of those about a failure.
    fn with(mut self, told: &[(&str, &str)]) -> String {
        self.others.extend(told.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let query = serde_urlencoded::to_string(&self.others).unwrap_or_default();
        if query.is_empty() { self.path.to_owned() } else { format!("{}?{query}", self.path) }
    }
}

/// The address to go to instead, when this one tells of a failure that the server did not put there for this session.
pub(super) fn detour(engine: &Engine, session: &str, uri: &Uri) -> Option<String> {
    let address = Address::telling(uri.path_and_query()?.as_str())?;
    let told = [address.single(FUNCTION), address.single(FAILURE), address.single(SIGNATURE)];
    match told {
        [Some(function), Some(failure), Some(signature)]
            if engine.is_signed_for_browser(&[session, function, failure], signature) =>
        {
            None
        }
        _ => Some(address.with(&[])),
    }
}

/// Takes an earlier failure out of the address to which Leptos would add the next one.
pub(super) fn forget_in_referer(headers: &mut HeaderMap) {
    let referer = headers.get(header::REFERER).and_then(|referer| referer.to_str().ok());
    let Some(address) = referer.and_then(Address::telling) else { return };
    let clean = HeaderValue::from_str(&address.with(&[]));
    match clean {
        Ok(clean) => headers.insert(header::REFERER, clean),
        Err(_) => headers.remove(header::REFERER),
    };
}

/// Signs the failure in the address to which an answer leads. Leptos puts one only into a whole address, that of the page
/// with the form; a path is our own choice, or the one that a link brought along, and tells of none.
pub(super) fn sign_location(engine: &Engine, session: &str, headers: &mut HeaderMap) {
    let location = headers.get(header::LOCATION).and_then(|location| location.to_str().ok());
    let Some((location, address)) = location.and_then(|text| Some((text, Address::telling(text)?))) else { return };
    let is_whole = location.starts_with("http://") || location.starts_with("https://");
    let signed = match (address.single(FUNCTION), address.single(FAILURE)) {
        (Some(function), Some(failure)) if is_whole => {
            let (function, failure) = (function.to_owned(), failure.to_owned());
            let signature = engine.sign_for_browser(&[session, &function, &failure]);
            address.with(&[(FUNCTION, &function), (FAILURE, &failure), (SIGNATURE, &signature)])
        }
        _ => address.with(&[]),
    };
    if let Ok(signed) = HeaderValue::from_str(&signed) {
        headers.insert(header::LOCATION, signed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(address: &str) -> Option<String> {
        Address::telling(address).map(|address| address.with(&[]))
    }

    #[test]
    fn a_failure_is_taken_out_of_an_address_however_it_is_written() {
        for (address, expected) in [
            ("/a?__path=x&__err=y&__sig=z", "/a"),
            ("/a?state=failed&__err=y&q=%26+b", "/a?state=failed&q=%26+b"),
            ("/a?%5F_err=y", "/a"),
            ("/a?__err", "/a"),
            ("/a?__err=y#__err=z", "/a"),
            ("https://h/a?__path=x&__path=y&b=1", "https://h/a?b=1"),
        ] {
            assert_eq!(clean(address).as_deref(), Some(expected), "{address}");
        }
        for innocent in ["/a", "/a?b=1", "/a?b=__err", "/__err", "/a?b#?__err=1", "/a?__error=1"] {
            assert_eq!(clean(innocent), None, "{innocent}");
        }
    }

    #[test]
    fn a_referer_tells_of_no_failure() {
        let mut headers =
            HeaderMap::from_iter([(header::REFERER, HeaderValue::from_static("http://[no host/?__err=x&a=1"))]);
        forget_in_referer(&mut headers);
        assert_eq!(headers[header::REFERER], "http://[no host/?a=1");
    }
}
