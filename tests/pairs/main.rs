//! Random pairs of models on the servers: what the differ lists turns one into the other and back, and rows
//! live through it.

mod model;
mod place;
#[path = "../random/mod.rs"]
mod random;
mod rows;
#[expect(
    dead_code,
    reason = "the whole of it serves the tests of introspection"
)]
#[path = "../catalog/scratch.rs"]
mod scratch;

use model::{Pair, pair};
use piton::dialect::{
    DbError, DbErrorKind, Dialect, Scope, Session, ddl, introspect, settle, types,
};
use piton::diff::{Diff, Note, Options, Renames, diff};
use piton::schema::{Op, Schema};
use place::{Memory, Place};
use rows::Rows;
use scratch::Scratch;

/// Why a case did not come to its end.
enum Stop {
    /// The rows that are there do not allow the change, and the server said so.
    Rows(String),
    Wrong(String),
}

impl From<String> for Stop {
    fn from(why: String) -> Stop {
        Stop::Wrong(why)
    }
}

/// What MariaDB says of values that do not fit.
const MISFITS: [&str; 7] = ["1138", "1264", "1265", "1292", "1366", "1406", "1690"];

/// Whether it is the rows that a statement fails on.
fn is_about_rows(error: &DbError) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    // A class of five characters is PostgreSQL's; P0001 is what a revision raises itself.
    let of_data = code.len() == 5 && ["22", "23"].iter().any(|it| code.starts_with(it));
    error.kind == DbErrorKind::Constraint || of_data || code == "P0001" || MISFITS.contains(&code)
}

async fn introspected(session: &mut Session) -> Result<Schema, String> {
    let found = introspect(session, &Scope::default()).await;
    found.map_err(|error| error.to_string())
}

async fn parts(session: &mut Session, parts: &[Vec<String>]) -> Result<(), Stop> {
    let ran = place::run_parts(session, parts).await;
    ran.map_err(|(error, statement)| {
        let said = format!("{error:?}\n{statement}");
        match is_about_rows(&error) {
            true => Stop::Rows(said),
            false => Stop::Wrong(said),
        }
    })
}

/// The statements of `ops`, which begin with `before`, cut at `splits`.
fn rendered(
    dialect: Dialect,
    ops: &[Op],
    splits: &[usize],
    before: &Schema,
) -> Result<(Vec<Vec<String>>, Schema), String> {
    let mut schema = before.clone();
    let mut parts = Vec::new();
    let mut start = 0;
    for end in splits.iter().copied().chain([ops.len()]) {
        let part = &ops[start..end];
        let groups = ddl::script(dialect, part, &schema, ddl::Style::default());
        let groups = groups.map_err(|error| error.to_string())?;
        parts.push(
            groups
                .into_iter()
                .flat_map(|group| group.statements)
                .collect(),
        );
        for op in part {
            op.apply(&mut schema).map_err(|error| error.to_string())?;
        }
        start = end;
    }
    Ok((parts, schema))
}

fn compared(dialect: Dialect, from: &Schema, to: &Schema, options: &Options) -> Diff {
    diff(from, to, options, dialect.diff_rules())
}

/// That nothing is left to do between what is there and what is wanted.
async fn nothing(session: &mut Session, from: &Schema, to: &Schema) -> Result<(), String> {
    let dialect = session.dialect();
    let mut to = to.clone();
    let settled = settle(Some(session), from, &mut to).await;
    settled.map_err(|error| error.to_string())?;
    let left = compared(dialect, from, &to, &never());
    let unchanged = |note: &&Note| matches!(note, Note::NotChanged { .. });
    if left.ops.is_empty() && left.notes.iter().find(unchanged).is_none() {
        return Ok(());
    }
    Err(format!(
        "left to do: {}\n{:#?}\n{:?}",
        said(&left.ops),
        left.ops,
        left.notes
    ))
}

fn said(ops: &[Op]) -> String {
    let said: Vec<String> = ops.iter().map(Op::describe).collect();
    said.join("; ")
}

fn never() -> Options {
    Options {
        renames: Renames {
            never: true,
            ..Renames::default()
        },
        ..Options::default()
    }
}

/// Makes a schema and reads it back.
async fn made(session: &mut Session, schema: &Schema) -> Result<Schema, Stop> {
    let statements = ddl::create(session.dialect(), schema).map_err(|error| error.to_string())?;
    parts(session, &[statements]).await?;
    Ok(introspected(session).await?)
}

