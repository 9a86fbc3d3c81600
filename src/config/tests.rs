//! Tests of the whole: layers, the rule of type and URL, secrets.
