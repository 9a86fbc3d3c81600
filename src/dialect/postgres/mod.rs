//! All that PostgreSQL alone knows.
