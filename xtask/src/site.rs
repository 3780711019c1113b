//! `target/site`: everything the browser loads. Its two programs are built, bound to their JavaScript and laid beside style and public
//! files.
//! What has not changed is not written again, so that cargo does not rebuild the server that embeds it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::compression;
use crate::shell;
use crate::workspace::{WASM, Workspace};

/// Cargo's two profiles.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Debug,
    Release,
}

impl Profile {
    pub fn from_release(release: bool) -> Self {
        if release { Self::Release } else { Self::Debug }
    }

    /// The folder inside the target folder.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }

    pub fn cargo_flag(self) -> Option<&'static str> {
        (self == Self::Release).then_some("--release")
    }
}

/// A program of the browser: its package, and the name of its files on the site.
struct Program {
    package: &'static str,
    name: &'static str,
}

/// The console, under the name that Leptos asks for; and what renders contents in a worker.
const PROGRAMS: [Program; 2] =
    [Program { package: "frontend", name: "hermod" }, Program { package: "drawing", name: "drawing" }];

/// By which the worker starts the second one.
const WORKER: &str = "frontend/drawing/worker.js";

/// Size before speed, for the wasm half only. Given on the command line, because both halves share one profile name:
/// with two names all procedural macros would be built twice. Names must survive until wasm-bindgen has read them.
const WASM_RELEASE: [&str; 6] = [
    "profile.release.opt-level = 'z'",
    "profile.release.package.app.opt-level = 'z'",
    "profile.release.lto = 'fat'",
    "profile.release.codegen-units = 1",
    "profile.release.panic = 'abort'",
    "profile.release.strip = 'none'",
];

/// Builds the browser half and brings `target/site` up to date; compressed copies exist after a release build only.
pub fn build(workspace: &Workspace, profile: Profile) -> Result<()> {
    build_wasm(workspace, profile)?;
    let mut files = read_folder(&workspace.root.join("public"))?;
    for program in PROGRAMS {
        let wasm = workspace.target.join(WASM).join(profile.folder()).join(program.package).with_extension("wasm");
        let bound = workspace.target.join("bindgen").join(profile.folder()).join(program.name);
        bind(&wasm, &bound, program.name, profile)?;
        for (name, bytes) in read_folder(&bound)? {
            files.insert(Path::new("pkg").join(name), bytes);
        }
    }
    files.insert("pkg/drawing-worker.js".into(), fs::read(workspace.root.join(WORKER))?);
    let style = workspace.root.join("style/main.css");
    if style.is_file() {
        files.insert("pkg/hermod.css".into(), fs::read(&style)?);
    } else {
        println!("note: style/main.css is missing, the site has no style");
    }
    publish(&workspace.site(), &files, profile)
}

fn build_wasm(workspace: &Workspace, profile: Profile) -> Result<()> {
    let mut cargo = workspace.cargo_for_wasm("build")?;
    cargo.arg("--lib").args(profile.cargo_flag());
    if profile == Profile::Release {
        cargo.args(WASM_RELEASE.iter().flat_map(|setting| ["--config", setting]));
    }
    shell::run(&mut cargo)
}

/// Writes `name.js` and `name.wasm` unless they were made from this very wasm file.
fn bind(wasm: &Path, folder: &Path, name: &str, profile: Profile) -> Result<()> {
    let stamp_file = folder.with_extension("stamp");
    let stamp = stamp(wasm)?;
    if fs::read_to_string(&stamp_file).is_ok_and(|last| last == stamp) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let release = profile == Profile::Release;
    Bindgen::new()
        .input_path(wasm)
        .web(true)?
        .out_name(name)
        .typescript(false)
        .debug(!release)
        .keep_debug(false)
        .remove_name_section(release)
        .remove_producers_section(release)
        .generate(folder)
        .with_context(|| format!("wasm-bindgen cannot bind {}", wasm.display()))?;
    let (given, wanted) = (format!("{name}_bg.wasm"), format!("{name}.wasm"));
    fs::rename(folder.join(&given), folder.join(&wanted))?;
    let script = folder.join(name).with_extension("js");
    fs::write(&script, fs::read_to_string(&script)?.replace(&given, &wanted))?;
    fs::write(stamp_file, stamp)?;
    Ok(())
}

