//! Damaged files and failing disks.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use super::super::layout::MANIFEST;
use super::power_loss::RecordingDisk;
use super::*;

fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// Puts `damaged` in the file's place, opens, and says whether it was taken in as an edit.
async fn open_damaged(dir: &Path, name: &str, damaged: &[u8]) -> bool {
    let path = dir.join(name);
    fs::write(&path, damaged).unwrap();
    let outcome = Store::open(dir, Access::Read).await;
    assert_eq!(fs::read(&path).unwrap(), damaged, "untouched");
    match outcome {
        Ok(store) => {
            assert_ne!(name, MANIFEST, "{}", String::from_utf8_lossy(damaged));
            assert!(matches!(store.notices(), [Notice::Edited { .. }]));
            true
        }
        Err(StoreError::Version { .. }) if name == MANIFEST => false,
        Err(StoreError::Corrupt { file, previous, .. }) => {
            assert_eq!(file, path);
            assert_eq!(previous, Some(dir.join(".previous/1")));
            false
        }
        Err(error) => panic!("{name}: {error:?}"),
    }
}

async fn small(dir: &Path) {
    let store = write(dir).await;
    run(&store, "CREATE TABLE t (id integer PRIMARY KEY, a varchar(9) NOT NULL, b json_text); INSERT INTO t VALUES (1, 'x', '{}')").await;
    store.commit().await.unwrap();
    run(&store, "INSERT INTO t VALUES (2, '学', '[1]')").await;
    store.commit().await.unwrap();
}

#[tokio::test]
async fn a_file_cut_at_any_byte_is_refused_or_a_valid_edit() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path()).await;
    for name in ["t.json", MANIFEST] {
        let whole = fs::read(dir.path().join(name)).unwrap();
        for length in 0..whole.len() {
            let _case = fault::case(38, "json");
            let taken_in = open_damaged(dir.path(), name, &whole[..length]).await;
            // All but the last line end.
            assert_eq!(
                taken_in,
                name == "t.json" && length == whole.len() - 1,
                "{length}"
            );
        }
        fs::write(dir.path().join(name), &whole).unwrap();
    }
}

#[tokio::test]
async fn a_flipped_bit_is_refused_or_a_valid_edit() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path()).await;
    for name in ["t.json", MANIFEST] {
        let whole = fs::read(dir.path().join(name)).unwrap();
        for at in 0..whole.len() {
            // The manifest is longer, and its checksum sees all bits alike.
            let bits = if name == MANIFEST {
                at % 8..at % 8 + 1
            } else {
                0..8
            };
            for bit in bits {
                let _case = fault::case(38, "json");
                let mut damaged = whole.clone();
                damaged[at] ^= 1 << bit;
                open_damaged(dir.path(), name, &damaged).await;
            }
        }
        fs::write(dir.path().join(name), &whole).unwrap();
    }
}

#[tokio::test]
async fn a_missing_file_or_manifest_is_corrupt() {
    for name in ["t.json", MANIFEST] {
        let dir = tempfile::tempdir().unwrap();
        small(dir.path()).await;
        let _case = fault::case(38, "json");
        fs::remove_file(dir.path().join(name)).unwrap();
        for access in [Access::Read, WRITE] {
            let error = Store::open(dir.path(), access).await.unwrap_err();
            assert!(
                matches!(&error, StoreError::Corrupt { file, .. } if file.ends_with(name)),
                "{error}"
            );
        }
    }
}

