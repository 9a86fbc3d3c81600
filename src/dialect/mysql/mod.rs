//! All that MySQL and MariaDB alone knows.