fn stamp(wasm: &Path) -> Result<String> {
    let facts = fs::metadata(wasm).with_context(|| format!("{} was not built", wasm.display()))?;
    let changed = facts.modified()?.duration_since(UNIX_EPOCH)?.as_nanos();
    Ok(format!("{} {} {changed}\n", env!("CARGO_PKG_VERSION"), facts.len()))
}

/// Every file below `folder` by its relative path; hidden files stay behind.
fn read_folder(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("cannot read {}", next.display()))? {
            let path = entry?.path();
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if path.is_dir() {
                open.push(path);
            } else if !hidden {
                let name = path.strip_prefix(folder).expect("it was found below this folder").to_owned();
                files.insert(name, fs::read(&path)?);
            }
        }
    }
    Ok(files)
}

/// Makes `site` hold exactly these files (and at release their compressed copies), touching only what differs.
fn publish(site: &Path, files: &BTreeMap<PathBuf, Vec<u8>>, profile: Profile) -> Result<()> {
    let mut kept = Vec::new();
    for (name, bytes) in files {
        let path = site.join(name);
        let unchanged = fs::read(&path).is_ok_and(|old| old == *bytes);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        if profile == Profile::Release && compression::is_worth_it(name) {
            let copies = compression::ENDINGS.map(|ending| with_ending(&path, ending));
            if !unchanged || !copies.iter().all(|copy| copy.is_file()) {
                // The copies before the file: after an interruption the file still differs and all are made again.
                for (copy, packed) in copies.iter().zip(compression::copies(bytes)?) {
                    fs::write(copy, packed)?;
                }
            }
            kept.extend(copies);
        }
        if !unchanged {
            fs::write(&path, bytes)?;
        }
        kept.push(path);
    }
    for name in read_folder(site)?.into_keys() {
        let path = site.join(name);
        if !kept.contains(&path) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site_of(text: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        BTreeMap::from([("pkg/hermod.css".into(), text.as_bytes().to_vec())])
    }

    fn names(site: &Path) -> Vec<String> {
        read_folder(site).unwrap().into_keys().map(|name| name.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_release_build_has_compressed_copies_and_a_debug_build_removes_them() {
        let site = tempfile::tempdir().unwrap();
        publish(site.path(), &site_of("body{}"), Profile::Release).unwrap();
        assert_eq!(names(site.path()), ["pkg/hermod.css", "pkg/hermod.css.br", "pkg/hermod.css.gz"]);
        publish(site.path(), &site_of("body{}"), Profile::Debug).unwrap();
        assert_eq!(names(site.path()), ["pkg/hermod.css"]);
    }

    #[test]
    fn a_file_that_did_not_change_is_not_written_again() {
        let site = tempfile::tempdir().unwrap();
        let changed = || fs::metadata(site.path().join("pkg/hermod.css.br")).unwrap().modified().unwrap();
        publish(site.path(), &site_of("body{}"), Profile::Release).unwrap();
        let first = changed();
        publish(site.path(), &site_of("body{}"), Profile::Release).unwrap();
        assert_eq!(changed(), first);
        publish(site.path(), &site_of("main{}"), Profile::Release).unwrap();
        assert_ne!(changed(), first);
    }

    #[test]
    fn a_file_that_left_the_sources_leaves_the_site() {
        let site = tempfile::tempdir().unwrap();
        publish(site.path(), &site_of("body{}"), Profile::Release).unwrap();
        publish(site.path(), &BTreeMap::new(), Profile::Release).unwrap();
        assert!(names(site.path()).is_empty());
    }
}
