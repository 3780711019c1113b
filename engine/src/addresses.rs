//! Where messages of a person go: one address on each channel, and for notifications one for each device.

use domain::Fault;
use domain::address::PhoneNumber;
use domain::channel_configuration::{Channel, ChannelConfiguration, Sender};
use domain::execution::Recipient;

/// The address of a recipient for email and mobile messages, and of a notification to the device that the call names; `None`
/// for the devices that are registered. The fault's path is relative to the recipient.
pub(crate) fn of_recipient(recipient: &Recipient, to: Destination<'_>) -> Result<Option<String>, Fault> {
    match to.channel {
        Channel::Email => recipient.email_address().map(|address| Some(address.to_string())),
        Channel::Mobile => {
            let (given, path) = recipient.phone_number()?;
            let number = phone_number(given, to.default_region).map_err(|fault| fault.under(path))?;
            Ok(Some(number.to_string()))
        }
        Channel::Push => {
            let token = recipient.channel_data.as_ref().and_then(|data| data.push_token.as_ref());
            Ok(token.map(domain::push_token::PushToken::to_address))
        }
    }
}

/// What decides about addresses, of a channel configuration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Destination<'a> {
    pub(crate) channel: Channel,
    /// Of numbers that are given without their country; empty: there must be one.
    pub(crate) default_region: &'a str,
}

impl<'a> Destination<'a> {
    /// Of a campaign's channel and its configuration, when there is one.
    pub(crate) fn of(channel: Channel, configuration: Option<&'a ChannelConfiguration>) -> Self {
        let default_region = match configuration.map(|configuration| &configuration.sender) {
            Some(Sender::Mobile(sender)) => sender.default_region.as_str(),
            _ => "",
        };
        Self { channel, default_region }
    }
}

/// A number that exists in the plan of its country, in E.164; `region` is that of numbers without one.
pub(crate) fn phone_number(text: &str, region: &str) -> Result<PhoneNumber, Fault> {
    let wrong = |why: &str| Fault::new("", "bad_phone_number", why);
    let with_country = text.trim().starts_with('+');
    let region = (!with_country).then(|| region.parse::<phonenumber::country::Id>().ok()).flatten();
    let whole = if region.is_none() { Some(text.parse::<PhoneNumber>()?) } else { None };
    let digits = whole.as_ref().map_or(text.trim(), PhoneNumber::as_str);
    let parsed = phonenumber::parse(region, digits).map_err(|_| wrong("This is not a phone number."))?;
    if !parsed.is_valid() {
        return Err(wrong("There is no such number in the plan of its country."));
    }
    in_e164(&parsed)
}

/// How a number is written everywhere that has its country, whether or not there is such a one: what is said of it is found
/// again when a message goes to it.
pub(crate) fn canonical_number(text: &str) -> Result<PhoneNumber, Fault> {
    let number: PhoneNumber = text.parse()?;
    let parsed = phonenumber::parse(None, number.as_str()).ok().filter(phonenumber::PhoneNumber::is_valid);
    parsed.map_or(Ok(number), |parsed| in_e164(&parsed))
}

fn in_e164(number: &phonenumber::PhoneNumber) -> Result<PhoneNumber, Fault> {
    number.format().mode(phonenumber::Mode::E164).to_string().parse()
}

