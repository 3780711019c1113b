//! The functions of personalisation: filters and tests that we add to Tera. None reads a clock, the machine or chance: the
//! same values come to the same message. Each pays for what it makes, and none makes more than the meter of `work` allows.

mod catalog;
mod dates;
mod decimal;
mod encodings;
mod example;
mod given;
mod lists;
mod locale;
mod matching;
mod moment;
mod money;
mod numbers;
mod pattern;
mod texts;

pub use catalog::{FUNCTIONS, Function, Group, Kind};
pub(crate) use catalog::{Takes, all, filter, test};
pub(crate) use encodings::percent_encoded;
pub use example::example_data;
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use crate::marker;

type Filter = fn(&Value, &Kwargs) -> TeraResult<Value>;
type Test = fn(&Value, &Kwargs) -> TeraResult<bool>;

const FILTERS: [(&str, Filter); 54] = [
    ("camel_case", texts::camel_case),
    ("substring", texts::substring),
    ("index_of", texts::index_of),
    ("last_index_of", texts::last_index_of),
    ("pad_start", texts::pad_start),
    ("pad_end", texts::pad_end),
    ("mask", texts::mask),
    ("char_code", texts::char_code),
    ("email_domain", texts::email_domain),
    ("regex_replace", matching::regex_replace),
    ("regex_group", matching::regex_group),
    ("urldecode", encodings::urldecode),
    ("url_protocol", encodings::url_protocol),
    ("url_host", encodings::url_host),
    ("url_path", encodings::url_path),
    ("add_parameter", encodings::add_parameter),
    ("base64", encodings::base64),
    ("from_base64", encodings::from_base64),
    ("md5", encodings::md5),
    ("sha256", encodings::sha256),
    ("format_number", numbers::format_number),
    ("format_money", money::format_money),
    ("percentage", numbers::percentage),
    ("round", numbers::round),
    ("round_up", numbers::round_up),
    ("round_down", numbers::round_down),
    ("precision", numbers::precision),
    ("hex", numbers::hex),
    ("bool", numbers::bool),
    ("format_date", dates::format_date),
    ("date_add", dates::date_add),
    ("date_set", dates::date_set),
    ("date_diff", dates::date_diff),
    ("day_of_week", dates::day_of_week),
    ("day_of_year", dates::day_of_year),
    ("week_of_year", dates::week_of_year),
    ("date_part", dates::date_part),
    ("in_zone", dates::in_zone),
    ("to_utc", dates::to_utc),
    ("to_date", dates::to_date),
    ("to_epoch", dates::to_epoch),
    ("take", lists::take),
    ("top_n", lists::top_n),
    ("bottom_n", lists::bottom_n),
    ("pluck", lists::pluck),
    ("distinct", lists::distinct),
    ("count", lists::count),
    ("count_missing", lists::count_missing),
    ("sum", lists::sum),
    ("average", lists::average),
    ("max", lists::max),
    ("min", lists::min),
    ("keys", lists::keys),
    ("values", lists::values),
];

const TESTS: [(&str, Test); 11] = [
    ("equal_ignoring_case", texts::equal_ignoring_case),
    ("like", matching::like),
    ("matching", matching::matching),
    ("including", lists::including),
    ("intersecting", lists::intersecting),
    ("subset_of", lists::subset_of),
    ("superset_of", lists::superset_of),
    ("before", dates::before),
    ("after", dates::after),
    ("date", dates::date),
    ("empty", texts::empty),
];

/// Makes them known to Tera.
pub(crate) fn register(tera: &mut Tera) {
    for (name, filter) in FILTERS {
        tera.register_filter(name, move |value: &Value, arguments: Kwargs, _: &State| -> TeraResult<Value> {
            made(value, || filter(value, &arguments))
        });
    }
    tera.register_filter("age", |value: &Value, arguments: Kwargs, state: &State| -> TeraResult<Value> {
        made(value, || dates::age(value, &arguments, state))
    });
    for (name, test) in TESTS {
        tera.register_test(name, move |value: &Value, arguments: Kwargs, _: &State| -> TeraResult<bool> {
            test(value, &arguments)
        });
    }
}

/// What a filter makes of a value, paid for.
fn made(value: &Value, filter: impl FnOnce() -> TeraResult<Value>) -> TeraResult<Value> {
    if value.is_undefined() {
        return Err(Error::message("A filter was given a variable that is undefined"));
    }
    if value.as_str().is_some_and(marker::is_one) {
        return Ok(value.clone());
    }
    let made = filter()?;
    given::grow(made.as_str().map_or(0, str::len))?;
    Ok(made)
}
