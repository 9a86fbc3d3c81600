//! Two processes and one store.

use std::process::{Command, Stdio};
use std::time::Instant;

use super::*;

const CHILD_DIR: &str = "PITON_TEST_STORE";

/// Runs in a process of its own: see below.
#[tokio::test]
#[ignore = "the child of another test"]
async fn child_that_holds_the_lock() {
    let Some(dir) = std::env::var_os(CHILD_DIR) else {
        return;
    };
    let store = write(Path::new(&dir)).await;
    run(&store, "DELETE FROM students").await;
    std::fs::write(Path::new(&dir).with_extension("ready"), "").unwrap();
    std::thread::sleep(Duration::from_secs(60));
    drop(store);
}

#[tokio::test]
async fn the_holder_is_named_and_a_killed_one_frees_the_lock_at_once() {
    let _case = fault::case(42, "json");
    let outer = tempfile::tempdir().unwrap();
    let dir = outer.path().join("store");
    school(&dir).await;
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture"])
        .arg("json::tests::sharing::child_that_holds_the_lock")
        .env(CHILD_DIR, &dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !dir.with_extension("ready").exists() {
        assert!(child.try_wait().unwrap().is_none());
        std::thread::sleep(Duration::from_millis(5));
    }
    let wait = Duration::from_millis(100);
    let error = Store::open(&dir, Access::Write { wait }).await.unwrap_err();
    let StoreError::Busy { holder, waited, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(holder.unwrap().pid, child.id());
    assert!(waited >= wait);
    assert_eq!(
        one(&read(&dir).await, "SELECT count(*) FROM students").await,
        "2"
    );
    child.kill().unwrap();
    child.wait().unwrap();
    let started = Instant::now();
    let store = write(&dir).await;
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(one(&store, "SELECT count(*) FROM students").await, "2");
}

#[tokio::test]
async fn writers_wait_for_each_other_and_no_update_is_lost() {
    let _case = fault::case(42, "json");
    let dir = tempfile::tempdir().unwrap();
    let store = write(dir.path()).await;
    run(&store, "CREATE TABLE a (n integer); CREATE TABLE b (n integer); INSERT INTO a VALUES (0); INSERT INTO b VALUES (0)").await;
    store.commit().await.unwrap();
    drop(store);
    let writers = (0..4).map(|_| {
        let dir = dir.path().to_owned();
        std::thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            runtime.enable_all().build().unwrap().block_on(async {
                for _ in 0..10 {
                    let wait = Duration::from_secs(60);
                    let store = Store::open(&dir, Access::Write { wait }).await.unwrap();
                    run(&store, "UPDATE a SET n = n + 1; UPDATE b SET n = n + 1").await;
                    store.commit().await.unwrap();
                }
            });
        })
    });
    let writers: Vec<_> = writers.collect();
    while !writers.iter().all(std::thread::JoinHandle::is_finished) {
        let store = read(dir.path()).await;
        assert_eq!(store.notices(), [], "a commit is no edit");
        assert_eq!(
            one(&store, "SELECT (SELECT n FROM a) - (SELECT n FROM b)").await,
            "0"
        );
    }
    for writer in writers {
        writer.join().unwrap();
    }
    assert_eq!(one(&read(dir.path()).await, "SELECT n FROM a").await, "40");
}

#[tokio::test]
async fn a_store_keeps_its_connection_whatever_becomes_of_a_future() {
    let dir = tempfile::tempdir().unwrap();
    let store = school(dir.path()).await;
    let slow = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) FROM n";
    let query = sqlx::query(slow).execute(store.pool());
    assert!(
        tokio::time::timeout(Duration::from_millis(1), query)
            .await
            .is_err()
    );
    assert_eq!(one(&store, "SELECT count(*) FROM students").await, "2");
}

#[tokio::test]
async fn a_lost_connection_is_an_error_and_never_an_empty_database() {
    let dir = tempfile::tempdir().unwrap();
    let store = school(dir.path()).await;
    store.pool().acquire().await.unwrap().close().await.unwrap();
    let options = tokio::time::timeout(Duration::from_secs(1), store.pool().acquire()).await;
    assert!(!matches!(options, Ok(Ok(_))));
    drop(store);
    assert_eq!(
        one(&read(dir.path()).await, "SELECT count(*) FROM students").await,
        "2"
    );
}
