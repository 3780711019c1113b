//! A table (RFC 4180), record by record: memory does not grow with it, and a record that cannot be read stops no other.

use csv_core::ReadRecordResult;
use domain::{Fault, nul};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _};

/// Longest record, in bytes.
const RECORD_MAX: usize = 256 * 1024;
/// Most cells of a record.
const CELLS_MAX: usize = 1_000;

/// A table that is being read.
pub(super) struct Table<R> {
    list: R,
    reader: csv_core::Reader,
    /// The cells of a record, one after the other.
    text: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
}

impl<R: AsyncBufRead + Unpin + Send> Table<R> {
    pub(super) fn new(list: R) -> Self {
        let (text, ends) = (vec![0; RECORD_MAX], vec![0; CELLS_MAX]);
        Self { list, reader: csv_core::Reader::new(), text, ends }
    }

    /// The cells of the next record, or what is wrong with it; `None` at the end.
    pub(super) async fn next(&mut self) -> std::io::Result<Option<Result<Vec<&str>, Fault>>> {
        let (mut written, mut cells, mut is_whole) = (0, 0, true);
        loop {
            let part = self.list.fill_buf().await?;
            let (result, used, text, ends) =
                self.reader.read_record(part, &mut self.text[written..], &mut self.ends[cells..]);
            self.list.consume(used);
            (written, cells) = (written + text, cells + ends);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    (written, cells, is_whole) = (0, 0, false);
                }
                ReadRecordResult::Record => return Ok(Some(self.cells(cells, is_whole))),
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    fn cells(&self, count: usize, is_whole: bool) -> Result<Vec<&str>, Fault> {
        if !is_whole {
            let text = format!("A row has at most {} KB and {CELLS_MAX} cells.", RECORD_MAX / 1024);
            return Err(Fault::new("", "too_long", text));
        }
        let mut start = 0;
        let cell = |end: &usize| {
            let cell = std::str::from_utf8(&self.text[start..*end]);
            start = *end;
            let cell = cell.map_err(|_| Fault::new("", "bad_csv", "This is no text in UTF-8."))?;
            nul::checked(cell)
        };
        self.ends[..count].iter().map(cell).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn records(text: &[u8]) -> Vec<Option<Vec<String>>> {
        let mut table = Table::new(text);
        let mut all = Vec::new();
        while let Some(record) = table.next().await.unwrap() {
            all.push(record.ok().map(|cells| cells.into_iter().map(str::to_owned).collect()));
        }
        all
    }

    #[tokio::test]
    async fn cells_may_hold_commas_quotes_and_line_breaks() {
        let all = records(b"a,b\r\n\"x, \"\"y\"\"\",\"two\nlines\"\r\n\xff,1\nlast,").await;
        let row = |cells: &[&str]| Some(cells.iter().map(|cell| (*cell).to_owned()).collect());
        assert_eq!(all, [row(&["a", "b"]), row(&["x, \"y\"", "two\nlines"]), None, row(&["last", ""])]);
    }

    #[tokio::test]
    async fn a_record_with_a_sign_that_no_text_has_stops_no_other() {
        assert_eq!(records(b"a\0,b\nann,1\n").await, [None, Some(vec!["ann".to_owned(), "1".to_owned()])]);
    }

    #[tokio::test]
    async fn a_record_that_is_too_long_stops_no_other() {
        let mut text = vec![b'x'; RECORD_MAX + 7];
        text.extend(b"\nann,1\n");
        let all = records(&text).await;
        assert_eq!((all.len(), all[0].is_none(), all[1].is_some()), (2, true, true));
    }
}
