//! What an accountant gets of a month that is closed: files in one archive, with the hash of each.

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::io::{Cursor, Read as _, Write as _};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Lists every file with its hash, as `sha256sum --check` reads it.
const MANIFEST: &str = "SHA256SUMS";

/// A file on its way into an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// What it is called.
    pub name: String,
    /// What is in it.
    pub content: Vec<u8>,
}

/// Why there is no archive: a fault of ours, or more than an archive holds.
#[derive(Debug, thiserror::Error)]
#[error("the archive could not be written")]
pub struct NoPackage(#[from] ZipError);

impl From<std::io::Error> for NoPackage {
    fn from(error: std::io::Error) -> Self {
        Self(error.into())
    }
}

/// An archive that is being written, with the hashes of all that is in it. Nothing in it depends on the machine or the clock.
#[derive(Debug)]
pub struct Archive {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    manifest: String,
}

impl Default for Archive {
    fn default() -> Self {
        Self { zip: ZipWriter::new(Cursor::new(Vec::new())), manifest: String::new() }
    }
}

impl Archive {
    /// Puts a file into it; answers its hash.
    ///
    /// # Errors
    /// [`NoPackage`].
    pub fn add(&mut self, name: &str, content: &[u8]) -> Result<String, NoPackage> {
        let hash = hash(content);
        self.put(name, content)?;
        let _ = writeln!(self.manifest, "{hash}  {name}");
        Ok(hash)
    }

    /// Ends it with the list of hashes.
    ///
    /// # Errors
    /// [`NoPackage`].
    pub fn end(mut self) -> Result<Vec<u8>, NoPackage> {
        let manifest = std::mem::take(&mut self.manifest);
        self.put(MANIFEST, manifest.as_bytes())?;
        Ok(self.zip.finish()?.into_inner())
    }

    fn put(&mut self, name: &str, content: &[u8]) -> Result<(), NoPackage> {
        let options =
            SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).unix_permissions(0o644);
        self.zip.start_file(name, options)?;
        self.zip.write_all(content)?;
        Ok(())
    }
}

/// Puts files into an archive with the hashes of all.
///
/// # Errors
/// [`NoPackage`].
pub fn package(files: &[Handed]) -> Result<Vec<u8>, NoPackage> {
    let mut archive = Archive::default();
    for Handed { name, content } in files {
        archive.add(name, content)?;
    }
    archive.end()
}

/// Takes a file out of an archive of [`package`]; none where it is not in it.
///
/// # Errors
/// [`NoPackage`] for what is no such archive.
pub fn handed_over(archive: &[u8], name: &str) -> Result<Option<Vec<u8>>, NoPackage> {
    let mut archive = ZipArchive::new(Cursor::new(archive))?;
    let mut file = match archive.by_name(name) {
        Err(ZipError::FileNotFound) => return Ok(None),
        found => found?,
    };
    let mut content = Vec::new();
    file.read_to_end(&mut content)?;
    Ok(Some(content))
}

/// A SHA-256.
pub fn digest(content: &[u8]) -> Vec<u8> {
    Sha256::digest(content).to_vec()
}

/// A SHA-256 in hexadecimal digits.
pub fn hash(content: &[u8]) -> String {
    written(&digest(content))
}

/// Bytes in hexadecimal digits.
pub fn written(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_tells_the_hash_of_each_file_and_equal_files_make_equal_bytes() {
        let files = [("a.csv", "å"), ("b.si", "")]
            .map(|(name, text)| Handed { name: name.to_owned(), content: text.as_bytes().to_vec() });
        let bytes = package(&files).unwrap();
        assert_eq!(package(&files).unwrap(), bytes);
        assert_eq!(handed_over(&bytes, "a.csv").unwrap(), Some("å".as_bytes().to_vec()));
        assert_eq!(handed_over(&bytes, "c.csv").unwrap(), None);
        assert!(handed_over(b"PK", "a.csv").is_err());
        let manifest = String::from_utf8(handed_over(&bytes, MANIFEST).unwrap().unwrap()).unwrap();
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(manifest, format!("{}  a.csv\n{empty}  b.si\n", hash("å".as_bytes())));
    }
}
