//! Who one mail says it is from.

use content::MailHead;
use domain::Fault;
use domain::address::EmailAddress;
use domain::channel_configuration::EmailSender;

/// The headers `From`, `Reply-To` and `Sender` of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    pub name: String,
    pub address: EmailAddress,
    pub reply_to: Option<EmailAddress>,
    /// Who hands it over, when that is somebody else: name, which may be empty, and address.
    pub sender: Option<(String, EmailAddress)>,
}

impl From<&EmailSender> for Author {
    /// As the configuration says it to everybody: without a name, when each mail has its own.
    fn from(sender: &EmailSender) -> Self {
        let name = if sender.templates.from_name.is_empty() { sender.from_name.as_str() } else { "" };
        Self {
            name: name.to_owned(),
            address: sender.from_address.clone(),
            reply_to: sender.reply_to.clone(),
            sender: None,
        }
    }
}

impl Author {
    /// With what differs in this mail. The domain stays that of the configuration, which is signed for and answers for what
    /// is sent: a fault `from_domain` otherwise. `stands_in`: the mail was made for another configuration, and an address
    /// that this one cannot have gives way to its own.
    pub(crate) fn of(sender: &EmailSender, mut head: MailHead, stands_in: bool) -> Result<Self, Fault> {
        let fixed = Self::from(sender);
        if stands_in {
            head.from_address = head.from_address.filter(|address| address.domain() == sender.from_address.domain());
        }
        let address = head.from_address.unwrap_or(fixed.address);
        let domain = sender.from_address.domain();
        if address.domain() != domain {
            let text = format!("{address} is not of {domain}, the domain of the channel configuration.");
            return Err(Fault::new("configuration.fromTemplate", "from_domain", text));
        }
        Ok(Self {
            name: head.from_name.unwrap_or(fixed.name),
            reply_to: head.reply_to.or(fixed.reply_to),
            // RFC 5322 §3.6.2: not when it would say the same.
            sender: head.sender.filter(|(_, sender)| *sender != address),
            address,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender() -> EmailSender {
        EmailSender::new("Shop".into(), "shop@example.com".parse().unwrap(), Some("help@example.com".parse().unwrap()))
    }

    #[test]
    fn what_is_not_said_anew_stays_as_the_configuration_has_it() {
        assert_eq!(Author::of(&sender(), MailHead::default(), false).unwrap(), Author::from(&sender()));
        let head = MailHead {
            from_name: Some("Busan".into()),
            from_address: Some("busan@Example.com".parse().unwrap()),
            sender: Some((String::new(), "robot@example.org".parse().unwrap())),
            ..MailHead::default()
        };
        let author = Author::of(&sender(), head, false).unwrap();
        assert_eq!((author.name.as_str(), author.address.as_str()), ("Busan", "busan@Example.com"));
        assert_eq!(author.reply_to.unwrap().as_str(), "help@example.com");
        assert_eq!(author.sender.unwrap().1.as_str(), "robot@example.org");
    }

    #[test]
    fn no_call_makes_a_mail_of_another_domain() {
        for address in ["shop@example.org", "shop@sub.example.com", "shop@notexample.com"] {
            let head = MailHead { from_address: Some(address.parse().unwrap()), ..MailHead::default() };
            assert_eq!(Author::of(&sender(), head.clone(), false).unwrap_err().code, "from_domain", "{address}");
            assert_eq!(Author::of(&sender(), head, true).unwrap().address.as_str(), "shop@example.com");
        }
    }

    #[test]
    fn a_sender_that_is_the_author_is_not_named_twice() {
        let head =
            MailHead { sender: Some(("Shop".into(), "shop@example.com".parse().unwrap())), ..MailHead::default() };
        assert_eq!(Author::of(&sender(), head, false).unwrap().sender, None);
    }
}
