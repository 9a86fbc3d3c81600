//! Where the process stands: its variables and its directory.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

/// The variables and the working directory that configuration is read from. Tests make their own.
#[derive(Clone, Default)]
pub struct Surroundings {
    pub vars: BTreeMap<String, OsString>,
    pub dir: PathBuf,
}

impl Surroundings {
    /// Those of this process. Nothing else in the library reads the environment.
    ///
    /// # Errors
    /// The working directory was removed or may not be read.
    pub fn of_process() -> std::io::Result<Surroundings> {
        let vars = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect();
        Ok(Surroundings {
            vars,
            dir: std::env::current_dir()?,
        })
    }
}

/// Variables hold secrets, so that only the directory shows.
impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings")
            .field("dir", &self.dir)
            .finish_non_exhaustive()
    }
}
