//! Every SQL text of the store, for the test that prepares each on both databases.
