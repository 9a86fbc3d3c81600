//! The registry as a whole; the loaders are tested by `cache warm`, against databases.

use super::cache;

#[test]
fn every_entry_has_a_loader_and_every_prefix_its_life() {
    let registry = cache();
    let lives: Vec<(&str, u64)> = registry
        .prefixes()
        .iter()
        .map(|prefix| (prefix.prefix, registry.ttl(prefix).as_secs()))
        .collect();
    assert_eq!(
        lives,
        [
            ("user:", 3600),
            ("class:", 3600),
            ("assignment:", 3600),
            ("grading:", 86_400),
            ("analytics:", 300)
        ]
    );
    for prefix in registry.prefixes() {
        assert!(prefix.example.starts_with(prefix.prefix));
        let entries = registry.entries().iter();
        let of_prefix = entries.filter(|entry| entry.name.starts_with(prefix.prefix));
        assert!(of_prefix.clone().count() > 0, "{}", prefix.prefix);
        assert!(of_prefix.into_iter().all(|entry| entry.loader.is_some()));
    }
    let warmed = registry.entries().iter().filter(|entry| entry.is_warmed);
    let warmed: Vec<&str> = warmed.map(|entry| entry.name).collect();
    assert_eq!(warmed, ["user:profile", "class:statistics"]);
}
