//! Tables for people.

use comfy_table::{ContentArrangement, presets};

/// Rows under a heading, without lines between them, as wide as the terminal allows.
pub struct Table(comfy_table::Table);

impl Table {
    pub fn new<const N: usize>(heading: [&str; N]) -> Table {
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING);
        let (_, columns) = console::Term::stdout().size();
        if console::user_attended() && columns > 20 {
            table
                .set_content_arrangement(ContentArrangement::Dynamic)
                .set_width(columns);
        } else {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
        table.set_header(heading.map(|cell| super::bold().apply_to(cell).to_string()));
        Table(table)
    }

    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.0.add_row(cells);
    }

    /// The lines, without blanks at their ends.
    pub fn lines(&self) -> Vec<String> {
        self.0
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn columns_hold_also_behind_wide_characters() {
        let mut table = Table::new(["revision", "message"]);
        table.row(["添加".to_owned(), "x".to_owned()]);
        table.row(["abcd".to_owned(), "y".to_owned()]);
        let lines = table.lines();
        let column =
            |line: &str, what: &str| super::super::width(&line[..line.find(what).unwrap()]);
        assert_eq!(column(&lines[1], "x"), column(&lines[2], "y"));
    }
}
