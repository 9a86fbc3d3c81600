//! A statement with a place in it marked.

use super::{escape, width};

/// How many lines around the marked one are shown.
const AROUND: usize = 2;

/// Lines of `text`, numbered from `first_line`, with a caret under the `position`-th character (from 1).
/// Without a position the first lines are shown.
pub fn marked(text: &str, first_line: usize, position: Option<usize>) -> Vec<String> {
    let lines: Vec<&str> = text.split('\n').collect();
    let (at, column) = match position {
        None => (0, None),
        Some(position) => {
            let mut left = position.saturating_sub(1);
            let mut found = (lines.len() - 1, None);
            for (i, line) in lines.iter().enumerate() {
                let length = line.chars().count();
                if left <= length {
                    found = (i, Some(left));
                    break;
                }
                left -= length + 1;
            }
            found
        }
    };
    let from = at.saturating_sub(AROUND);
    let to = (at + AROUND + 1).min(lines.len());
    let gutter = (first_line + to).to_string().len();
    let mut shown = Vec::new();
    for (i, line) in lines.iter().enumerate().take(to).skip(from) {
        shown.push(format!("  {:>gutter$} | {}", first_line + i, visible(line)));
        if let (true, Some(column)) = (i == at, column) {
            let before: String = line.chars().take(column).collect();
            shown.push(format!(
                "  {:>gutter$} | {}^",
                "",
                " ".repeat(width(&visible(&before)))
            ));
        }
    }
    if to < lines.len() {
        shown.push(format!("  {:>gutter$} | …", ""));
    }
    shown
}

fn visible(line: &str) -> String {
    escape(&line.trim_end_matches('\r').replace('\t', "    "), false)
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn the_caret_stands_under_the_place_also_behind_wide_characters() {
        let lines = marked("SELECT 1;\nSELECT '学生' FORM t", 7, Some(23));
        assert_eq!(
            lines,
            [
                "  7 | SELECT 1;",
                "  8 | SELECT '学生' FORM t",
                "    |               ^",
            ]
        );
    }

    #[test]
    fn without_a_place_the_beginning_is_shown() {
        let lines = marked("a\nb\nc\nd", 1, None);
        assert_eq!(lines, ["  1 | a", "  2 | b", "  3 | c", "    | …"]);
    }
}
