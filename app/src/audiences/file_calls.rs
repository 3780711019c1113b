//! Server functions of files of people. A file itself comes by a plain form, see `console::audiences`.

use domain::audience_upload::AudienceFile;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// What a column holds, as the form says it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ColumnFields {
    pub holds: String,
    pub path: String,
}

/// One file of an audience. What its first rows hold is only for who may change campaigns.
#[server]
pub async fn find_audience_file(sandbox: String, file: String) -> Answer<AudienceFile> {
    answer(server::find(sandbox, file).await)
}

/// The newest files of an audience.
#[server]
pub async fn list_audience_files(sandbox: String, audience: String) -> Answer<Vec<AudienceFile>> {
    answer(server::list(sandbox, audience).await)
}

/// Says what the columns of a file hold, and how everybody in it agreed to marketing, if they did: it is entered from now on.
#[server]
pub async fn start_audience_file(
    sandbox: String,
    file: String,
    #[server(default)] columns: Vec<ColumnFields>,
    #[server(default)] namespace: String,
    #[server(default)] opted_in: String,
) -> Answer<()> {
    answer(server::start(sandbox, file, columns, namespace, opted_in).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::Failure;
    use domain::access::Permission;
    use domain::audience_upload::{AudienceFile, Column};
    use engine::Result;

    use super::ColumnFields;
    use crate::session::caller;

    pub async fn find(sandbox: String, file: String) -> Result<AudienceFile> {
        let caller = caller(Permission::ManageCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.find_audience_file(&sandbox, &file).await
    }

    pub async fn list(sandbox: String, audience: String) -> Result<Vec<AudienceFile>> {
        let caller = caller(Permission::ManageCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.list_audience_files(&sandbox, &audience).await
    }

    pub async fn start(
        sandbox: String,
        file: String,
        columns: Vec<ColumnFields>,
        namespace: String,
        opted_in: String,
    ) -> Result<()> {
        let caller = caller(Permission::ManageCampaigns).await?;
        // Who says that people agreed, speaks for them.
        if !opted_in.trim().is_empty() && !caller.user.role.allows(Permission::ManageConsent) {
            return Err(Failure::NotPermitted.into());
        }
        let sandbox = caller.sandbox(&sandbox).await?;
        let read = |(position, fields): (usize, ColumnFields)| {
            let at = format!("columns[{position}].holds");
            let holds = fields.holds.parse().map_err(|fault: domain::Fault| Failure::from(fault.under(&at)))?;
            Ok(Column { name: String::new(), holds, path: fields.path, samples: Vec::new() })
        };
        let columns = columns.into_iter().enumerate().map(read).collect::<Result<Vec<_>, Failure>>()?;
        caller.engine.start_audience_file(&sandbox, &file, columns, &namespace, &opted_in).await.map(drop)
    }
}
