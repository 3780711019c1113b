//! The functions of the other product, and ours that do the same.

use super::Trouble;

/// How a call is written. The first argument is the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum As {
    /// Behind `|`; the names of the other arguments.
    Filter(&'static str, &'static [&'static str]),
    /// The same with something that is always said.
    FilterWith(&'static str, &'static [&'static str], &'static str),
    /// Behind `is`.
    Test(&'static str, &'static [&'static str]),
    /// Behind `is not`.
    NotTest(&'static str, &'static [&'static str]),
    /// Between two values.
    Operator(&'static str),
    /// Without a value.
    Alone(&'static str),
    /// The value itself.
    Nothing,
    /// `get(map, key)`.
    Lookup,
    /// All values, one behind the other.
    Concat,
    /// `topN(list, value, n)`.
    Ranked(&'static str),
    /// `formatCurrency(amount, "de_DE")`: the currency is that of the country.
    Money,
    /// The same as in the line above, but a person should look: the two products may differ.
    LookAt(&'static As, &'static str),
}

use As::{Alone, Concat, Filter, FilterWith, LookAt, Lookup, Money, NotTest, Nothing, Operator, Ranked, Test};

/// In small letters.
const CALLS: &[(&[&str], As)] = &[
    (&["upper", "uppercase", "toupper", "touppercase"], Filter("upper", &[])),
    (&["lower", "lowercase", "tolower", "tolowercase"], Filter("lower", &[])),
    (&["camelcase"], Filter("camel_case", &[])),
    (&["titlecase"], Filter("title", &[])),
    (&["concat"], Concat),
    (&["contains"], Test("containing", &["pat"])),
    (&["doesnotcontain"], NotTest("containing", &["pat"])),
    (&["startswith"], Test("starting_with", &["pat"])),
    (&["doesnotstartwith"], NotTest("starting_with", &["pat"])),
    (&["endswith"], Test("ending_with", &["pat"])),
    (&["doesnotendwith"], NotTest("ending_with", &["pat"])),
    (&["equals"], Operator("==")),
    (&["notequalto"], Operator("!=")),
    (&["equalsignorecase"], Test("equal_ignoring_case", &["to"])),
    (&["notequalwithignorecase", "notequalsignorecase"], NotTest("equal_ignoring_case", &["to"])),
    (&["like"], Test("like", &["pattern"])),
    (&["matches"], Test("matching", &["pattern"])),
    (&["regexgroup"], Filter("regex_group", &["pattern", "group"])),
    (&["replace"], Filter("replace", &["from", "to"])),
    (&["replaceall"], Filter("regex_replace", &["pattern", "to"])),
    (&["split"], Filter("split", &["pat"])),
    (&["substr", "substring"], Filter("substring", &["start", "end"])),
    (&["indexof"], Filter("index_of", &["text"])),
    (&["lastindexof"], Filter("last_index_of", &["text"])),
    (&["length"], Filter("length", &[])),
    (&["isempty"], Test("empty", &[])),
    (&["isnotempty"], NotTest("empty", &[])),
    (&["trim"], Filter("trim", &[])),
    (&["lefttrim", "ltrim"], Filter("trim_start", &[])),
    (&["righttrim", "rtrim"], Filter("trim_end", &[])),
    (&["mask"], FilterWith("mask", &["keep_start", "keep_end"], "with=\"X\"")),
    (&["md5"], Filter("md5", &[])),
    (&["encode64"], Filter("base64", &[])),
    (&["decode64"], Filter("from_base64", &[])),
    (&["charcodeat"], Filter("char_code", &["at"])),
    (&["extractemaildomain"], Filter("email_domain", &[])),
    (&["formatcurrency"], Money),
    (&["urlencode", "encodeurl"], Filter("urlencode", &[])),
    (&["urldecode", "decodeurl"], Filter("urldecode", &[])),
    (&["geturlhost", "urlhost"], Filter("url_host", &[])),
    (&["geturlpath", "urlpath"], Filter("url_path", &[])),
    (&["geturlprotocol", "urlprotocol"], Filter("url_protocol", &[])),
    (&["tointeger", "toint", "stringtointeger"], Filter("int", &[])),
    (&["tonumber", "stringtonumber", "todecimal"], Filter("float", &[])),
    (&["todate", "stringtodate", "todatetime"], Nothing),
    (&["todatetimeonly"], Filter("to_date", &[])),
    (&["tobool", "toboolean"], Filter("bool", &[])),
    (&["tostring", "string"], Filter("str", &[])),
    (&["average", "avg"], Filter("average", &[])),
    (&["count"], Filter("count", &[])),
    (&["countonlynull"], Filter("count_missing", &[])),
    (&["countwithnull"], Filter("length", &[])),
    (&["distinct"], Filter("distinct", &[])),
    (&["distinctcountwithnull"], Filter("distinct | length", &[])),
    (&["head"], Filter("first", &[])),
    (&["topn"], Ranked("top_n")),
    (&["bottomn"], Ranked("bottom_n")),
    (&["in"], Operator("in")),
    (&["notin"], Operator("not in")),
    (&["includes"], Test("including", &["value"])),
    (&["intersects"], Test("intersecting", &["list"])),
    (&["subsetof"], Test("subset_of", &["list"])),
    (&["supersetof"], Test("superset_of", &["list"])),
    (&["max"], Filter("max", &[])),
    (&["min"], Filter("min", &[])),
    (&["sum"], Filter("sum", &[])),
    (&["join"], Filter("join", &["sep"])),
    (&["age"], Filter("age", &[])),
    (&["now", "getcurrentzoneddatetime", "currentdatetime"], Alone("now")),
    (&["currenttimeinmillis"], Alone("(now | to_epoch)")),
    (&["datediff"], LookAt(&Filter("date_diff", &["from"]), "Days are counted from the second date to the first.")),
    (&["dayofweek"], LookAt(&Filter("day_of_week", &[]), "1 is Monday here.")),
    (&["dayofyear"], Filter("day_of_year", &[])),
    (&["weekofyear"], LookAt(&Filter("week_of_year", &[]), "Weeks are those of ISO 8601 here.")),
    (&["formatdate"], Filter("format_date", &["format", "locale"])),
    (&["setdays"], Filter("date_set", &["day"])),
    (&["sethours"], Filter("date_set", &["hour"])),
    (&["adddays"], Filter("date_add", &["days"])),
    (&["addhours"], Filter("date_add", &["hours"])),
    (&["addminutes"], Filter("date_add", &["minutes"])),
    (&["addseconds"], Filter("date_add", &["seconds"])),
    (&["addmonths"], Filter("date_add", &["months"])),
    (&["addyears"], Filter("date_add", &["years"])),
    (&["toutc"], Filter("to_utc", &[])),
    (&["absolute", "abs"], Filter("abs", &[])),
    (&["formatnumber"], Filter("format_number", &[])),
    (&["rounddown"], Filter("round_down", &[])),
    (&["roundup"], Filter("round_up", &[])),
    (&["round"], Filter("round", &[])),
    (&["tohexstring"], Filter("hex", &[])),
    (&["topercentage"], Filter("percentage", &[])),
    (&["toprecision"], Filter("precision", &["digits"])),
    (&["get"], Lookup),
    (&["keys"], Filter("keys", &[])),
    (&["values"], Filter("values", &[])),
    (&["isnull"], Test("undefined", &[])),
    (&["isnotnull"], Test("defined", &[])),
];

pub(super) fn call(name: &str) -> Result<As, Trouble> {
    let name = name.to_ascii_lowercase();
    if name == "random" {
        return Err(Trouble::new("no_chance", "Nothing in a template is left to chance."));
    }
    if name == "inaudience" {
        return Err(Trouble::new("audience", "Templates do not know the audiences of a person."));
    }
    let found = CALLS.iter().find(|(names, _)| names.contains(&name.as_str()));
    found.map(|(_, call)| *call).ok_or_else(|| Trouble::new("unknown_function", "There is no such function."))
}

/// The money of a locale's country.
pub(super) fn currency_of(locale: &str) -> Option<&'static str> {
    let country = locale.rsplit_once(['_', '-'])?.1.to_ascii_uppercase();
    Some(match country.as_str() {
        "US" => "USD",
        "GB" => "GBP",
        "KR" => "KRW",
        "JP" => "JPY",
        "CN" => "CNY",
        "IN" => "INR",
        "BR" => "BRL",
        "CA" => "CAD",
        "AU" => "AUD",
        "MX" => "MXN",
        "CH" => "CHF",
        "SE" => "SEK",
        "DK" => "DKK",
        "NO" => "NOK",
        "PL" => "PLN",
        "DE" | "FR" | "IT" | "ES" | "NL" | "AT" | "BE" | "PT" | "IE" | "FI" | "GR" | "LU" => "EUR",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions;

    #[test]
    fn calls_become_functions_that_there_are() {
        fn check(call: As) {
            match call {
                Filter(name, _) | FilterWith(name, ..) => {
                    name.split(" | ").for_each(|name| assert!(functions::filter(name).is_some(), "{name}"));
                }
                Ranked(name) => assert!(functions::filter(name).is_some(), "{name}"),
                Test(name, _) | NotTest(name, _) => assert!(functions::test(name).is_some(), "{name}"),
                LookAt(call, _) => check(*call),
                Operator(_) | Alone(_) | Nothing | Lookup | Concat | Money => {}
            }
        }
        for (names, call) in CALLS {
            check(*call);
            assert!(names.iter().all(|name| name.to_ascii_lowercase() == *name), "{names:?}");
        }
    }
}