#[tokio::test]
async fn a_later_format_is_named() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path()).await;
    let _case = fault::case(43, "json");
    let path = dir.path().join(MANIFEST);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"format\": 1", "\"format\": 2")).unwrap();
    let error = Store::open(dir.path(), WRITE).await.unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::Version {
                found: 2,
                supported: 1,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn the_previous_generation_can_be_put_back() {
    let _case = fault::case(38, "json");
    let dir = tempfile::tempdir().unwrap();
    let store = school(dir.path()).await;
    let before = contents(&store).await;
    run(
        &store,
        "DELETE FROM students WHERE id = 2; DROP INDEX students_name; CREATE TABLE new (a)",
    )
    .await;
    store.commit().await.unwrap();
    drop(store);
    for (name, bytes) in files(&dir.path().join(".previous/1")) {
        fs::write(dir.path().join(name), bytes).unwrap();
    }
    let store = write(dir.path()).await;
    assert_eq!(contents(&store).await, before);
    assert!(
        matches!(store.notices(), [Notice::Stray { .. }]),
        "{:?}",
        store.notices()
    );
}

#[tokio::test]
async fn what_cannot_be_opened_names_its_path() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path()).await;
    fs::remove_file(dir.path().join("piton.lock")).unwrap();
    fs::create_dir(dir.path().join("piton.lock")).unwrap();
    read(dir.path()).await;
    let error = Store::open(dir.path(), WRITE).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Io { path, .. } if path.ends_with("piton.lock")),
        "{error}"
    );
}

const SECOND: &str = "UPDATE students SET score = 5; DROP TABLE classes; CREATE TABLE more (a); INSERT INTO more VALUES (1)";

/// Fails the operations that `is_broken` names while the second commit runs; tells how many there
/// were, what commit said, and what was on disk then.
async fn commit_on_broken_disk(is_broken: impl Fn(usize) -> bool + Send + Sync + 'static) -> usize {
    let _case = fault::case(40, "json");
    let dir = tempfile::tempdir().unwrap();
    let old = contents(&school(dir.path()).await).await;
    let disk = Arc::new(RecordingDisk::default());
    let store = Store::open_on(Arc::clone(&disk) as _, dir.path(), WRITE)
        .await
        .unwrap();
    run(&store, "PRAGMA foreign_keys = OFF").await;
    run(&store, SECOND).await;
    let new = contents(&store).await;
    disk.break_when(is_broken);
    let outcome = store.commit().await;
    let on_disk = read(dir.path()).await;
    assert_eq!(on_disk.notices(), []);
    let on_disk = contents(&on_disk).await;
    match &outcome {
        Ok(committed) => assert_eq!((committed.generation, &on_disk), (2, &new)),
        Err(StoreError::Io { source, .. }) => {
            assert_eq!(source.kind(), std::io::ErrorKind::StorageFull);
            assert!(store.has_unsaved_work());
            assert_eq!(on_disk, old);
        }
        Err(StoreError::Unsettled { .. }) => {
            assert!(store.has_unsaved_work());
            assert!(on_disk == old || on_disk == new);
        }
        Err(error) => panic!("{error:?}"),
    }
    let operations = disk.operations();
    disk.break_when(|_| false);
    run(&store, "INSERT INTO more VALUES (2)").await;
    let newer = contents(&store).await;
    store.commit().await.unwrap();
    drop(store);
    let again = write(dir.path()).await;
    assert_eq!(again.notices(), []);
    assert_eq!(contents(&again).await, newer);
    let names: Vec<String> = files(dir.path()).into_keys().collect();
    assert_eq!(
        names,
        ["more.json", "piton.lock", MANIFEST, "students.json"]
    );
    operations
}

#[tokio::test]
async fn a_full_disk_leaves_the_old_store_and_the_commit_can_be_tried_again() {
    let operations = commit_on_broken_disk(|_| false).await;
    assert!(operations > 10, "{operations}");
    for broken in 0..operations {
        commit_on_broken_disk(move |at| at == broken).await;
        commit_on_broken_disk(move |at| at >= broken).await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_read_only_directory_can_be_read_and_not_written() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    small(dir.path()).await;
    fs::remove_file(dir.path().join("piton.lock")).unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o555)).unwrap();
    assert_eq!(
        one(&read(dir.path()).await, "SELECT count(*) FROM t").await,
        "2"
    );
    let outcome = Store::open(dir.path(), WRITE).await;
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    // Permissions do not hold root back.
    if let Err(error) = outcome {
        assert!(matches!(error, StoreError::Io { .. }), "{error}");
    }
}
