//! How often marketing may reach a person, and when it may not.

mod caps;
mod edit;
mod people;
mod quiet_hours;
