mod golden;
mod property;
mod speed;
