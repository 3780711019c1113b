//! The email designer.
#![allow(dead_code)]
pub mod edit;
