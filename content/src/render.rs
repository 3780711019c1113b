//! A compiled template at work: the hot path of sending.

use std::io::{self, Write};

use domain::Fault;
use tera::Tera;

use crate::data::Prepared;
use crate::trouble;
use crate::work::{self, Work};

/// Largest output of a template, in bytes.
pub(crate) const OUTPUT_MAX: usize = 1024 * 1024;

/// A template that is ready.
#[derive(Debug)]
pub(crate) enum Part {
    /// Nothing in it depends on data.
    Fixed(String),
    Made {
        source: String,
        work: Work,
        literal_bytes: usize,
    },
}

impl Default for Part {
    fn default() -> Self {
        Self::Fixed(String::new())
    }
}

impl Part {
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self, Self::Fixed(text) if text.trim().is_empty())
    }

    /// Does it differ from recipient to recipient?
    pub(crate) const fn varies(&self) -> bool {
        matches!(self, Self::Made { .. })
    }

    /// Renders the template that `tera` knows as `path`, up to `limit` bytes.
    pub(crate) fn render(&self, tera: &Tera, path: &str, data: &Prepared, limit: usize) -> Result<String, Fault> {
        let (source, work, literal_bytes) = match self {
            Self::Fixed(text) if text.len() <= limit => return Ok(text.clone()),
            Self::Fixed(_) => return Err(trouble::too_large(path)),
            Self::Made { source, work, literal_bytes } => (source, *work, *literal_bytes),
        };
        work::begin(work, data.bytes + literal_bytes).map_err(|_| Fault::new(path, "too_large", work::SPENT))?;
        let mut output = Capped { bytes: Vec::with_capacity(source.len().min(limit)), limit };
        tera.render_to(path, &data.context, &mut output)
            .map_err(|error| trouble::of_rendering(path, source, &error))?;
        String::from_utf8(output.bytes).map_err(|_| Fault::new(path, "render_failed", "The content is not text."))
    }
}

/// Stops a rendering that writes without end.
struct Capped {
    bytes: Vec<u8>,
    limit: usize,
}

impl Write for Capped {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + more.len() > self.limit {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
