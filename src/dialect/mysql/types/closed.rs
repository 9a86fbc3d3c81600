//! Types that are read from text alone and written to nothing else.

/// Whether no number, time or other such type can become this one, nor this one become such.
pub(crate) fn is_closed(data_type: &str) -> bool {
    matches!(base(data_type), "uuid" | "inet4" | "inet6") || is_shape(data_type)
}

/// Whether it is one of the geometric types.
pub(crate) fn is_shape(data_type: &str) -> bool {
    matches!(
        base(data_type),
        "geometry"
            | "point"
            | "linestring"
            | "polygon"
            | "multipoint"
            | "multilinestring"
            | "multipolygon"
            | "geometrycollection"
    )
}

/// The type's name alone.
pub(crate) fn base(data_type: &str) -> &str {
    data_type
        .split(|it: char| !it.is_ascii_alphanumeric())
        .next()
        .unwrap_or(data_type)
}
