//! The folder that the binary embeds must exist, also before the browser half was ever built.

use std::fs;
use std::path::Path;

fn main() {
    let site = Path::new("../target/site");
    fs::create_dir_all(site).expect("target/site can be created");
    // New and removed files too, not only changed ones.
    println!("cargo:rerun-if-changed={}", site.display());
    println!("cargo:rerun-if-changed={}", site.join("pkg").display());
}
