//! Tests of the whole: layers, the rule of type and URL, URLs, drivers' options, secrets, the template.

mod backends;
mod drivers;
mod layering;
mod redis;
mod secrets;
mod templates;
mod urls;

use std::ffi::OsString;

use tempfile::TempDir;

use super::{Config, ConfigError, Flags, Surroundings};

/// A directory of its own with the files and variables that a case asks for.
struct Place {
    dir: TempDir,
    around: Surroundings,
}

impl Place {
    fn new() -> Place {
        let dir = tempfile::tempdir().unwrap();
        let around = Surroundings {
            vars: Default::default(),
            dir: dir.path().to_owned(),
        };
        Place { dir, around }
    }

    fn var(mut self, name: &str, value: &str) -> Place {
        self.around
            .vars
            .insert(name.to_owned(), OsString::from(value));
        self
    }

    fn file(self, name: &str, text: &str) -> Place {
        std::fs::write(self.dir.path().join(name), text).unwrap();
        self
    }

    fn load(&self, flags: &Flags) -> Result<Config, ConfigError> {
        Config::load(flags, &self.around)
    }

    fn config(&self) -> Config {
        self.load(&Flags::default()).unwrap()
    }

    fn complaint(&self) -> String {
        self.load(&Flags::default()).unwrap_err().to_string()
    }
}
