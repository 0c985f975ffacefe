//! The date as chat templates ask for it: `strftime_now("%d %B %Y")`, in UTC.

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] =
    ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];

/// Formats `unix_s` by the usual conversion letters; one that is not known stays as it is written.
pub(crate) fn format_utc(pattern: &str, unix_s: i64) -> String {
    let days = unix_s.div_euclid(86_400);
    let seconds = unix_s.rem_euclid(86_400);
    let (year, month, day) = civil_from_days(days);
    let month_name = name(&MONTHS, month - 1);
    let day_name = name(&DAYS, days.rem_euclid(7));
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut text = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            text.push(letter);
            continue;
        }
        let mut conversion = letters.next();
        let plain = conversion == Some('-');
        if plain {
            conversion = letters.next();
        }
        let two = |number: i64| if plain { number.to_string() } else { format!("{number:02}") };
        match conversion {
            Some('Y') => text += &year.to_string(),
            Some('y') => text += &two(year.rem_euclid(100)),
            Some('m') => text += &two(month),
            Some('d') => text += &two(day),
            Some('B') => text += month_name,
            Some('b' | 'h') => text.extend(month_name.chars().take(3)),
            Some('A') => text += day_name,
            Some('a') => text.extend(day_name.chars().take(3)),
            Some('H') => text += &two(hour),
            Some('I') => text += &two((hour + 11) % 12 + 1),
            Some('p') => text += if hour < 12 { "AM" } else { "PM" },
            Some('M') => text += &two(minute),
            Some('S') => text += &two(second),
            Some('F') => text.extend([year.to_string(), format!("-{month:02}-{day:02}")]),
            Some('T') => text.extend([format!("{hour:02}:{minute:02}:{second:02}")]),
            Some('%') => text.push('%'),
            Some(other) => text.extend(['%', other]),
            None => text.push('%'),
        }
    }
    text
}

fn name(names: &[&'static str], index: i64) -> &'static str {
    usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or("")
}

/// Proleptic Gregorian date of a day counted from 1970-01-01. Years are counted from March, so that
/// the leap day is a year's last.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, unix_s: i64, expect: &str) {
        assert_eq!(format_utc(pattern, unix_s), expect);
    }

    #[test]
    fn dates_are_written_as_asked() {
        check("%d %B %Y", 0, "01 January 1970");
        check("%A %a %b", 0, "Thursday Thu Jan");
        check("%Y-%m-%d %H:%M:%S", 951_782_399, "2000-02-28 23:59:59");
        check("%F", 951_782_400, "2000-02-29");
        check("%F %T", 1_795_572_000, "2026-11-25 02:00:00");
        check("%-d/%-m/%y %I %p", 1_772_600_400, "4/3/26 05 AM");
        check("100% %% %q %", 0, "100% % %q %");
        check("%F", -86_400, "1969-12-31");
    }
}
