//! Numbers as people write them: in digits, and rounded as people round. `1.005` is not a little less than it says.

use tera::Value;

/// Longest number that is read, in digits.
const DIGITS_MAX: usize = 40;

/// A decimal number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    /// At least one digit.
    whole: String,
    fraction: String,
}

/// Where a number goes whose rest is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rounding {
    /// To the next; a half goes away from zero.
    Half,
    Up,
    Down,
}

impl Decimal {
    /// A number, or a text that is one. None: anything else, and what has more than 40 digits before its point.
    pub(super) fn of(value: &Value) -> Option<Self> {
        match (value.as_str(), value.as_i128(), value.as_f64()) {
            (Some(text), ..) => Self::read(text),
            (_, Some(whole), _) => Self::read(&whole.to_string()),
            (.., Some(number)) if number.is_finite() => Self::read(&number.to_string()),
            _ => None,
        }
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) || digits.ends_with('.') {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let whole = if whole.is_empty() { "0" } else { whole };
        let fraction = &fraction[..fraction.len().min(DIGITS_MAX)];
        (whole.len() <= DIGITS_MAX).then(|| Self::made(negative, whole.to_owned(), fraction.to_owned()))
    }

    fn made(negative: bool, whole: String, fraction: String) -> Self {
        let is_zero = whole.bytes().chain(fraction.bytes()).all(|digit| digit == b'0');
        Self { negative: negative && !is_zero, whole, fraction }
    }

    pub(super) const fn is_negative(&self) -> bool {
        self.negative
    }

    pub(super) fn whole(&self) -> &str {
        &self.whole
    }

    /// Digits behind the point, without noughts at the end.
    pub(super) fn fraction(&self) -> &str {
        self.fraction.trim_end_matches('0')
    }

    /// The same number with exactly so many digits behind the point.
    pub(super) fn rounded(&self, places: usize, rounding: Rounding) -> Self {
        let mut fraction = self.fraction.clone();
        if fraction.len() <= places {
            fraction.extend(std::iter::repeat_n('0', places - fraction.len()));
            return Self { fraction, ..self.clone() };
        }
        let rest = fraction.split_off(places);
        let something = rest.bytes().any(|digit| digit != b'0');
        let away = match rounding {
            Rounding::Half => rest.as_bytes()[0] >= b'5',
            Rounding::Up => something && !self.negative,
            Rounding::Down => something && self.negative,
        };
        let mut digits = [self.whole.as_bytes(), fraction.as_bytes()].concat();
        if away {
            count_up(&mut digits);
        }
        let fraction = digits.split_off(digits.len() - places);
        let text = |digits| String::from_utf8(digits).unwrap_or_default();
        Self::made(self.negative, text(digits), text(fraction))
    }

    /// Its point goes so many digits to the right; less than none: to the left.
    pub(super) fn shifted(&self, digits: i32) -> Self {
        let (mut whole, mut fraction) = (self.whole.clone(), self.fraction.clone());
        for _ in 0..digits {
            whole.push(if fraction.is_empty() { '0' } else { fraction.remove(0) });
        }
        for _ in digits..0 {
            fraction.insert(0, whole.pop().unwrap_or('0'));
        }
        let start = whole.bytes().take_while(|digit| *digit == b'0').count().min(whole.len().saturating_sub(1));
        let whole = if whole.is_empty() { "0".to_owned() } else { whole.split_off(start) };
        Self::made(self.negative, whole, fraction)
    }

    pub(super) fn as_f64(&self) -> f64 {
        self.plain().parse().unwrap_or_default()
    }

    /// None: it is not whole, or too large.
    pub(super) fn as_whole(&self) -> Option<i128> {
        if self.fraction().is_empty() { self.plain().parse().ok() } else { None }
    }

    /// As a computer writes it.
    fn plain(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        let point = if self.fraction().is_empty() { "" } else { "." };
        format!("{sign}{}{point}{}", self.whole, self.fraction())
    }
}

/// For templates to calculate with.
impl From<Decimal> for Value {
    fn from(decimal: Decimal) -> Self {
        match decimal.as_whole().and_then(|whole| i64::try_from(whole).ok()) {
            Some(whole) => whole.into(),
            None => decimal.as_f64().into(),
        }
    }
}

fn count_up(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit == b'9' {
            *digit = b'0';
        } else {
            *digit += 1;
            return;
        }
    }
    digits.insert(0, b'1');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounded(text: &str, places: usize, rounding: Rounding) -> String {
        let Decimal { negative, whole, fraction } = Decimal::read(text).unwrap().rounded(places, rounding);
        format!("{}{whole}.{fraction}", if negative { "-" } else { "" })
    }

    #[test]
    fn a_half_goes_away_from_zero_and_nothing_is_lost_to_a_computers_fractions() {
        for (text, shown) in
            [("1.005", "1.01"), ("9.999", "10.00"), ("-1.005", "-1.01"), ("2", "2.00"), ("0.001", "0.00")]
        {
            assert_eq!(rounded(text, 2, Rounding::Half), shown, "{text}");
        }
        assert_eq!(rounded("1.1", 0, Rounding::Up), "2.");
        assert_eq!(rounded("-1.1", 0, Rounding::Up), "-1.");
        assert_eq!(rounded("-1.1", 0, Rounding::Down), "-2.");
        assert_eq!(rounded("-0.4", 0, Rounding::Half), "0.");
    }

    #[test]
    fn the_point_moves_by_digits() {
        let moved = |text: &str, digits| Decimal::read(text).unwrap().shifted(digits).plain();
        assert_eq!(moved("0.255", 2), "25.5");
        assert_eq!(moved("4250", -2), "42.5");
        assert_eq!(moved("7", -2), "0.07");
        assert_eq!(moved("-7", 3), "-7000");
    }

    #[test]
    fn only_digits_are_a_number() {
        for bad in ["", "-", ".5", "5.", "1e9", "1,000", "NaN", "1 2", "１"] {
            assert_eq!(Decimal::read(bad), None, "{bad}");
        }
        assert_eq!(Decimal::read(&"9".repeat(41)), None);
        assert_eq!(Decimal::read(" +007.50 ").unwrap().plain(), "7.5");
    }
}
