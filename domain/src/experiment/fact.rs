//! What is counted of the messages of an experiment.

use crate::word::words;

words! {
    /// What became of a message; each is counted once for each message.
    #[derive(PartialOrd, Ord)]
    Fact {
        /// It was not sent: its person is left out.
        HeldOut = "held_out",
        /// It was handed over, or captured.
        Sent = "sent",
        Delivered = "delivered",
        Opened = "opened",
        Clicked = "clicked",
        /// Its person wants no more, or complained.
        Unsubscribed = "unsubscribed",
    }
}

impl Fact {
    /// This and what is true of the message, too: whatever happens to one was sent, and whoever clicks has it open, also when
    /// their program shows no pictures.
    pub const fn with_implied(self) -> &'static [Self] {
        match self {
            Self::HeldOut => &[Self::HeldOut],
            Self::Sent => &[Self::Sent],
            Self::Delivered => &[Self::Sent, Self::Delivered],
            Self::Opened => &[Self::Sent, Self::Opened],
            Self::Clicked => &[Self::Sent, Self::Opened, Self::Clicked],
            Self::Unsubscribed => &[Self::Sent, Self::Unsubscribed],
        }
    }
}
