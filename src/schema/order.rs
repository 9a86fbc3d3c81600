//! Things in an order in which each comes after those that it waits for.

/// Puts each item behind those that it waits for; those that wait for one another in a circle stay as they are.
pub fn ordered<T>(mut left: Vec<T>, waits_for: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let mut sorted = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_free = |at: &usize| {
            let others = left.iter().enumerate().filter(|(other, _)| other != at);
            !others
                .map(|(_, other)| other)
                .any(|other| waits_for(&left[*at], other))
        };
        let next = (0..left.len()).find(is_free).unwrap_or_default();
        sorted.push(left.remove(next));
    }
    sorted
}
