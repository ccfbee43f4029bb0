//! Numbers, sizes and durations.

use std::time::Duration;

/// A whole number, decimal or `0x…`.
pub fn int(word: &str) -> Option<i64> {
    let (sign, digits) = match word.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, word),
    };
    let value = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => i64::from_str_radix(hex, 16).ok()?,
        None if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok()?,
        None => return None,
    };
    value.checked_mul(sign)
}

/// A size in bytes: `1024`, `64K`, `1M`, `1G` (powers of 1,024).
pub fn size(word: &str) -> Option<u64> {
    let (digits, unit) = match word.as_bytes().last()? {
        b'k' | b'K' => (&word[..word.len() - 1], 1 << 10),
        b'm' | b'M' => (&word[..word.len() - 1], 1 << 20),
        b'g' | b'G' => (&word[..word.len() - 1], 1 << 30),
        _ => (word, 1u64),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

/// A duration: `50ms`, `2s`, `200us`, `1m`; a bare number is seconds.
pub fn duration(word: &str) -> Option<Duration> {
    let split = word.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(word.len());
    let (digits, unit) = word.split_at(split);
    if digits.is_empty() || digits.starts_with('.') || digits.ends_with('.') {
        return None;
    }
    let value: f64 = digits.parse().ok()?;
    let seconds = match unit {
        "" | "s" => value,
        "ms" => value / 1e3,
        "us" | "µs" => value / 1e6,
        "m" | "min" => value * 60.0,
        _ => return None,
    };
    (seconds <= 1e9).then(|| Duration::from_nanos((seconds * 1e9).round() as u64))
}

/// A duration as it would be typed.
pub fn show_duration(d: Duration) -> String {
    let us = d.as_micros();
    match us {
        0 => "0s".into(),
        us if us % 1_000_000 == 0 => format!("{}s", us / 1_000_000),
        us if us % 1_000 == 0 => format!("{}ms", us / 1_000),
        us => format!("{us}us"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_durations() {
        assert_eq!(size("64K"), Some(65536));
        assert_eq!(size("1G"), Some(1 << 30));
        assert_eq!(size("99999999999G"), None);
        assert_eq!(size("K"), None);
        assert_eq!(duration("50ms"), Some(Duration::from_millis(50)));
        assert_eq!(duration("0.5"), Some(Duration::from_millis(500)));
        assert_eq!(duration("-1"), None);
        assert_eq!(duration("2h"), None);
        assert_eq!(int("-0x10"), Some(-16));
        assert_eq!(int("1_000"), None);
    }
}
