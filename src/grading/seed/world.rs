//! A school out of one number: whoever asks for the same thing twice is told the same.

use piton::admin::seed::Size;

use super::names;

/// What one question is worth.
pub(super) const QUESTION_SCORE: f64 = 10.0;

/// How large the school is, and the number that it comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct World {
    pub(super) classes: u32,
    pub(super) students_each: u32,
    pub(super) assignments_each: u32,
    seed: u64,
}

/// One student's work for one assignment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) class: u32,
    pub(super) assignment: u32,
    pub(super) student: u32,
}

impl Place {
    pub(super) fn id(self) -> String {
        format!(
            "sub-{}-{:03}",
            assignment_id(self.class, self.assignment),
            self.student + 1
        )
    }
}

/// What grading made of it: the points for each question.
#[derive(Clone, Debug)]
pub(super) struct Graded {
    pub(super) scores: Vec<f64>,
}

impl Graded {
    pub(super) fn total(&self) -> f64 {
        self.scores.iter().sum()
    }

    pub(super) fn most(&self) -> f64 {
        self.scores.len() as f64 * QUESTION_SCORE
    }

    /// With two digits.
    pub(super) fn percentage(&self) -> f64 {
        (self.total() / self.most() * 10_000.0).round() / 100.0
    }

    pub(super) fn grade(&self) -> &'static str {
        match self.percentage() {
            part if part >= 90.0 => "A",
            part if part >= 80.0 => "B",
            part if part >= 70.0 => "C",
            part if part >= 60.0 => "D",
            _ => "E",
        }
    }
}

pub(super) fn class_id(class: u32) -> String {
    format!("C{:04}", class + 1)
}

pub(super) fn class_name(class: u32) -> String {
    let year = ["初一", "初二", "初三"][class as usize % 3];
    format!("{year}({})班", class / 3 + 1)
}

pub(super) fn student_id(class: u32, student: u32) -> String {
    format!("S{:04}{:03}", class + 1, student + 1)
}

pub(super) fn assignment_id(class: u32, assignment: u32) -> String {
    format!("{}-A{:02}", class_id(class), assignment + 1)
}

impl World {
    pub(super) fn new(size: Size, seed: u64) -> World {
        let (classes, students_each, assignments_each) = match size {
            Size::Small => (3, 20, 3),
            Size::Medium => (20, 35, 6),
            Size::Large => (200, 50, 8),
        };
        World {
            classes,
            students_each,
            assignments_each,
            seed,
        }
    }

    /// A number for each question that is asked of the world.
    fn random(self, parts: [u32; 4]) -> u64 {
        // SplitMix64's mixing: https://prng.di.unimi.it/splitmix64.c
        parts.into_iter().fold(self.seed, |state, part| {
            let mut z = (state ^ u64::from(part)).wrapping_add(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        })
    }

    pub(super) fn name(self, class: u32, student: u32) -> String {
        names::person(self.random([1, class, student, 0]))
    }

    pub(super) fn phone(self, class: u32, student: u32) -> String {
        let number = self.random([2, class, student, 0]) % 100_000_000;
        format!("139{number:08}")
    }

    pub(super) fn teacher_id(self, class: u32) -> String {
        format!("T{:03}", self.random([3, class, 0, 0]) % 90 + 10)
    }

    pub(super) fn subject_number(self, class: u32) -> u32 {
        (self.random([4, class, 0, 0]) % names::SUBJECTS.len() as u64) as u32
    }

    pub(super) fn subject(self, class: u32) -> &'static str {
        names::SUBJECTS[self.subject_number(class) as usize].0
    }

    /// The title of an assignment, and a line about it.
    pub(super) fn title(self, class: u32, assignment: u32) -> (String, String) {
        let topic = names::point(self.subject_number(class), assignment);
        match topic.is_ascii() {
            true => (
                format!("{topic} (week {})", assignment + 1),
                format!("Exercises on: {topic}. Explain each step."),
            ),
            false => (
                format!("第{}周作业：{topic}", assignment + 1),
                format!("完成《{topic}》练习，写出解题过程。"),
            ),
        }
    }

