//! The data of the examples in the help and in the documents.

use serde_json::{Map, Value, json};

use crate::data::{Data, Given};

/// What the examples of [`super::FUNCTIONS`] are shown with.
pub fn example_data() -> Data {
    let context = json!({
        "name": "ann bell",
        "email": "Ann.Bell@example.com",
        "code": "AB-1234-9",
        "note": "one\ntwo",
        "url": "https://shop.example.com/orders/17?x=1#top",
        "total": 1234.5,
        "rate": 0.256,
        "count": 3,
        "at": "2026-12-01T20:30:00Z",
        "born": "1990-05-17",
        "tags": ["new", "vip", "new"],
        "prices": [12.5, 4, 20],
        "items": [
            { "name": "Pen", "price": 12.5 },
            { "name": "Ink", "price": 4 },
            { "name": "Pad", "price": 20 },
        ],
        "address": { "city": "Seoul", "zip": "04524" },
    });
    let fields = |value: Value| if let Value::Object(fields) = value { fields } else { Map::new() };
    Data { context: fields(context).into(), profile: fields(json!({ "name": "Ann" })), given: Given::sample() }
}
