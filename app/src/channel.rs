//! Channels in words.

use domain::channel_configuration::Channel;

use crate::i18n::texts;

/// The full name, where a channel is chosen.
pub fn channel_name(channel: Channel) -> &'static str {
    let t = texts();
    match channel {
        Channel::Email => t.channels.email,
        Channel::Mobile => t.channels.mobile,
        Channel::Push => t.channels.push,
    }
}

/// The short name, for lists.
pub fn channel_short(channel: Channel) -> &'static str {
    let t = texts();
    match channel {
        Channel::Email => t.channels.email_short,
        Channel::Mobile => t.channels.mobile_short,
        Channel::Push => t.channels.push_short,
    }
}

/// What a channel is, in one sentence.
pub fn channel_meaning(channel: Channel) -> &'static str {
    let t = texts();
    match channel {
        Channel::Email => t.channels.email_meaning,
        Channel::Mobile => t.channels.mobile_meaning,
        Channel::Push => t.channels.push_meaning,
    }
}
