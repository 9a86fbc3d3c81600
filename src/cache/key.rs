//! Typed keys.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a value is kept under.
pub trait Key: Send + Sync {
    /// What is kept, as JSON.
    type Value: Serialize + DeserializeOwned + Send;

    /// The entry of the registry, such as `user:profile`.
    const ENTRY: &'static str;

    /// Raised when the value's form changes: a value of another version counts as missing.
    const VERSION: u32 = 1;

    /// What tells this key from the entry's others.
    fn id(&self) -> String;
}

/// The key in Redis: the entry, a colon and the id, in which what would change a key's slot or break a line
/// is percent-encoded.
pub fn key_of(entry: &str, id: &str) -> String {
    let mut key = String::with_capacity(entry.len() + 1 + id.len());
    key.push_str(entry);
    key.push(':');
    for character in id.chars() {
        if matches!(character, '{' | '}' | '%') || character.is_control() {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                key.push_str(&format!("%{byte:02X}"));
            }
        } else {
            key.push(character);
        }
    }
    key
}

/// The key of the lease for a key, in the same slot.
pub(super) fn lease_of(key: &str) -> String {
    format!("{LEASE_PREFIX}{{{key}}}")
}

pub(super) const LEASE_PREFIX: &str = "piton:lease:";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redis::slot_of;

    #[test]
    fn a_lease_stands_in_the_slot_of_its_key() {
        for id in ["12345", "班级一", "a{b}c", "{}", "50%", "line\nbreak"] {
            let key = key_of("user:profile", id);
            assert!(!key.contains(['{', '}', '\n']), "{key}");
            assert_eq!(slot_of(key.as_bytes()), slot_of(lease_of(&key).as_bytes()));
        }
    }

    #[test]
    fn two_ids_never_share_a_key() {
        assert_ne!(key_of("e", "{"), key_of("e", "%7B"));
        assert_eq!(key_of("user:profile", "12345"), "user:profile:12345");
    }
}
