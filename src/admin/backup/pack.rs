//! Packing chunks with zstd, and unpacking no more than was said.

use std::io::{self, Read, Write};

/// Fast, and a quarter of the size of text all the same.
const LEVEL: i32 = 1;

/// The largest window that is unpacked, as a power of two: what the fast levels write needs far less, and what
/// asks for gigabytes is no chunk.
const WINDOW_LOG: u32 = 27;

/// One zstd frame with a checksum and the unpacked size in its header.
pub(super) fn pack(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressor = zstd::bulk::Compressor::new(LEVEL)?;
    compressor.include_checksum(true)?;
    compressor.compress(bytes)
}

/// Packs whatever comes; to be finished.
pub(super) fn packer<W: Write>(to: W) -> io::Result<zstd::Encoder<'static, W>> {
    let mut encoder = zstd::Encoder::new(to, LEVEL)?;
    encoder.include_checksum(true)?;
    Ok(encoder)
}

/// Unpacks as it is read.
pub(super) fn unpacker<R: Read>(from: R) -> io::Result<impl Read> {
    let mut decoder = zstd::Decoder::new(from)?;
    decoder.window_log_max(WINDOW_LOG)?;
    Ok(decoder)
}

/// Unpacks what has `size` bytes unpacked, and fails for anything else.
pub(super) fn unpack(packed: &[u8], size: u64) -> io::Result<Vec<u8>> {
    // What a manifest says is not taken for memory to hold before it is so.
    let capacity = usize::try_from(size.min(64 << 20)).unwrap_or_default();
    let mut bytes = Vec::with_capacity(capacity);
    unpacker(packed)?.take(size + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != size {
        return Err(wrong_size(bytes.len() as u64, size));
    }
    Ok(bytes)
}

/// How many bytes and lines there are, without keeping them; stops where there are more than `size`.
pub(super) fn measure(packed: &[u8], size: u64) -> io::Result<u64> {
    let mut reader = unpacker(packed)?.take(size + 1);
    let mut buffer = vec![0; 128 * 1024];
    let (mut bytes, mut lines) = (0, 0);
    loop {
        let read = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        bytes += read as u64;
        lines += buffer[..read].iter().filter(|byte| **byte == b'\n').count() as u64;
    }
    if bytes != size {
        return Err(wrong_size(bytes, size));
    }
    Ok(lines)
}

fn wrong_size(found: u64, said: u64) -> io::Error {
    let more = if found > said { "more than" } else { "only" };
    let shown = found.min(said);
    io::Error::new(
        io::ErrorKind::InvalidData,
        if found > said {
            format!("it unpacks to {more} the {said} bytes that the manifest says")
        } else {
            format!("it unpacks to {more} {shown} of {said} bytes")
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back_and_nothing_more() {
        let text = b"1\tx\n2\ty\n".repeat(1_000);
        let packed = pack(&text).unwrap();
        let size = text.len() as u64;
        assert_eq!(unpack(&packed, size).unwrap(), text);
        assert_eq!(measure(&packed, size).unwrap(), 2_000);
        assert!(unpack(&packed, size - 1).is_err());
        assert!(unpack(&packed, size + 1).is_err());
        assert!(measure(&packed, size - 1).is_err());
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = pack(&vec![b'\n'; 100 << 20]).unwrap();
        assert!(bomb.len() < 64 << 10);
        let error = measure(&bomb, 1_000).unwrap_err().to_string();
        assert!(error.contains("more than the 1000 bytes"), "{error}");
    }
}
