//! An account as the form of a configuration gives it.

use std::time::Duration;

use domain::{Fault, Faults};

use super::account::{Account, GsmOctets, IdFormat, LongMessages};
use crate::providers::Settings;

impl Account {
    /// Faults stand at the names of the fields.
    pub fn of(settings: &Settings) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let host = faults.take("", settings.required("host").map(str::to_owned));
        let port = faults.take("", number(settings, "port", 1, 65_535, 2_775));
        let window = faults.take("", number(settings, "window", 1, 500, 50));
        let sessions = faults.take("", number(settings, "sessions", 1, 10, 1));
        let enquire_link = faults.take("", number(settings, "enquireLinkSeconds", 5, 600, 30));
        let (Some(host), Some(port), Some(window), Some(sessions), Some(enquire_link)) =
            (host, port, window, sessions, enquire_link)
        else {
            return Err(faults);
        };
        let account = Self {
            is_tls: settings.get("tls") != "no",
            system_type: settings.get("systemType").to_owned(),
            window: usize::try_from(window).unwrap_or(50),
            sessions: usize::try_from(sessions).unwrap_or(1),
            enquire_link: Duration::from_secs(enquire_link),
            gsm_octets: if settings.get("encoding") == "latin1" { GsmOctets::Latin1 } else { GsmOctets::Septets },
            long_messages: match settings.get("longMessages") {
                "sar" => LongMessages::Sar,
                "payload" => LongMessages::Payload,
                _ => LongMessages::Udh,
            },
            ids: match settings.get("dlrIdFormat") {
                "hex_to_decimal" => IdFormat::HexToDecimal,
                "decimal_to_hex" => IdFormat::DecimalToHex,
                _ => IdFormat::Same,
            },
            ..Self::new(&host, u16::try_from(port).unwrap_or(2_775), settings.get("systemId"), settings.get("password"))
        };
        account.check().map_err(|fault| Faults(vec![fault]))?;
        Ok(account)
    }
}

fn number(settings: &Settings, name: &str, least: u64, most: u64, own: u64) -> Result<u64, Fault> {
    match settings.get(name) {
        "" => Ok(own),
        text => text
            .parse()
            .ok()
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| Fault::new(name, "out_of_range", format!("Give a whole number from {least} to {most}."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        Settings(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn an_account_has_tls_and_a_window_of_fifty_unless_said_otherwise() {
        let form = [("host", "smsc.example.com"), ("port", "3550"), ("systemId", "shop"), ("password", "secret")];
        let account = Account::of(&settings(&form)).unwrap();
        assert_eq!((account.is_tls, account.window, account.port), (true, 50, 3_550));
    }

    #[test]
    fn all_that_cannot_be_is_told_at_its_field() {
        let form = [("port", "0"), ("window", "many"), ("systemId", "shop")];
        let paths: Vec<_> =
            Account::of(&settings(&form)).err().unwrap().0.into_iter().map(|fault| fault.path).collect();
        assert_eq!(paths, ["host", "port", "window"]);
    }
}
