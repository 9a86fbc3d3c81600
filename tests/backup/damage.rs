//! A backup that is not what was written is found out before anything is.

use std::path::Path;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::on;
use crate::school::{back_up, chunks, fill, manifest, names, path, sums};
use crate::support::{TestEnvironment, fault};

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for name in names(from) {
        let (one, other) = (from.join(&name), to.join(&name));
        if one.is_dir() {
            copy(&one, &other);
        } else {
            std::fs::copy(one, other).unwrap();
        }
    }
}

/// Restoring it ends with 8 and changes nothing; so does verifying it.
#[track_caller]
fn is_refused(env: &TestEnvironment, backup: &Path, word: &str) {
    let before = sums(env);
    let tables = env.tables();
    env.piton(["restore", path(backup), "--replace"])
        .ends(8)
        .says([word]);
    assert_eq!(env.tables(), tables);
    assert_eq!(sums(env), before);
    env.piton(["backup", "verify", path(backup)])
        .ends(8)
        .says([word]);
}

on! {
    [json, sqlite, postgres, mysql]
    fn a_chunk_that_is_flipped_cut_missing_or_extra_is_refused_before_anything_is_written(env) {
        let case = fault::case(49, env.backend()).cases(5);
        fill(env);
        let backup = back_up(env, &[]);
        let bad = env.path("bad");
        let damaged = |damage: &dyn Fn(&Path)| {
            drop(std::fs::remove_dir_all(&bad));
            copy(&backup, &bad);
            damage(&bad);
        };
        damaged(&|bad| {
            let chunk = &chunks(bad)[0];
            let mut bytes = std::fs::read(chunk).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            std::fs::write(chunk, bytes).unwrap();
        });
        is_refused(env, &bad, "SHA-256");
        damaged(&|bad| {
            let chunk = &chunks(bad)[0];
            let bytes = std::fs::read(chunk).unwrap();
            std::fs::write(chunk, &bytes[..bytes.len() - 1]).unwrap();
        });
        is_refused(env, &bad, "bytes");
        damaged(&|bad| std::fs::remove_file(&chunks(bad)[0]).unwrap());
        is_refused(env, &bad, "missing");
        damaged(&|bad| {
            let chunk = &chunks(bad)[0];
            std::fs::copy(chunk, chunk.with_file_name("000099.copy.zst")).unwrap();
        });
        is_refused(env, &bad, "does not belong");
        damaged(&|bad| {
            let file = bad.join("manifest.json");
            let text = std::fs::read_to_string(&file).unwrap();
            std::fs::write(file, text.replacen("\"rows\": 3", "\"rows\": 2", 1)).unwrap();
        });
        is_refused(env, &bad, "checksum");
        drop(case);
    }
}

/// Writes a manifest as whoever means ill would: with the right checksum.
fn reseal(backup: &Path, change: impl FnOnce(&mut Value)) {
    let mut document = manifest(backup);
    document.as_object_mut().unwrap().remove("checksum");
    change(&mut document);
    let mut body = serde_json::to_string_pretty(&document).unwrap();
    body.truncate(body.len() - 2);
    let sum = hex(&Sha256::digest(body.as_bytes()));
    std::fs::write(
        backup.join("manifest.json"),
        format!("{body},\n  \"checksum\": \"{sum}\"\n}}\n"),
    )
    .unwrap();
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first chunk that there is in a manifest.
fn first_chunk(document: &mut Value) -> &mut Value {
    document["tables"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .find_map(|table| table.get_mut("chunks")?.get_mut(0))
        .unwrap()
}

#[test]
fn names_that_lead_out_of_a_backup_are_refused() {
    let env = TestEnvironment::new();
    fill(&env);
    let backup = back_up(&env, &[]);
    std::fs::write(env.path("secret"), "x").unwrap();
    for outside in [
        "../secret".to_owned(),
        "rows/../../secret".to_owned(),
        env.path("secret").display().to_string(),
        "rows\\..\\secret".to_owned(),
        "C:secret".to_owned(),
    ] {
        let _case = fault::case(50, "any");
        let bad = env.path("bad");
        drop(std::fs::remove_dir_all(&bad));
        copy(&backup, &bad);
        reseal(&bad, |document| {
            first_chunk(document)["path"] = outside.as_str().into();
        });
        is_refused(&env, &bad, "outside the backup");
    }
}

#[test]
fn links_in_a_backup_are_refused() {
    let env = TestEnvironment::new();
    fill(&env);
    let backup = back_up(&env, &[]);
    let _case = fault::case(50, "any").cases(2);
    let bad = env.path("bad");
    copy(&backup, &bad);
    let chunk = chunks(&bad)[0].clone();
    let aside = env.path("aside");
    std::fs::rename(&chunk, &aside).unwrap();
    std::os::unix::fs::symlink(&aside, &chunk).unwrap();
    is_refused(&env, &bad, "link");
    std::fs::remove_dir_all(&bad).unwrap();
    copy(&backup, &bad);
    std::fs::rename(bad.join("rows"), env.path("rows")).unwrap();
    std::os::unix::fs::symlink(env.path("rows"), bad.join("rows")).unwrap();
    is_refused(&env, &bad, "link");
}

#[test]
fn what_unpacks_to_more_than_it_says_is_refused() {
    let env = TestEnvironment::new();
    fill(&env);
    let backup = back_up(&env, &[]);
    let _case = fault::case(50, "any");
    let bad = env.path("bad");
    copy(&backup, &bad);
    // 64 MiB of newlines.
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    std::io::copy(
        &mut std::io::Read::take(std::io::repeat(b'\n'), 64 << 20),
        &mut encoder,
    )
    .unwrap();
    let bomb = encoder.finish().unwrap();
    reseal(&bad, |document| {
        let chunk = first_chunk(document);
        let file = bad.join(chunk["path"].as_str().unwrap());
        std::fs::write(file, &bomb).unwrap();
        chunk["bytes"] = bomb.len().into();
        chunk["sha256"] = hex(&Sha256::digest(&bomb)).into();
    });
    is_refused(&env, &bad, "unpacks to more than");
}

#[test]
fn what_is_no_backup_and_what_is_of_a_later_format_is_told() {
    let env = TestEnvironment::new();
    fill(&env);
    let backup = back_up(&env, &[]);
    env.piton(["restore", "nowhere"])
        .ends(2)
        .says(["not there", "piton backup list"]);
    env.write("empty/x", "");
    env.piton(["restore", "empty"])
        .ends(2)
        .says(["no manifest.json"]);
    let partial = env.path("20200101T000000Z-x.partial");
    copy(&backup, &partial);
    env.piton(["restore", path(&partial)])
        .ends(3)
        .says(["not finished"]);
    let later = env.path("later");
    copy(&backup, &later);
    reseal(&later, |document| document["format"] = 2.into());
    env.piton(["restore", path(&later)])
        .ends(3)
        .says(["format 2"]);
}
