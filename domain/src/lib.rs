//! The product's words, and the rules that hold wherever they are used.
//!
//! | word | is |
//! |---|---|
//! | [`campaign`] | a named intention to say something; its editable *draft* and its immutable *versions* |
//! | [`channel_configuration`] | how a channel sends for us: from-address, transport |
//! | [`email_sender`], [`dkim`] | who mails come from, where they come back to, who signs them |
//! | [`deliverability`] | what the DNS says of the domain that mails come from, and what to change |
//! | [`mobile_sender`], [`keywords`] | who mobile messages come from, and how what people write back is taken |
//! | [`inbound`] | what people wrote, and what was done about it |
//! | [`mail_templates`] | what a configuration says in every mail beside the content |
//! | [`mail_file`] | a mail that comes from a file |
//! | [`mail_copy`] | copies for an archive and for seed addresses |
//! | [`circuit`] | messages of a configuration wait, because its server takes nothing |
//! | [`provider`] | who carries messages over the network, and what an account there consists of |
//! | [`asset`] | images that mails show |
//! | [`attachment`] | files that go with a mail |
//! | [`content`] | what is said, in the shape of its channel |
//! | [`library`] | templates to start from, and fragments, which many contents share |
//! | [`design`] | a mail as rows, columns and blocks |
//! | [`rcs`] | cards, suggestions and the SMS that goes instead: what a rich message has beside its text |
//! | [`push_token`] | where notifications go: platform and token |
//! | [`device`] | an app or a browser on which a person takes notifications |
//! | [`languages`] | in which language a person is written to |
//! | [`live_activity`] | a live activity of iOS, and what its push tokens are good for |
//! | [`dry_run`] | what a call would do |
//! | [`experiment`] | several contents, each for a share of the people, and which of them does best |
//! | [`execution`] | one accepted call to run a campaign now, with the caller's `requestId` |
//! | [`message`] | one recipient × one channel of one execution: what is rendered, queued and tracked |
//! | [`variants`] | which of a campaign's contents a person gets |
//! | [`variable`] | a value that the content reads, and what the author says of it |
//! | [`rule_set`] | how often marketing may reach a person, and when it may not |
//! | [`segments`] | into how many parts an SMS is cut |
//! | [`eligibility`] | who may be written to: what is asked of every message, and why one is not sent |
//! | [`explanation`] | why a person got a message, or did not |
//! | [`consent`] | what people said about marketing: yes, no, or not yet confirmed |
//! | [`topic`] | what marketing is about, for people to choose from |
//! | [`csv`] | tables as text, with cells that no spreadsheet runs |
//! | [`suppression`] | an address or a domain that is not written to any more |
//! | [`suppression_upload`] | a file of such addresses and domains |
//! | [`allow_list`] | who else mails of a sandbox go to nobody |
//! | [`listed`] | an entry of both lists: an address, or a domain |
//! | [`test_message`] | one plain message over a configuration, to see whether it arrives |
//! | [`preview`] | what people would read, with nothing stored or sent |
//! | [`proof`] | messages to testers, of a draft or of what is live |
//! | [`timeline`] | what happened to a message, oldest first |
//! | [`audience`] | people who are addressed together |
//! | [`audience_rule`] | conditions on people that make an audience |
//! | [`audience_upload`] | a file of people that becomes a list |
//! | [`profile`] | what is stored of a person, and by which identities the person is known |
//! | [`profile_schema`] | what is known of the attributes of profiles |
//! | [`nul`] | the one sign that is taken in nowhere |
//! | [`profile_import`] | many profiles from one file or call |
//! | [`access`] | roles and the one list of permissions |
//! | [`failure`] | everything a person may be told when something cannot be done |
//!
//! No I/O, no clock, no randomness; compiles to wasm, so the browser runs the very rules the server runs.

pub mod access;
pub mod address;
pub mod allow_list;
pub mod api_client;
pub mod asset;
pub mod attachment;
pub mod audience;
pub mod audience_rule;
pub mod audience_upload;
pub mod campaign;
pub mod channel_configuration;
pub mod circuit;
pub mod consent;
pub mod content;
pub mod csv;
pub mod deliverability;
pub mod design;
pub mod device;
pub mod dkim;
pub mod dry_run;
pub mod eligibility;
pub mod email_sender;
pub mod execution;
pub mod experiment;
pub mod explanation;
pub mod failure;
pub mod id;
pub mod inbound;
pub mod keywords;
pub mod languages;
pub mod library;
pub mod listed;
pub mod live_activity;
pub mod mail_copy;
pub mod mail_file;
pub mod mail_templates;
pub mod message;
pub mod mobile_sender;
pub mod nul;
pub mod object;
pub mod page;
pub mod preview;
pub mod profile;
pub mod profile_import;
pub mod profile_schema;
pub mod proof;
pub mod provider;
pub mod push_token;
pub mod rcs;
pub mod rule_set;
pub mod sandbox;
pub mod segments;
pub mod suppression;
pub mod suppression_upload;
pub mod test_message;
pub mod time;
pub mod timeline;
pub mod topic;
pub mod variable;
pub mod variants;
pub mod word;

pub use failure::{Failure, Fault, Faults};
pub use page::{Cursor, Page};
pub use sandbox::SandboxName;
pub use time::Timestamp;
