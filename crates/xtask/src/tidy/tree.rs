//! The files of the repository as the checks see them: those under version control, and those about to be.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::command::program;

/// One file: where it is, with forward slashes, and what it says. A file that is no text says nothing.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    /// The name without folders.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The letters after the last dot of the name.
    pub(crate) fn extension(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }
}

/// All files, in the order of their paths.
pub(crate) struct Tree(Vec<File>);

impl Tree {
    /// Reads the files that git knows or would add.
    ///
    /// # Errors
    /// When git cannot be asked.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let list = program("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"])
            .inside(root)
            .read()
            .context("git cannot list the files")?;
        let mut files: Vec<File> = list
            .split_terminator('\0')
            // A file that is deleted but not yet committed is listed still.
            .filter_map(|path| {
                let bytes = fs::read(root.join(path)).ok()?;
                Some(File { path: path.to_owned(), text: String::from_utf8(bytes).unwrap_or_default() })
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self(files))
    }

    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| File { path: (*path).into(), text: (*text).into() }).collect())
    }

    pub(crate) fn files(&self) -> &[File] {
        &self.0
    }

    /// The files whose names end in one of these.
    pub(crate) fn with_extension<'a>(&'a self, extensions: &'a [&str]) -> impl Iterator<Item = &'a File> {
        self.0.iter().filter(|file| extensions.contains(&file.extension()))
    }

    /// The files below a folder.
    pub(crate) fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a File> {
        self.0.iter().filter(move |file| file.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
    }
}