/// One case; says how many rows lived through it.
async fn there_and_back(
    place: &mut impl Place,
    before: &Schema,
    wanted: &Schema,
    options: &Options,
    with_rows: bool,
) -> Result<u64, Stop> {
    let session = place.emptied().await;
    let dialect = session.dialect();
    let found = made(session, before).await?;
    if with_rows {
        rows::put_in(session, &found).await?;
    }
    let rows = Rows::read(session, &found).await?;
    let way = compared(dialect, &found, wanted, options);
    let (up, end) = rendered(dialect, &way.ops, &way.splits, &found)?;
    let told = |stop: Stop, text: &[Vec<String>]| match stop {
        Stop::Wrong(why) => {
            let text: Vec<String> = text.iter().map(|part| part.join(";\n")).collect();
            Stop::Wrong(format!("{why}\n\nran:\n{}", text.join("\n-- commit\n")))
        }
        rows => rows,
    };
    let forward = async {
        parts(session, &up).await?;
        let there = introspected(session).await?;
        nothing(session, &there, wanted)
            .await
            .map_err(|why| format!("up does not give what is wanted: {why}"))?;
        let after = Rows::read(session, &there).await?;
        rows.survive(&way.ops, &after)
            .map_err(|why| format!("up: {why}"))?;
        Ok(after)
    };
    let after = forward.await.map_err(|stop| told(stop, &up))?;

    let inverse: Vec<Op> = way.ops.iter().rev().map(Op::inverse).collect();
    let splits = way.splits.iter().rev().map(|at| inverse.len() - at);
    let splits: Vec<usize> = splits.collect();
    let (down, _) = rendered(dialect, &inverse, &splits, &end)?;
    let backward = async {
        parts(session, &down).await?;
        let back = introspected(session).await?;
        nothing(session, &back, &found)
            .await
            .map_err(|why| format!("down does not give back what was there: {why}"))?;
        let last = Rows::read(session, &back).await?;
        after
            .survive(&inverse, &last)
            .map_err(|why| format!("down: {why}"))?;
        Ok(())
    };
    let whole = [
        up,
        vec!["-- down".to_owned()]
            .into_iter()
            .map(|it| vec![it])
            .collect(),
        down.clone(),
    ];
    backward.await.map_err(|stop| told(stop, &whole.concat()))?;
    Ok(after.count)
}

async fn case(place: &mut impl Place, pair: &Pair, survived: &mut u64) -> Result<(), String> {
    let session = place.emptied().await;
    let dialect = session.dialect();
    let (before, after) = (pair.before.schema(dialect), pair.after.schema(dialect));
    let creation = |schema| ddl::create(dialect, schema).unwrap_or_default().join(";\n");
    let shown = |why: String| {
        format!(
            "{why}\n\nbefore:\n{}\n\nafter:\n{}\n\nno renames: {}",
            creation(&before),
            creation(&after),
            pair.no_renames
        )
    };
    let of_rows = |stop| match stop {
        Stop::Rows(why) | Stop::Wrong(why) => shown(why),
    };
    // What the server makes of it is what is wanted: views and triggers have its spelling there.
    let wanted = made(session, &after).await.map_err(of_rows)?;
    let normal = types::normalise(dialect, &after, &types::ServerFacts::default());
    let said = |schema: &Schema| Schema {
        views: Vec::new(),
        routines: Vec::new(),
        triggers: Vec::new(),
        ..schema.clone()
    };
    nothing(session, &said(&wanted), &said(&normal))
        .await
        .map_err(|why| shown(format!("the normal form is another: {why}")))?;
    let options = match pair.no_renames {
        true => never(),
        false => Options::default(),
    };
    match there_and_back(place, &before, &wanted, &options, true).await {
        Ok(count) => {
            *survived += count;
            return Ok(());
        }
        Err(Stop::Wrong(why)) => return Err(shown(why)),
        Err(Stop::Rows(_)) => {}
    }
    let empty = there_and_back(place, &before, &wanted, &options, false).await;
    empty.map(drop).map_err(of_rows)
}

fn for_pairs<P: Place>(place: impl AsyncFnOnce() -> P) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    // A SQLite session that is dropped asks for it.
    let _entered = runtime.enter();
    let mut place = runtime.block_on(place());
    let mut survived = 0;
    random::for_cases(pair(), |pair| {
        runtime.block_on(case(&mut place, pair, &mut survived))
    });
    assert!(
        survived > 0,
        "not one row was there to live through anything"
    );
}

#[test]
fn random_pairs_turn_into_each_other_on_postgres() {
    for_pairs(Scratch::postgres);
}

#[test]
fn random_pairs_turn_into_each_other_on_mariadb() {
    for_pairs(Scratch::mysql);
}

#[test]
fn random_pairs_turn_into_each_other_on_sqlite() {
    for_pairs(async || Memory::default());
}
