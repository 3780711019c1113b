//! Ids: each its own type, prefixed, time-ordered text. Made by the engine, parsed here.

use crate::Fault;

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

fn parse(prefix: &str, text: &str) -> Result<(), Fault> {
    let good = text
        .strip_prefix(prefix)
        .is_some_and(|rest| rest.len() == LENGTH && rest.bytes().all(|letter| ALPHABET.contains(&letter)));
    if good { Ok(()) } else { Err(Fault::new("", "bad_id", format!("This is not an id that starts with {prefix}."))) }
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
            fn try_from(text: String) -> Result<Self, Fault> { parse($prefix, &text).map(|()| Self(text)) }
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
    /// A unitary message execution; the prefix is the contract's.
    ExecutionId = "UMA-";
    /// One message of an execution.
    MessageId = "msg_";
    /// One try to hand a message over.
    AttemptId = "att_";
    /// A person with an account in the console.
    ConsoleUserId = "usr_";
    /// An API client: the `client_id` and `x-api-key` of the execution API.
    ApiClientId = "cli_";
}

#[cfg(test)]
mod tests {
    use super::*;

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
