//! What a JSON text becomes in memory, seen from the text alone: a small text can become a large tree.

/// Of a list or object with few entries: an object makes room for eleven at once.
const CONTAINER_BYTES: usize = 640;
/// Of one more entry of an object: key and value, in nodes that may be half empty.
const MEMBER_BYTES: usize = 80;
/// Of one more entry of a list or object: the value, in a list that may be half empty.
const ENTRY_BYTES: usize = 64;

/// Sizes of a JSON text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Measure {
    /// Of the text.
    pub bytes: usize,
    /// Objects and lists inside each other; 0 for a plain value.
    pub depth: usize,
    /// Of the tree, at most.
    pub unpacked_bytes: usize,
}

impl Measure {
    /// Measures in one pass. The text must be JSON; of anything else the measure means nothing.
    pub(super) fn of(json: &str) -> Self {
        let mut measure = Self { bytes: json.len(), depth: 0, unpacked_bytes: json.len() };
        let (mut open, mut in_text, mut escaped) = (0_usize, false, false);
        for byte in json.bytes() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_text => escaped = true,
                b'"' => in_text = !in_text,
                _ if in_text => {}
                b'{' | b'[' => {
                    open += 1;
                    measure.depth = measure.depth.max(open);
                    measure.unpacked_bytes += CONTAINER_BYTES;
                }
                b'}' | b']' => open = open.saturating_sub(1),
                b':' => measure.unpacked_bytes += MEMBER_BYTES,
                b',' => measure.unpacked_bytes += ENTRY_BYTES,
                _ => {}
            }
        }
        measure
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_the_objects_and_lists_that_are_open_at_once() {
        for (json, depth) in [("1", 0), ("{}", 1), (r#"{"a":[],"b":[{}]}"#, 3), ("[[],[],[]]", 2)] {
            assert_eq!(Measure::of(json).depth, depth, "{json}");
        }
    }

    #[test]
    fn what_stands_in_a_text_is_no_structure() {
        for json in [r#""[[{,:""#, r#""\"[[""#, r#""\\\"[""#] {
            let bytes = json.len();
            assert_eq!(Measure::of(json), Measure { bytes, depth: 0, unpacked_bytes: bytes }, "{json}");
        }
        assert_eq!(Measure::of(r#"["\\",[]]"#).depth, 2);
    }

    #[test]
    fn many_small_objects_weigh_more_than_one_long_text() {
        let objects = format!("[{}]", vec![r#"{"":0}"#; 1_000].join(","));
        let text = format!("\"{}\"", "x".repeat(objects.len() - 2));
        assert!(Measure::of(&objects).unpacked_bytes > 1_000 * (CONTAINER_BYTES + MEMBER_BYTES));
        assert_eq!(Measure::of(&text).unpacked_bytes, objects.len());
    }
}
