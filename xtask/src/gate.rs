//! The gate: every check in order, up to the first fault, and a truthful count at the end.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::contract;
use crate::journeys;
use crate::machine::{node, openapi, postgres, python};
use crate::shell;
use crate::site::{self, Profile};
use crate::tally::Tally;
use crate::workspace::Workspace;

type Check = fn(&Workspace, quick: bool) -> Result<Tally>;

struct Step {
    name: &'static str,
    check: Check,
    in_quick: bool,
}

const fn step(name: &'static str, check: Check) -> Step {
    Step { name, check, in_quick: true }
}

const fn full_only(name: &'static str, check: Check) -> Step {
    Step { name, check, in_quick: false }
}

const STEPS: [Step; 8] = [
    step("format", format),
    step("clippy, server side", clippy_server),
    step("clippy, browser side", clippy_browser),
    step("tests, server side", tests),
    step("site", site),
    full_only("server for what follows", server),
    full_only("contract of the API", contract_of_the_api),
    full_only("browser journeys", browser_journeys),
];

const LEFT_OUT: &str = "quick: the store tests on PostgreSQL, the contract of the API and the browser journeys are LEFT OUT; `./test` runs them";

/// Runs the gate. The last line is `N passed, N failed`: single tests, plus one failure for a step that failed in another way.
pub fn run(workspace: &Workspace, quick: bool) -> ExitCode {
    if quick {
        println!("{LEFT_OUT}");
    }
    let mut total = Tally::default();
    let mut summary = Vec::new();
    for step in STEPS.iter().filter(|step| step.in_quick || !quick) {
        if total.failed > 0 {
            summary.push(format!("{:>9}  not run  {}", "", step.name));
            continue;
        }
        println!("\n── {} ──", step.name);
        let started = Instant::now();
        let tally = (step.check)(workspace, quick).unwrap_or_else(|error| {
            println!("{error:#}");
            Tally { failed: 1, ..Tally::default() }
        });
        let outcome = if tally.failed == 0 { "ok" } else { "FAILED" };
        println!("{}: {outcome} after {}", step.name, seconds(started.elapsed()));
        summary.push(format!("{:>9}  {outcome:<7}  {}", seconds(started.elapsed()), step.name));
        total += tally;
    }
    println!("\n── summary ──\n{}", summary.join("\n"));
    if quick {
        println!("{LEFT_OUT}");
    }
    if total.skipped > 0 {
        println!("{} skipped by their own mark", total.skipped);
    }
    println!("{total}");
    if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn format(workspace: &Workspace, _quick: bool) -> Result<Tally> {
    cargo(workspace, &["fmt", "--all", "--check"])
}

fn clippy_server(workspace: &Workspace, _quick: bool) -> Result<Tally> {
    cargo(workspace, &["clippy", "--all-targets", "--", "-D", "warnings"])
}

fn clippy_browser(workspace: &Workspace, _quick: bool) -> Result<Tally> {
    let mut clippy = workspace.cargo_for_wasm("clippy")?;
    shell::run(clippy.args(["--", "-D", "warnings"])).map(|()| Tally::default())
}

/// Default members only: both halves in one command would unify the features `ssr` and `hydrate`.
fn tests(workspace: &Workspace, quick: bool) -> Result<Tally> {
    let mut command = workspace.cargo();
    command.args(["test", "--no-fail-fast"]);
    command.env("HERMOD_TEST_AIOSMTPD", python::with_aiosmtpd(workspace)?);
    command.env("HERMOD_TEST_PROVIDERS", python::with_providers(workspace)?);
    command.env("HERMOD_TEST_MOTO", python::with_moto(workspace)?);
    let packages = workspace.root.join("end2end");
    node::packages(&packages)?;
    command.env("HERMOD_TEST_NPM", packages);
    command.env("HERMOD_TEST_OPENAPI", openapi::documents(workspace)?);
    let cluster = if quick { None } else { Some(postgres::Cluster::start()?) };
    match &cluster {
        Some(cluster) => command.env("HERMOD_TEST_POSTGRES", cluster.url()),
        None => command.env_remove("HERMOD_TEST_POSTGRES"),
    };
    let mut tally = Tally::default();
    let succeeded = shell::run_watched(&mut command, |line| tally += Tally::from_cargo_line(line))?;
    if !succeeded && tally.failed == 0 {
        tally.failed = 1;
    }
    if tally.passed + tally.failed == 0 {
        bail!("cargo test ran, but no test was counted");
    }
    Ok(tally)
}

fn site(workspace: &Workspace, _quick: bool) -> Result<Tally> {
    site::build(workspace, Profile::Debug).map(|()| Tally::default())
}

fn server(workspace: &Workspace, _quick: bool) -> Result<Tally> {
    workspace.build_server(Profile::Debug).map(|()| Tally::default())
}

fn contract_of_the_api(workspace: &Workspace, _quick: bool) -> Result<Tally> {
    let tally = contract::run(workspace)?;
    if tally.passed + tally.failed == 0 {
        bail!("schemathesis ran, but no call was counted");
    }
    Ok(tally)
}

fn browser_journeys(workspace: &Workspace, _quick: bool) -> Result<Tally> {
    let tally = journeys::run(workspace, &[])?;
    if tally.passed + tally.failed == 0 {
        bail!("Playwright ran, but no journey was counted");
    }
    Ok(tally)
}

fn cargo(workspace: &Workspace, arguments: &[&str]) -> Result<Tally> {
    shell::run(workspace.cargo().args(arguments)).map(|()| Tally::default())
}
