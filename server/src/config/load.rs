//! Puts the layers of settings together.

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::{Dict, Value};

use super::faults::check;
use super::{Config, ConfigFaults, DEFAULTS};

/// Name of the file with settings in the data folder; it need not exist.
pub const DATA_FILE: &str = "hermod.toml";

/// Reads all layers. `file` is that of `--config` and must then exist; `listen` is the flag.
pub fn load(data: &Path, file: Option<&Path>, listen: Option<&str>) -> Result<Config, ConfigFaults> {
    let file = match file {
        Some(file) if !file.is_file() => {
            return Err(ConfigFaults(vec![format!("--config: there is no file {}", file.display())]));
        }
        Some(file) => file.to_owned(),
        None => PathBuf::from(data).join(DATA_FILE),
    };
    let mut given = Figment::new();
    if file.is_file() {
        given = given.merge(Toml::file_exact(file));
    }
    given = given.merge(Env::prefixed("HERMOD__").split("__"));
    if let Some(listen) = listen {
        given = given.merge(Serialized::default("server.listen", listen));
    }
    read(&given)
}

/// Settings from what is given, over the defaults.
fn read(given: &Figment) -> Result<Config, ConfigFaults> {
    let mut faults = ConfigFaults::default();
    let values: Dict = given.extract().map_err(|error| ConfigFaults(vec![error.to_string()]))?;
    // Each value is tried alone on top of the defaults, so that one fault does not hide another.
    for (key, value) in leaves("", values) {
        let alone = defaults().merge(Serialized::default(&key, value));
        if let Err(error) = alone.extract::<Config>() {
            faults.add(&key, error.kind);
        }
    }
    if !faults.0.is_empty() {
        return Err(faults);
    }
    let config: Config = defaults().merge(given).extract().map_err(|error| ConfigFaults(vec![error.to_string()]))?;
    let faults = check(&config);
    if faults.0.is_empty() { Ok(config) } else { Err(faults) }
}

fn defaults() -> Figment {
    Figment::from(Toml::string(DEFAULTS))
}

/// Every value with its dotted key.
fn leaves(parent: &str, values: Dict) -> Vec<(String, Value)> {
    let below = |(name, value): (String, Value)| {
        let key = if parent.is_empty() { name } else { format!("{parent}.{name}") };
        match value {
            Value::Dict(_, inner) if !inner.is_empty() => leaves(&key, inner),
            other => vec![(key, other)],
        }
    };
    values.into_iter().flat_map(below).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_text(toml: &str) -> Result<Config, ConfigFaults> {
        read(&Figment::from(Toml::string(toml)))
    }

    #[test]
    fn a_start_with_nothing_set_works() {
        let config = from_text("").unwrap();
        assert_eq!(config.url(), "http://127.0.0.1:3000");
        assert!(!config.is_https());
    }

    #[test]
    fn the_file_in_the_data_folder_need_not_exist_but_a_named_file_must() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(load(data.path(), None, None).unwrap().url(), "http://127.0.0.1:3000");
        std::fs::write(data.path().join(DATA_FILE), "[server]\nlisten = '127.0.0.1:4000'").unwrap();
        assert_eq!(load(data.path(), None, None).unwrap().url(), "http://127.0.0.1:4000");
        assert_eq!(load(data.path(), None, Some("127.0.0.1:5000")).unwrap().url(), "http://127.0.0.1:5000");
        let faults = load(data.path(), Some(&data.path().join("other.toml")), None).unwrap_err();
        assert!(faults.to_string().contains("--config: there is no file"), "{faults}");
    }

    #[test]
    fn the_settings_of_delivery_are_those_of_the_engine_unless_said_otherwise() {
        let config = from_text("").unwrap();
        let engine = engine::delivery::Settings::default();
        let seconds: Vec<u64> = engine.retry_schedule.iter().map(std::time::Duration::as_secs).collect();
        assert_eq!(config.delivery.retry_schedule_seconds, seconds);
        assert_eq!(config.delivery.pause_campaign_after_failures, engine.pause_campaign_after_failures);
        assert_eq!(config.delivery.lease_seconds, engine.lease.as_secs());
        assert_eq!(config.runs.queued_ahead, engine::runs::Settings::default().queued_ahead);
    }

    #[test]
    fn the_limits_are_those_of_the_engine_unless_said_otherwise() {
        let config = from_text("").unwrap();
        let engine = engine::Settings::new("", engine::keys::SecretKey::random());
        assert_eq!(config.limits.requests_per_second, engine.limits.requests_per_second);
        assert_eq!(config.limits.requests_per_day, engine.limits.requests_per_day);
        assert_eq!(config.limits.waiting_messages, engine.limits.waiting_messages);
        assert_eq!(config.limits.context_max_kb * 1024, engine.context_max_bytes);
        assert_eq!(config.limits.attachments_max_kb * 1024, engine.attachments_max_bytes);
        assert_eq!(config.limits.import_max_mb * 1024 * 1024, engine.import_max_bytes);
        assert_eq!(config.assets.max_kb * 1024, engine.assets.max_bytes);
    }

    #[test]
    fn all_faults_are_told_at_once_with_their_keys() {
        let faults = from_text(
            "[server]\nlisten = 'here'\nlistne = 'x'\n[delivery]\nlease_seconds = 'long'\n[maill]\nx = 1\n[log]\nformat = 'xml'",
        )
        .unwrap_err();
        let keys: Vec<&str> = faults.0.iter().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(keys, ["delivery.lease_seconds", "log.format", "maill.x", "server.listen", "server.listne"]);
    }

    #[test]
    fn values_that_cannot_work_are_refused_by_key() {
        let faults = from_text(
            "[server]\npublic_url = 'hermod.example.com'\nshort_url = 'https://go.example.com/x'\n[database]\nurl = 'mysql://x'\n[security]\nsecret_key = 'short'\n[inbound]\nlisten = '25'\n[dns]\nservers = ['dns.example.com']",
        )
        .unwrap_err();
        let keys: Vec<&str> = faults.0.iter().filter_map(|line| line.split(':').next()).collect();
        let expected = [
            "server.public_url",
            "server.short_url",
            "database.url",
            "security.secret_key",
            "inbound.listen",
            "dns.servers",
        ];
        assert_eq!(keys, expected);
    }

    #[test]
    fn a_bucket_needs_its_name_its_server_and_keys() {
        let faults =
            from_text("[assets]\nstore = 's3'\nbucket = 'My Bucket'\nendpoint = 's3.example.com'").unwrap_err();
        let keys: Vec<&str> = faults.0.iter().filter_map(|line| line.split(':').next()).collect();
        let expected = ["assets.endpoint", "assets.bucket", "assets.access_key_id", "assets.secret_access_key"];
        assert_eq!(keys, expected);
    }

    #[test]
    fn a_dns_server_answers_on_its_usual_port_unless_another_is_given() {
        let config = from_text("[dns]\nservers = ['1.1.1.1', '[::1]:5353']").unwrap();
        assert_eq!(config.dns.addresses(), ["1.1.1.1:53".parse().unwrap(), "[::1]:5353".parse().unwrap()]);
    }

    #[test]
    fn secrets_are_not_shown() {
        let config = from_text(
            "[database]\nurl = 'postgres://hermod:hunter2@db/hermod'\n[security]\nsecret_key = 'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE='\n[assets]\nsecret_access_key = 'hunter2'",
        )
        .unwrap();
        let shown = format!("{config:?}");
        assert!(!shown.contains("hunter2") && !shown.contains("MDEy"), "{shown}");
    }
}
