//! A million profiles in one call: how many rows a second, and how much memory that takes.

use std::io::{self, Read};
use std::time::Instant;

use anyhow::{Result, ensure};

use crate::figure;
use crate::hermod::{Caller, Hermod, binary};

/// How much is imported.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Size {
    /// Rows of the import.
    #[arg(long, default_value_t = 1_000_000)]
    rows: u64,
}

/// Prints `import_rate`, `import_again_rate`, `rss_idle` and `rss_peak`.
pub fn measure(size: Size) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut hermod = Hermod::new(binary()?, folder.path(), None)?;
    let client = hermod.create_client()?;
    hermod.start()?;
    figure("rss_idle", hermod.resident_megabytes()?, "MB");
    let mut caller = Caller::new(hermod.port, &client);
    // The second time everybody is known, and nothing changes.
    for (name, count) in [("import_rate", "created"), ("import_again_rate", "updated")] {
        let start = Instant::now();
        let import = caller.import_profiles(&mut Rows::new(size.rows))?;
        let seconds = start.elapsed().as_secs_f64();
        ensure!(import[count] == size.rows && import["failed"] == 0, "not all rows were written: {import}");
        #[expect(clippy::cast_precision_loss, reason = "no import has so many rows")]
        let rate = size.rows as f64 / seconds;
        figure(name, format!("{rate:.0}"), "rows/s");
    }
    figure("rss_peak", hermod.peak_megabytes()?, "MB");
    Ok(())
}

/// Rows as they are read, one after the other: nothing holds them all.
struct Rows {
    next: u64,
    end: u64,
    line: io::Cursor<Vec<u8>>,
}

impl Rows {
    fn new(count: u64) -> Self {
        Self { next: 0, end: count, line: io::Cursor::default() }
    }

    /// A person with two identities and a dozen values, in no order that an index would like.
    fn line(number: u64) -> String {
        let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        format!(
            "{{\"identities\":[{{\"namespace\":\"email\",\"userId\":\"p{mixed:016x}@example.com\"}},\
             {{\"namespace\":\"crm\",\"userId\":\"{number}\"}}],\"attributes\":{{\"person\":{{\"name\":\
             {{\"firstName\":\"Ann\",\"lastName\":\"Lee {number}\"}},\"birthDate\":\"1990-02-28\",\"gender\":\"f\"}},\
             \"homeAddress\":{{\"city\":\"Seoul\",\"postalCode\":\"04524\",\"country\":\"KR\"}},\
             \"loyalty\":{{\"points\":{number},\"tier\":\"gold\",\"since\":\"2021-05-01\"}},\"tags\":[\"tea\",\"books\"]}},\
             \"timeZone\":\"Asia/Seoul\",\"language\":\"ko-KR\"}}\n"
        )
    }
}

impl Read for Rows {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut read = 0;
        while read < buffer.len() {
            let piece = self.line.read(&mut buffer[read..])?;
            read += piece;
            if piece == 0 {
                if self.next == self.end {
                    break;
                }
                self.line = io::Cursor::new(Self::line(self.next).into_bytes());
                self.next += 1;
            }
        }
        Ok(read)
    }
}
