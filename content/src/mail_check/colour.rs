//! Colours as styles and attributes have them, and the contrast of two (WCAG 2.2).

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour(pub(super) [u8; 3]);

impl Colour {
    pub(super) const BLACK: Self = Self([0; 3]);
    pub(super) const WHITE: Self = Self([255; 3]);

    /// `None`: no colour that we know, or one that shows what is behind it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(digits) = text.strip_prefix('#') {
            return hexadecimal(digits);
        }
        let lower = text.to_ascii_lowercase();
        if let Some(rest) = lower.strip_prefix("rgb(") {
            let mut numbers = rest.strip_suffix(')')?.split([',', ' ']).filter(|part| !part.is_empty());
            let mut next = || numbers.next()?.trim().parse::<u8>().ok();
            let colour = Self([next()?, next()?, next()?]);
            return numbers.next().is_none().then_some(colour);
        }
        NAMED.iter().find(|(name, _)| *name == lower).map(|(_, colour)| Self(*colour))
    }

    /// From 1, the same, to 21, black and white.
    pub(super) fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn luminance(self) -> f64 {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0.map(part);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

fn hexadecimal(digits: &str) -> Option<Colour> {
    let values: Vec<u8> = digits.chars().map(|digit| digit.to_digit(16)?.try_into().ok()).collect::<Option<_>>()?;
    let part = |place: usize| match values.len() {
        3 => values[place] * 17,
        _ => values[2 * place] * 16 + values[2 * place + 1],
    };
    [3, 6].contains(&values.len()).then(|| Colour([part(0), part(1), part(2)]))
}

/// Those that people write (CSS Color 4 §6.1).
const NAMED: [(&str, [u8; 3]); 20] = [
    ("black", [0, 0, 0]),
    ("white", [255, 255, 255]),
    ("gray", [128, 128, 128]),
    ("grey", [128, 128, 128]),
    ("silver", [192, 192, 192]),
    ("lightgray", [211, 211, 211]),
    ("lightgrey", [211, 211, 211]),
    ("darkgray", [169, 169, 169]),
    ("darkgrey", [169, 169, 169]),
    ("red", [255, 0, 0]),
    ("green", [0, 128, 0]),
    ("lime", [0, 255, 0]),
    ("blue", [0, 0, 255]),
    ("navy", [0, 0, 128]),
    ("yellow", [255, 255, 0]),
    ("orange", [255, 165, 0]),
    ("purple", [128, 0, 128]),
    ("maroon", [128, 0, 0]),
    ("teal", [0, 128, 128]),
    ("olive", [128, 128, 0]),
];

/// The value of a property of an inline style; of two, the last.
pub(super) fn property<'s>(style: &'s str, name: &str) -> Option<&'s str> {
    let mut found = None;
    for declaration in style.split(';') {
        if let Some((property, value)) = declaration.split_once(':')
            && property.trim().eq_ignore_ascii_case(name)
        {
            let value = value.trim();
            found = Some(value.split_once('!').map_or(value, |(value, _)| value.trim()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_standard() {
        let of = |one: &str, two: &str| Colour::read(one).unwrap().contrast(Colour::read(two).unwrap());
        assert!((of("#000", "white") - 21.0).abs() < 1e-9);
        assert!((of("#fff", "rgb(255, 255, 255)") - 1.0).abs() < 1e-9);
        // Both are examples of the standard's own tools.
        assert!((of("#777777", "#fff") - 4.478).abs() < 1e-3);
        assert!((of("#767676", "#fff") - 4.542).abs() < 1e-3);
    }

    #[test]
    fn what_is_no_plain_colour_is_none() {
        for text in ["", "#12", "#ggg", "rgba(0,0,0,.5)", "rgb(1,2)", "rgb(1,2,3,4)", "transparent", "url(x)", "#é12"]
        {
            assert_eq!(Colour::read(text), None, "{text}");
        }
        assert_eq!(property("COLOR : red ; color:#fff !important", "color"), Some("#fff"));
        assert_eq!(property("background-color:red", "color"), None);
    }
}
