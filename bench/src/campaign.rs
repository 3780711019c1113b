//! The campaign that is triggered: 1 KB of HTML with ten values and a loop over five rows.

use std::fmt::Write as _;

use crate::bare::CONNECTIONS;

pub const SUBJECT: &str = "Your order {{ context.order.id }}";

pub const HTML: &str = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Order {{ context.order.id }}</title></head>
<body style="margin:0;background:#f2efe9;color:#24211d;font:16px/1.6 Georgia,serif">
<div style="max-width:560px;margin:0 auto;background:#ffffff;padding:32px">
<h1>Thank you, {{ context.name.first }} {{ context.name.last }}.</h1>
<p>Your order {{ context.order.id }} of {{ context.order.date }} is with us. It goes to {{ context.ship.street }}, {{ context.ship.city }}, by {{ context.ship.by }}.</p>
<table style="width:100%">
{% for item in context.items %}<tr><td>{{ item.title }}</td><td>{{ item.price }}</td></tr>
{% endfor %}<tr><td><strong>Total</strong></td><td><strong>{{ context.order.total }}</strong></td></tr>
</table>
<p><a href="https://shop.example.com/orders/{{ context.order.id }}" style="background:#a33b20;color:#ffffff;padding:12px 24px">See your order</a></p>
<p>Paid with {{ context.order.paid }}. Questions? Write to {{ context.help }} and we answer within a day, on weekdays between nine and five.</p>
</div></body></html>"#;

/// By which door a campaign is called.
#[derive(Debug, Clone, Copy)]
pub enum Kind<'a> {
    Unitary,
    HighThroughput,
    /// For the members of the audience with this name.
    Marketing(&'a str),
}

impl Kind<'_> {
    /// The category, and the lines that only this kind of campaign has.
    fn yaml(self) -> (&'static str, String) {
        match self {
            Self::Unitary => ("transactional", String::new()),
            Self::HighThroughput => ("transactional", "highThroughput: true\n".to_owned()),
            Self::Marketing(audience) => ("marketing", format!("audience:\n  name: {audience}\n")),
        }
    }
}

/// A channel configuration over one mail server, and a live campaign that uses it.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// Of both.
    pub name: &'a str,
    pub kind: Kind<'a>,
    pub smtp_port: u16,
    pub subject: &'a str,
    pub html: &'a str,
}

impl Files<'_> {
    /// A high-throughput campaign with the content of this file.
    pub fn high_throughput(smtp_port: u16) -> Self {
        Self { name: "Bench", kind: Kind::HighThroughput, smtp_port, subject: SUBJECT, html: HTML }
    }

    /// The text for `hermod apply`.
    pub fn yaml(&self) -> String {
        let Self { name, smtp_port, subject, .. } = self;
        let html = self.html.replace('\n', "\n    ");
        let (category, only_here) = self.kind.yaml();
        format!(
            "kind: sandbox
name: dev
mode: live
---
kind: channel-configuration
sandbox: dev
name: {name}
category: {category}
status: active
fromName: Bench
fromAddress: bench@example.com
transport:
  kind: smtp
  host: 127.0.0.1
  port: {smtp_port}
  security: none
  maxConnections: {CONNECTIONS}
---
kind: campaign
sandbox: dev
name: {name}
category: {category}
configuration: {name}
status: live
{only_here}content:
  subject: '{subject}'
  html: |
    {html}
"
        )
    }
}

/// An address that no other message has.
pub fn recipient(number: u64) -> String {
    format!("person{number}@example.com")
}

/// The values of one recipient, as JSON.
pub fn context(number: u64) -> String {
    let mut items = String::new();
    for row in 0..5 {
        let comma = if row == 0 { "" } else { "," };
        let _ = write!(items, r#"{comma}{{"title":"Book {row} of order {number}","price":"€ {row}8.00"}}"#);
    }
    format!(
        r#"{{"order":{{"id":"M-{number}","date":"2026-12-01","total":"€ 140.00","paid":"card"}},"name":{{"first":"Ann","last":"Archer"}},"ship":{{"street":"7 Harbour Lane","city":"Moonlit Bay","by":"post"}},"help":"help@shop.example.com","items":[{items}]}}"#
    )
}

/// A recipient of the mail, as JSON.
pub fn person(number: u64) -> String {
    let (address, context) = (recipient(number), context(number));
    format!(r#"{{"type":"external","userId":"{address}","namespace":"email","context":{context}}}"#)
}

/// The body of a call for `recipients` people; `run` keeps request ids of several runs apart.
pub fn call(campaign: &str, run: &str, number: u64, recipients: u64, person: impl Fn(u64) -> String) -> String {
    let mut people = String::new();
    for place in 0..recipients {
        let comma = if place == 0 { "" } else { "," };
        let _ = write!(people, "{comma}{}", person(number * recipients + place));
    }
    format!(r#"{{"requestId":"{run}-{number}","campaignId":"{campaign}","recipients":[{people}]}}"#)
}
