//! Ids: each its own type, prefixed, time-ordered text. Made by the engine, parsed here.

use crate::Fault;
use crate::word::words;

/// Letters of Crockford's base 32, in lower case: sorts like the number it stands for.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 128 bits in base 32.
const LENGTH: usize = 26;

/// 48 bits of milliseconds and 80 random bits as 26 letters that sort by time (the ULID layout, in lower case).
pub fn time_ordered(milliseconds: u64, random: [u8; 10]) -> String {
    let mut bits = u128::from(milliseconds) << 80;
    for (position, byte) in random.iter().rev().enumerate() {
        bits |= u128::from(*byte) << (8 * position);
    }
    (0..LENGTH).rev().map(|digit| ALPHABET[((bits >> (5 * digit)) & 31) as usize] as char).collect()
}

/// The same 128 bits as a UUID of version 7 (RFC 9562 §5.7), which sorts by time, too.
pub fn uuid(milliseconds: u64, random: [u8; 10]) -> String {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&milliseconds.to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(&random);
    uuid_of(bytes, 7)
}

/// Any 128 bits as a UUID of a version, which takes the place of six of them.
pub fn uuid_of(mut bytes: [u8; 16], version: u8) -> String {
    bytes[6] = (bytes[6] & 0x0f) | (version << 4);
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
}

/// The time in the first 48 of 128 bits.
fn made_at(body: &str) -> crate::Timestamp {
    let digit = |letter| ALPHABET.iter().position(|known| *known == letter).unwrap_or_default();
    let bits = body.bytes().fold(0u128, |bits, letter| bits << 5 | digit(letter) as u128);
    crate::Timestamp::from_millis(i64::try_from(bits >> 80).unwrap_or_default())
}

fn parse(prefix: &str, text: &str) -> Result<(), Fault> {
    if text.strip_prefix(prefix).is_some_and(is_body) { Ok(()) } else { Err(bad_id(prefix)) }
}

fn is_body(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|letter| ALPHABET.contains(&letter))
}

/// Of the text of an id with one of these prefixes, as a regular expression.
fn schema(prefixes: &str) -> schemars::Schema {
    schemars::json_schema!({
        "type": "string",
        "pattern": format!("^{prefixes}[0-9a-hjkmnp-tv-z]{{{LENGTH}}}$")
    })
}

fn bad_id(prefixes: &str) -> Fault {
    Fault::new("", "bad_id", format!("This is not an id that starts with {prefixes}."))
}

macro_rules! id {
    ($($(#[$meta:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// What every id of this kind starts with.
            pub const PREFIX: &'static str = $prefix;

            /// A new id from the present time and ten random bytes.
            pub fn new(milliseconds: u64, random: [u8; 10]) -> Self {
                Self(format!("{}{}", $prefix, time_ordered(milliseconds, random)))
            }

            /// The text as stored and shown.
            pub fn as_str(&self) -> &str { &self.0 }

            /// When it was made.
            pub fn made_at(&self) -> crate::Timestamp { made_at(&self.0[$prefix.len()..]) }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> { stringify!($name).into() }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema { schema($prefix) }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) }
        }

        impl std::str::FromStr for $name {
            type Err = Fault;
            fn from_str(text: &str) -> Result<Self, Fault> { Self::try_from(text.to_owned()) }
        }

        impl TryFrom<String> for $name {
            type Error = Fault;
            fn try_from(text: String) -> Result<Self, Fault> {
                parse($prefix, &text).map(|()| Self(text))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String { id.0 }
        }
    )+};
}

id! {
    /// A campaign; stable across its versions, the id a caller uses.
    CampaignId = "cmp_";
    /// A channel configuration.
    ChannelConfigurationId = "chc_";
    /// One message of an execution.
    MessageId = "msg_";
    /// A person with an account in the console.
    ConsoleUserId = "usr_";
    /// People who are addressed together.
    AudienceId = "aud_";
    /// What is stored of a person.
    ProfileId = "pro_";
    /// One reading of a list, into an audience or into profiles.
    ImportId = "imp_";
    /// An execution that is to start later.
    ScheduleId = "sch_";
    /// What a person wrote to one of our numbers.
    InboundId = "inb_";
    /// What marketing is about.
    TopicId = "top_";
    /// An opt-in that waits for its confirmation.
    ConsentRequestId = "cor_";
    /// An API client: the `client_id` and `x-api-key` of the execution API.
    ApiClientId = "cli_";
    /// Rules for marketing that are in force together.
    RuleSetId = "rls_";
    /// One of these rules.
    RuleId = "rul_";
    /// A content to start from.
    TemplateId = "tpl_";
    /// A piece that many contents share.
    FragmentId = "frg_";
    /// An image that mails show.
    AssetId = "ast_";
}

words! {
    /// By which door an execution came in.
    ExecutionKind {
        /// A call for 1 to 20 recipients.
        Unitary = "unitary",
        /// The same, of a high-throughput campaign.
        HighThroughput = "high_throughput",
        /// A run over an audience.
        Audience = "audience",
        /// Mails to testers, before or after people get theirs.
        Proof = "proof",
    }
}

