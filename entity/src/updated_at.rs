//! What an application expects of a column named `updated_at`.

/// Keeps `updated_at` true: an update that changes a row and says nothing of `updated_at` sets it to now.
///
/// It holds for what goes through an `ActiveModel`; `update_many` and plain SQL write what they are told.
macro_rules! keep_updated_at {
    () => {
        #[async_trait::async_trait]
        impl ActiveModelBehavior for ActiveModel {
            async fn before_save<C>(mut self, _db: &C, insert: bool) -> Result<Self, DbErr>
            where
                C: ConnectionTrait,
            {
                if !insert && self.is_changed() && !self.updated_at.is_set() {
                    self.updated_at = sea_orm::ActiveValue::Set(ChronoUtc::now());
                }
                Ok(self)
            }
        }
    };
}
pub(crate) use keep_updated_at;