/// Whose number a provider means, as E.164 with `+`. Providers leave out the plus, write `00` for it, put blanks, brackets and
/// dashes between digits, or leave out the country, which is then `region`.
pub(crate) fn told_number(text: &str, region: &str) -> Option<String> {
    let plain: String = text.chars().filter(|letter| !" -().".contains(*letter)).collect();
    let bare = plain.strip_prefix('+').filter(|digits| !digits.starts_with('0'));
    let is_whole = bare.is_some() || plain.starts_with("00");
    let digits = bare.or_else(|| plain.strip_prefix("00")).unwrap_or(&plain).trim_start_matches('+');
    // Fewer than seven digits are a short code.
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) || !(7..=15).contains(&digits.len()) {
        return None;
    }
    let number = (!digits.starts_with('0')).then(|| canonical_number(&format!("+{digits}")).ok()).flatten();
    let whole = number.map(|number| number.to_string());
    let country = region.parse::<phonenumber::country::Id>().ok().filter(|_| !is_whole);
    let Some(country) = country else { return whole };
    // Both are possible: a number of the country itself is the likely one.
    let parsed = whole.as_deref().and_then(|whole| phonenumber::parse(None, whole).ok());
    let is_there = parsed.is_some_and(|parsed| parsed.is_valid() && parsed.country().id() == Some(country));
    let local = if is_there { None } else { phone_number(digits, region).ok() };
    local.map(|number| number.to_string()).or(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_without_its_country_is_one_of_the_default_region() {
        let number = |text: &str, region: &str| phone_number(text, region).map(|number| number.to_string()).ok();
        assert_eq!(number("010-1234-5678", "KR").as_deref(), Some("+821012345678"));
        assert_eq!(number("+49 30 1234567", "KR").as_deref(), Some("+49301234567"));
        assert_eq!(number("010-1234-5678", ""), None);
        assert_eq!(number("+82 1", "KR"), None);
        assert_eq!(number("+999 1234567", "KR"), None);
        assert_eq!(number("hello", "KR"), None);
    }

    #[test]
    fn all_writings_of_a_number_are_the_same_number() {
        for (written, number) in [
            ("+44 (0)7911 123456", "+447911123456"),
            ("+44 07911 123456", "+447911123456"),
            ("0044 7911 123456", "+447911123456"),
            ("+49 (0)151 23456789", "+4915123456789"),
            ("+82 (0)10-1234-5678", "+821012345678"),
            ("+33 (0)6 12 34 56 78", "+33612345678"),
            ("+7 8 912 345-67-89", "+79123456789"),
            ("+39 06 6982 1234", "+390669821234"),
            ("+39 (0)6 6982 1234", "+390669821234"),
            ("+39 312 345 6789", "+393123456789"),
            ("+225 07 12 34 56 78", "+2250712345678"),
        ] {
            let found = phone_number(written, "").map(|number| number.to_string());
            assert_eq!(found.as_deref().ok(), Some(number), "{written}");
            assert_eq!(canonical_number(written).unwrap().as_str(), number, "{written}");
            // As it is written it stays.
            assert_eq!(phone_number(number, "KR").unwrap().as_str(), number);
        }
        // There is none such; a no to it is kept nevertheless.
        assert_eq!(canonical_number("+82 1234567").unwrap().as_str(), "+821234567");
        let local = |text: &str, region: &str| phone_number(text, region).map(|number| number.to_string()).ok();
        assert_eq!(local("07911 123456", "GB").as_deref(), Some("+447911123456"));
        assert_eq!(local("06 6982 1234", "IT").as_deref(), Some("+390669821234"));
        assert_eq!(local("8 912 345-67-89", "RU").as_deref(), Some("+79123456789"));
    }

    #[test]
    fn a_zero_is_dialled_inside_the_countries_whose_plans_say_so() {
        let plans: Vec<_> = phonenumber::metadata::DATABASE.iter().collect();
        for code in plans.iter().map(|plan| plan.country_code()) {
            let mut regions = plans.iter().filter(|plan| plan.country_code() == code);
            let has_zero = regions.all(|plan| plan.national_prefix() == Some("0"));
            assert_eq!(domain::address::DIAL_ZERO.contains(&code.to_string().as_str()), has_zero, "{code}");
        }
    }

    #[test]
    fn a_number_that_a_provider_tells_is_whole_or_one_of_the_default_region() {
        for (told, region, expected) in [
            ("+49 (151) 234-5678", "KR", Some("+491512345678")),
            ("491512345678", "", Some("+491512345678")),
            ("00491512345678", "KR", Some("+491512345678")),
            ("010-9999-8888", "KR", Some("+821099998888")),
            ("+01099998888", "KR", Some("+821099998888")),
            ("821099998888", "KR", Some("+821099998888")),
            ("491512345678", "KR", Some("+491512345678")),
            ("(415) 555-2671", "US", Some("+14155552671")),
            ("14155552671", "US", Some("+14155552671")),
            ("010-9999-8888", "", None),
            ("12345", "KR", None),
            ("SHOP", "KR", None),
        ] {
            assert_eq!(told_number(told, region).as_deref(), expected, "{told} {region}");
        }
    }
}