impl ExecutionKind {
    /// What ids of this kind start with where a person or a caller sees them (the contract's prefixes).
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Unitary => "UMA-",
            Self::HighThroughput => "HUMA-",
            Self::Audience => "CMA-",
            Self::Proof => "PRF-",
        }
    }

    /// Address of the call that makes such an execution.
    pub const fn endpoint(self) -> &'static str {
        match self {
            Self::Unitary => "/ajo/im/executions/unitary",
            Self::HighThroughput => "/ajo/im/executions/highthroughput",
            Self::Audience => "/ajo/im/executions/audience",
            Self::Proof => "/ajo/simulations/campaigns/{campaignId}/proofs",
        }
    }

    /// What tells this kind in a stored id: after the time, so that ids of all kinds sort by it.
    const fn mark(self) -> &'static str {
        match self {
            Self::Unitary => "",
            Self::HighThroughput => "h",
            Self::Audience => "c",
            Self::Proof => "p",
        }
    }
}

/// An execution. Stored and ordered as `UMA-` + body + a letter for the kind; shown, in JSON too, as the kind's prefix +
/// body. Both forms read back.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExecutionId(String);

impl ExecutionId {
    /// What every stored id starts with.
    const STORED: &'static str = "UMA-";

    /// A new id of a unitary execution from the present time and ten random bytes.
    pub fn new(milliseconds: u64, random: [u8; 10]) -> Self {
        Self(format!("{}{}", Self::STORED, time_ordered(milliseconds, random)))
    }

    /// The same id as one of this kind.
    #[must_use]
    pub fn of_kind(&self, kind: ExecutionKind) -> Self {
        Self(format!("{}{}{}", Self::STORED, self.body(), kind.mark()))
    }

    /// By which door it came in.
    pub fn kind(&self) -> ExecutionKind {
        let mark = &self.0[Self::STORED.len() + LENGTH..];
        ExecutionKind::ALL.iter().copied().find(|kind| kind.mark() == mark).unwrap_or(ExecutionKind::Unitary)
    }

    /// The text as stored. What people and callers see is that of `Display`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn body(&self) -> &str {
        &self.0[Self::STORED.len()..Self::STORED.len() + LENGTH]
    }
}

impl schemars::JsonSchema for ExecutionId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ExecutionId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schema("(UMA|HUMA|CMA|PRF)-")
    }
}

impl std::fmt::Display for ExecutionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.kind().prefix(), self.body())
    }
}

impl std::str::FromStr for ExecutionId {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        for kind in ExecutionKind::ALL.iter().copied() {
            if text.strip_prefix(kind.prefix()).is_some_and(is_body) {
                return Ok(Self(text.replacen(kind.prefix(), Self::STORED, 1) + kind.mark()));
            }
            let stored = text.strip_prefix(Self::STORED).and_then(|rest| rest.strip_suffix(kind.mark()));
            if stored.is_some_and(is_body) {
                return Ok(Self(text.to_owned()));
            }
        }
        Err(bad_id("UMA-, HUMA-, CMA- or PRF-"))
    }
}

impl TryFrom<String> for ExecutionId {
    type Error = Fault;

    fn try_from(text: String) -> Result<Self, Fault> {
        text.parse()
    }
}

impl From<ExecutionId> for String {
    fn from(id: ExecutionId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn executions_of_all_kinds_sort_by_time_and_show_their_kind() {
        use ExecutionKind::{Audience, HighThroughput, Proof, Unitary};
        let at = |milliseconds, kind| ExecutionId::new(milliseconds, [7; 10]).of_kind(kind);
        let ids = [at(1, HighThroughput), at(2, Audience), at(3, Unitary), at(4, Proof)];
        assert!(ids.is_sorted());
        for (id, prefix) in ids.iter().zip(["HUMA-", "CMA-", "UMA-", "PRF-"]) {
            let shown = id.to_string();
            assert!(shown.starts_with(prefix) && shown.len() == prefix.len() + LENGTH, "{shown}");
            assert_eq!(serde_json::to_value(id).unwrap(), shown.as_str());
            assert_eq!((shown.parse().as_ref(), id.as_str().parse().as_ref()), (Ok(id), Ok(id)));
        }
    }

    #[test]
    fn what_is_no_execution_is_refused() {
        let body = time_ordered(1, [7; 10]);
        for text in [format!("UMA-{body}x"), format!("HUMA-{body}h"), format!("XMA-{body}"), "UMA-h".into(), body] {
            assert_eq!(text.parse::<ExecutionId>().unwrap_err().code, "bad_id", "{text}");
        }
    }

    #[test]
    fn a_uuid_sorts_by_time_and_says_its_version() {
        let early = uuid(0x0123_4567_89ab, [0xff; 10]);
        assert_eq!(early, "01234567-89ab-7fff-bfff-ffffffffffff");
        assert!(early < uuid(0x0123_4567_89ac, [0; 10]));
    }

    #[test]
    fn ids_sort_by_time_and_read_back() {
        let early = CampaignId::new(1_000, [255; 10]);
        let late = CampaignId::new(1_001, [0; 10]);
        assert!(early < late);
        assert_eq!(early.as_str().parse::<CampaignId>(), Ok(early));
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let message = MessageId::new(1, [7; 10]);
        assert_eq!(message.as_str().parse::<CampaignId>().unwrap_err().code, "bad_id");
        assert!("cmp_../../etc/passwd".parse::<CampaignId>().is_err());
    }
}
