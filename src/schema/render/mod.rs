//! The model for reading elsewhere: a diagram, and JSON.

mod json;
mod mermaid;

pub use json::SchemaDocument;
pub use mermaid::mermaid;
