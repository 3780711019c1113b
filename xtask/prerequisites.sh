# Read by ./run and ./test before anything else. Everything that is not named here is set up by cargo and xtask.

missing=0

# A fresh rustup is not on the PATH of terminals that were open before it.
if ! command -v cargo >/dev/null 2>&1 && [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
    PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
    export PATH
fi

if ! command -v cargo >/dev/null 2>&1 || ! command -v rustup >/dev/null 2>&1; then
    missing=1
    cat >&2 <<'TEXT'
Hermod is built with Rust, and rustup is not installed.
  Install it as https://rustup.rs says; the default answers are right:
    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh
  rustup then fetches the right compiler by itself.
TEXT
fi

if ! command -v cc >/dev/null 2>&1; then
    missing=1
    cat >&2 <<'TEXT'
A C compiler (cc) is needed for SQLite and for linking, and there is none.
  Debian, Ubuntu:  sudo apt-get install build-essential
  Fedora:          sudo dnf install gcc
  Arch:            sudo pacman -S base-devel
  macOS:           xcode-select --install
TEXT
fi

if [ "$missing" = 1 ]; then
    echo "Then start this again." >&2
    exit 1
fi
