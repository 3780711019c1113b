//! Lists of `tag=value;`, as DKIM and DMARC write their records (RFC 6376 §3.2).

/// In the order of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tags<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Tags<'a> {
    /// What is no tag is passed over.
    pub(super) fn read(text: &'a str) -> Self {
        let tag = |part: &'a str| part.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
        Self(text.split(';').filter_map(tag).collect())
    }

    /// The first of that name.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_with_and_without_spaces() {
        let tags = Tags::read("v=DMARC1;p = none ; rua=mailto:a@b.com?x=y;; junk");
        assert_eq!(tags.get("p"), Some("none"));
        assert_eq!(tags.get("rua"), Some("mailto:a@b.com?x=y"));
        assert_eq!((tags.get("junk"), tags.get("sp")), (None, None));
    }
}
