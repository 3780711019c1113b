//! Amounts of money: decimals by ISO 4217, and signs.

use tera::{Error, Kwargs, TeraResult, Value};

use super::decimal::Rounding;
use super::given;
use super::locale::{Locale, MoneyPlace};

/// Currencies whose smaller unit is not a hundredth (ISO 4217, list one of 2026-01).
const DECIMALS: [(usize, &[&str]); 3] = [
    (
        0,
        &[
            "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
            "XOF", "XPF",
        ],
    ),
    (3, &["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]),
    (4, &["CLF", "UYW"]),
];

/// Signs that most languages use. A currency without one is written with its code.
const SIGNS: [(&str, &str); 20] = [
    ("USD", "$"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("JPY", "¥"),
    ("KRW", "₩"),
    ("CNY", "CN¥"),
    ("INR", "₹"),
    ("BRL", "R$"),
    ("CAD", "CA$"),
    ("AUD", "A$"),
    ("NZD", "NZ$"),
    ("HKD", "HK$"),
    ("TWD", "NT$"),
    ("MXN", "MX$"),
    ("ILS", "₪"),
    ("VND", "₫"),
    ("PHP", "₱"),
    ("NGN", "₦"),
    ("UAH", "₴"),
    ("KZT", "₸"),
];

/// `minor`: the number counts the smaller unit, such as cents.
pub(super) fn format_money(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let currency = given::must_word(arguments, "currency")?.trim().to_ascii_uppercase();
    if currency.len() != 3 || !currency.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return Err(Error::message("`currency` is a code of three letters, such as EUR."));
    }
    let locale = Locale::asked(arguments)?;
    let usual = decimals_of(&currency);
    let mut number = given::number(value)?;
    if arguments.get::<bool>("minor")?.unwrap_or(false) {
        number = number.shifted(-i32::try_from(usual).unwrap_or_default());
    }
    let places = given::count(arguments, "decimals", 20)?.unwrap_or(usual);
    let number = number.rounded(places, Rounding::Half);
    let digits = locale.digits(&number, &format!("{:0<places$}", number.fraction()));
    let (sign, minus) = (sign_of(&currency, locale), if number.is_negative() { "-" } else { "" });
    // A code is read as a word.
    let is_word = sign.ends_with(|last: char| last.is_ascii_alphabetic());
    Ok(match locale.money {
        MoneyPlace::Before if !is_word => format!("{minus}{sign}{digits}"),
        MoneyPlace::Before => format!("{minus}{sign}\u{a0}{digits}"),
        MoneyPlace::BeforeApart => format!("{minus}{sign}\u{a0}{digits}"),
        MoneyPlace::After => format!("{minus}{digits}\u{a0}{sign}"),
    }
    .into())
}

fn decimals_of(currency: &str) -> usize {
    DECIMALS.iter().find(|(_, codes)| codes.contains(&currency)).map_or(2, |(decimals, _)| *decimals)
}

fn sign_of<'a>(currency: &'a str, locale: &Locale) -> &'a str {
    let mut signs = locale.signs.iter().chain(&SIGNS);
    signs.find(|(code, _)| *code == currency).map_or(currency, |(_, sign)| sign)
}
