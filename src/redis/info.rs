//! The fields of `INFO`, and of whatever else Redis answers in its form.

/// A text of lines `name:value`, as [`INFO`](https://redis.io/docs/latest/commands/info/) gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Info(String);

impl Info {
    pub fn new(text: impl Into<String>) -> Info {
        Info(text.into())
    }

    /// All fields, in their order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let lines = self.0.lines();
        lines.filter_map(|line| line.trim_end().split_once(':'))
    }

    /// The value of a field; `None` where there is none of that name.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields()
            .find(|(field, _)| *field == name)
            .map(|(_, value)| value)
    }

    /// The same as a whole number; `None` where it is none.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.field(name)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Info;

    #[test]
    fn a_field_is_told_from_those_that_begin_alike() {
        let info = Info::new(
            "# Memory\r\nused_memory_human:1M\r\nused_memory:7\r\nmaxmemory_policy:noeviction\r\n",
        );
        assert_eq!(info.number("used_memory"), Some(7));
        assert_eq!(info.field("maxmemory_policy"), Some("noeviction"));
        assert_eq!(info.number("maxmemory_policy"), None);
        assert_eq!(info.field("maxmemory"), None);
    }
}
