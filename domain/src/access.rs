//! Who may do what: roles, and the one list of permissions that handlers and server functions check.

use serde::{Deserialize, Serialize};

use crate::id::ConsoleUserId;
use crate::word::words;

words! {
    /// A role of a console user (reference §10.1).
    Role {
        /// Everything, including set-up and people.
        Administrator = "administrator",
        /// Writes and activates campaigns, sees configurations.
        Approver = "approver",
        /// Writes campaigns; somebody else activates them.
        Manager = "manager",
        /// Looks.
        Viewer = "viewer",
    }
}

words! {
    /// One right. Every handler and server function names the one it needs.
    Permission {
        ViewCampaigns = "view_campaigns",
        ManageCampaigns = "manage_campaigns",
        PublishCampaigns = "publish_campaigns",
        ViewMessages = "view_messages",
        ViewConfigurations = "view_configurations",
        ManageConfigurations = "manage_configurations",
        /// Writes to any address over a configuration: whoever may send a test message may send proofs.
        SendProofs = "send_proofs",
        ManageApiClients = "manage_api_clients",
        ManageSandboxes = "manage_sandboxes",
        ManageConsoleUsers = "manage_console_users",
        /// Writes profiles, and sees what is known of people beyond who they are.
        ManageProfiles = "manage_profiles",
        /// Removes everything that is kept of a person, or takes it out for them.
        ErasePeople = "erase_people",
        /// Enters what people said about marketing, and what they may choose from.
        ManageConsent = "manage_consent",
        /// Everybody's: to change the password they sign in with.
        ManageOwnAccount = "manage_own_account",
    }
}

impl Role {
    /// Does this role include the right?
    pub fn allows(self, permission: Permission) -> bool {
        use Permission::{
            ManageCampaigns, ManageConsent, ManageOwnAccount, ManageProfiles, PublishCampaigns, ViewCampaigns,
            ViewConfigurations, ViewMessages,
        };
        let viewers = matches!(permission, ViewCampaigns | ViewMessages | ManageOwnAccount);
        let managers = viewers || matches!(permission, ManageCampaigns | ManageProfiles | ViewConfigurations);
        match self {
            Self::Administrator => true,
            Self::Approver => managers || matches!(permission, PublishCampaigns | ManageConsent),
            Self::Manager => managers,
            Self::Viewer => viewers,
        }
    }
}

/// A person who is signed in to the console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsoleUser {
    pub id: ConsoleUserId,
    pub email: String,
    pub name: String,
    pub role: Role,
}

/// Fewest characters of a console password (NIST SP 800-63B asks for 8; we ask for more since there is no second factor yet).
pub const PASSWORD_MIN_LENGTH: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manager_writes_but_does_not_publish() {
        assert!(Role::Manager.allows(Permission::ManageCampaigns));
        assert!(!Role::Manager.allows(Permission::PublishCampaigns));
    }

    #[test]
    fn only_the_administrator_manages_people_and_secrets() {
        for permission in [
            Permission::ManageConsoleUsers,
            Permission::ManageApiClients,
            Permission::ManageConfigurations,
            Permission::ErasePeople,
        ] {
            let allowed: Vec<Role> = Role::ALL.iter().copied().filter(|role| role.allows(permission)).collect();
            assert_eq!(allowed, [Role::Administrator], "{permission}");
        }
    }
}