    pub(super) fn questions(self, class: u32, assignment: u32) -> u32 {
        (self.random([5, class, assignment, 0]) % 4 + 4) as u32
    }

    pub(super) fn all_students(self) -> impl Iterator<Item = (u32, u32)> {
        let each = self.students_each;
        (0..self.classes).flat_map(move |class| (0..each).map(move |student| (class, student)))
    }

    pub(super) fn all_assignments(self) -> impl Iterator<Item = (u32, u32)> {
        let each = self.assignments_each;
        (0..self.classes).flat_map(move |class| (0..each).map(move |it| (class, it)))
    }

    /// Who handed something in: nineteen of twenty.
    pub(super) fn submissions_of(self, class: u32, assignment: u32) -> impl Iterator<Item = Place> {
        (0..self.students_each)
            .map(move |student| Place {
                class,
                assignment,
                student,
            })
            .filter(move |at| {
                !self
                    .random([6, at.class, at.assignment, at.student])
                    .is_multiple_of(20)
            })
    }

    pub(super) fn all_submissions(self) -> impl Iterator<Item = Place> {
        self.all_assignments()
            .flat_map(move |(class, assignment)| self.submissions_of(class, assignment))
    }

    pub(super) fn all_graded(self) -> impl Iterator<Item = (Place, Graded)> {
        self.all_submissions()
            .filter_map(move |at| self.graded(at).map(|graded| (at, graded)))
    }

    /// What grading made of a submission: nothing yet, of one in ten of the last assignment, and of none that was not
    /// handed in.
    pub(super) fn graded(self, at: Place) -> Option<Graded> {
        let random = self.random([6, at.class, at.assignment, at.student]);
        let is_last = at.assignment + 1 == self.assignments_each;
        if random.is_multiple_of(20) || is_last && (random >> 20).is_multiple_of(10) {
            return None;
        }
        // How good the student is, from 0.4 to 1.
        let skill = 0.4 + self.unit([7, at.class, at.student, 0]) * 0.6;
        let questions = self.questions(at.class, at.assignment);
        let scores = (0..questions).map(|question| {
            let day = self.unit([8, at.class * 1_000 + at.student, at.assignment, question]);
            // In halves of a point.
            let part = (skill + (day - 0.35) * 0.5).clamp(0.0, 1.0);
            (part * QUESTION_SCORE * 2.0).round() / 2.0
        });
        Some(Graded {
            scores: scores.collect(),
        })
    }

    /// From 0 to 1.
    fn unit(self, parts: [u32; 4]) -> f64 {
        (self.random(parts) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The number of a submission's grading task.
    pub(super) fn task(self, at: Place) -> u64 {
        let before = u64::from(at.class * self.assignments_each + at.assignment);
        before * u64::from(self.students_each) + u64::from(at.student) + 1
    }

    pub(super) fn day_of(assignment: u32) -> u64 {
        u64::from(assignment) * 7 + 1
    }

    fn handed_in(self, at: Place) -> (u64, u64) {
        let random = self.random([9, at.class, at.assignment, at.student]);
        (
            World::day_of(at.assignment) + random % 7,
            15 * 3600 + (random >> 16) % (5 * 3600),
        )
    }

    pub(super) fn submitted(self, at: Place) -> String {
        let (day, second) = self.handed_in(at);
        World::moment(day, second)
    }

    /// Some minutes later.
    pub(super) fn completed(self, at: Place) -> String {
        let (day, second) = self.handed_in(at);
        World::moment(
            day,
            second + 60 + self.random([10, at.class, at.assignment, at.student]) % 600,
        )
    }

    /// So many days and seconds into the school year, in UTC.
    pub(super) fn moment(day: u64, second: u64) -> String {
        let start = chrono::DateTime::from_timestamp(1_756_684_800, 0)
            .expect("the first of September 2025 is a date");
        let at = start
            + chrono::TimeDelta::seconds(i64::try_from(day * 86_400 + second).unwrap_or_default());
        at.format("%Y-%m-%d %H:%M:%S+00").to_string()
    }
}
