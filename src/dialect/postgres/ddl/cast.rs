//! How rows are brought from one type to another.

/// What follows `USING name` where a column's type changes, so that it runs whatever the types are: a cast where
/// PostgreSQL has one (`pg_cast`), else the way through text, which each type is read from and written to. Whether
/// the rows allow it they alone can tell.
pub(super) fn cast(from: &str, to: &str) -> String {
    use Family::{Bits, Boolean, Number, Other, Text};
    let elements = from.strip_suffix("[]").zip(to.strip_suffix("[]"));
    let (element, wanted) = elements.unwrap_or((from, to));
    match (family(element), family(wanted)) {
        (Other, Other) if element == wanted => format!("::{to}"),
        (_, Text) if wanted == "text" => format!("::{to}"),
        // There is one to and from `integer` alone.
        (Boolean, Number) if wanted != "integer" && elements.is_none() => {
            format!("::integer::{to}")
        }
        (Number, Boolean) if element != "integer" && elements.is_none() => {
            format!("::integer::{to}")
        }
        (Boolean, Number) if wanted == "integer" => format!("::{to}"),
        (Number, Boolean) if element == "integer" => format!("::{to}"),
        (Number, Bits) if matches!(element, "integer" | "bigint") => format!("::{to}"),
        (Bits, Number) if matches!(wanted, "integer" | "bigint") => format!("::{to}"),
        (Other, _) | (_, Other) => format!("::text::{to}"),
        (a, b) if a.casts_to(b) => format!("::{to}"),
        _ => format!("::text::{to}"),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Text,
    Number,
    Boolean,
    Bits,
    Json,
    Moment,
    Date,
    Time,
    TimeWithZone,
    Interval,
    Network,
    Other,
}

impl Family {
    fn casts_to(self, to: Family) -> bool {
        use Family::{Date, Interval, Moment, Text, Time, TimeWithZone};
        self == to
            || self == Text
            || to == Text
            || matches!(
                (self, to),
                (Moment, Date | Time)
                    | (Date, Moment)
                    | (Time, Interval | TimeWithZone)
                    | (TimeWithZone | Interval, Time)
            )
    }
}

fn family(data_type: &str) -> Family {
    let (before, rest) = data_type.split_once('(').unwrap_or((data_type, ""));
    let after = rest.split_once(')').map_or("", |(_, after)| after);
    match format!("{before}{after}").as_str() {
        "text" | "character varying" | "character" | "name" => Family::Text,
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" => {
            Family::Number
        }
        "boolean" => Family::Boolean,
        "bit" | "bit varying" => Family::Bits,
        "json" | "jsonb" => Family::Json,
        "timestamp without time zone" | "timestamp with time zone" => Family::Moment,
        "date" => Family::Date,
        "time without time zone" => Family::Time,
        "time with time zone" => Family::TimeWithZone,
        "interval" => Family::Interval,
        "inet" | "cidr" => Family::Network,
        _ => Family::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::cast;

    #[test]
    fn what_has_no_cast_goes_through_text() {
        for (from, to, expected) in [
            ("integer", "bigint", "::bigint"),
            (
                "integer",
                "timestamp with time zone",
                "::text::timestamp with time zone",
            ),
            ("text", "numeric(10,2)", "::numeric(10,2)"),
            ("text", "app.mood", "::text::app.mood"),
            ("boolean", "integer", "::integer"),
            ("boolean", "bigint", "::integer::bigint"),
            ("timestamp(3) without time zone", "date", "::date"),
            (
                "date",
                "time without time zone",
                "::text::time without time zone",
            ),
            ("json", "jsonb", "::jsonb"),
            ("integer[]", "bigint[]", "::bigint[]"),
            ("integer[]", "date[]", "::text::date[]"),
            ("boolean[]", "bigint[]", "::text::bigint[]"),
            ("numeric(5,2)", "bit(3)", "::text::bit(3)"),
            ("app.mood", "text", "::text"),
            ("app.mood[]", "text[]", "::text[]"),
        ] {
            assert_eq!(cast(from, to), expected, "{from} to {to}");
        }
    }
}
