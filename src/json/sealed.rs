//! A JSON document whose last line but one is a SHA-256 of all before it.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

const CHECKSUM: &str = ",\n  \"checksum\": \"";
const END: &str = "\"\n}\n";

/// Why a document does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unsealed {
    #[error("cut off: the checksum is missing")]
    Cut,
    #[error("its checksum does not match")]
    Changed,
}

/// The document as pretty JSON, with its checksum. What is sealed is a struct with at least one member.
pub(crate) fn seal(document: &impl Serialize) -> Vec<u8> {
    let mut body = serde_json::to_string_pretty(document)
        .expect("a manifest has string keys and no values that JSON lacks");
    body.truncate(body.len() - "\n}".len());
    let checksum = checksum(&body);
    body.push_str(&format!("{CHECKSUM}{checksum}{END}"));
    body.into_bytes()
}

/// Whether the checksum is that of what stands before it.
pub(crate) fn check(text: &str) -> Result<(), Unsealed> {
    let (body, said) = text
        .strip_suffix(END)
        .and_then(|text| text.rsplit_once(CHECKSUM))
        .ok_or(Unsealed::Cut)?;
    if checksum(body) == said {
        Ok(())
    } else {
        Err(Unsealed::Changed)
    }
}

fn checksum(body: &str) -> String {
    hex::encode(Sha256::digest(body.as_bytes()))
}
