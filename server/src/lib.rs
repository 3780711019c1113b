//! The server: routes, execution API, configuration and command line of the binary `hermod`.
//!
//! | file | does |
//! |---|---|
//! | [`router`] | every route on one screen, with who may call it |
//! | [`api`] | the execution API and the token endpoint |
//! | [`auth`] | callers and signed-in people, as parameters of handlers |
//! | [`config`] | settings |
//! | [`commands`] | `hermod serve`, `apply`, `audience`, `client`, `user`, `migrate` |
//! | [`demo`] | the sample sandbox of `--demo` |
//! | [`connections`] | the accept loop |
//! | [`images`] | images of mails, for everybody |
//! | [`site`], [`events`], [`console`] | the server's part of the console |

pub mod api;
pub mod auth;
pub mod callbacks;
pub mod cli;
pub mod commands;
pub mod config;
pub mod connections;
pub mod console;
mod demo;
pub mod events;
pub mod health;
mod html;
pub mod images;
pub mod request;
pub mod router;
pub mod site;
pub mod state;
pub mod telemetry;
pub mod tracking;
