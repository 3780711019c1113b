//! Senders: the code that talks to a provider.
