//! What stands in the address of a call: ids and parameters.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use domain::{Failure, nul};

/// Rows of a page: the most.
pub const PAGE_MAX: usize = 200;

/// The id in the address. What cannot be read is the id of nothing.
pub struct Id(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let id = Path::<String>::from_request_parts(parts, state).await;
        let id = id.ok().map(|Path(id)| id).filter(|id| nul::checked(id).is_ok());
        Ok(Self(id.unwrap_or_default()))
    }
}

/// The parameters behind the `?`.
pub struct Parameters(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let all = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        Ok(Self(all.map(|Query(all)| all).unwrap_or_default()))
    }
}

impl Parameters {
    /// Refuses what is none of `names`, and what is given twice: a filter that is misspelt must not list everything.
    pub fn only(self, names: &[&str]) -> Result<Self, Failure> {
        self.only_repeating(names, &[])
    }

    /// The same with others that may be given several times.
    pub fn only_repeating(self, names: &[&str], repeated: &[&str]) -> Result<Self, Failure> {
        for (position, (name, value)) in self.0.iter().enumerate() {
            nul::checked(value).map_err(|fault| fault.under(name))?;
            if repeated.contains(&name.as_str()) {
                continue;
            }
            if !names.contains(&name.as_str()) {
                let text = format!(
                    "There is no such parameter here. These are taken: {}.",
                    [names, repeated].concat().join(", ")
                );
                return Err(Failure::invalid(name.clone(), "bad_query", text));
            }
            if self.0[..position].iter().any(|(before, _)| before == name) {
                let text = format!("Give the parameter {name} once.");
                return Err(Failure::invalid(name.clone(), "bad_query", text));
            }
        }
        Ok(self)
    }

    /// The value; empty when it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// The value, if it is there.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter that may be given several times.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Rows of a page: `limit`, from 1 to [`PAGE_MAX`].
    pub fn limit(&self, default: usize) -> Result<usize, Failure> {
        let Some(text) = self.find("limit") else { return Ok(default) };
        let limit = text.parse().ok().filter(|limit| (1..=PAGE_MAX).contains(limit));
        limit.ok_or_else(|| Failure::invalid("limit", "out_of_range", format!("Give a number from 1 to {PAGE_MAX}.")))
    }
}
