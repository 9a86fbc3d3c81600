//! Whether a revision in Rust is still in the transaction that it was given: a COMMIT of its own would make what
//! is said of it untrue.

use super::*;

/// Set at the beginning of the transaction. It is there as long as that is, and no longer.
pub(super) const MARK: &str = "SAVEPOINT piton_revision";
const RELEASE: &str = "RELEASE SAVEPOINT piton_revision";
const BACK: &str = "ROLLBACK TO SAVEPOINT piton_revision";

/// Gives back how the revision `ran`, or what is to be said where its transaction is another one now, or none.
pub(super) async fn still_inside(
    dialect: Dialect,
    lane: &mut Lane<'_>,
    ran: Result<(), Halt>,
    canceller: &Canceller,
) -> Result<(), HaltAt> {
    let Err(halt) = ran else {
        return match lane.run(RELEASE).await {
            Err(error) if error.kind != DbErrorKind::ConnectionLost => Err(HaltAt {
                broke_out: true,
                ..HaltAt::between(DbError::new(
                    DbErrorKind::Statement,
                    "it has ended the transaction that it ran in, and what it did before that stands",
                ))
            }),
            result => result.map_err(HaltAt::between),
        };
    };
    let mut at = HaltAt::between(halt);
    if !at.is_lost() && !dialect.rolls_back_by_itself(at.halt.kind()) {
        canceller.rearm();
        let back = lane.run(BACK).await;
        at.broke_out = back.is_err_and(|error| error.kind != DbErrorKind::ConnectionLost);
    }
    Err(at)
}
