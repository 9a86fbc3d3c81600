//! Words that people of a school would use, in Chinese and English.

const FAMILY: [&str; 20] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭",
    "何", "高", "林", "欧阳",
];
const GIVEN: [&str; 24] = [
    "伟", "芳", "娜", "敏", "静", "小明", "丽", "强", "磊", "洋", "艳", "勇", "杰", "娟", "涛",
    "雨欣", "子涵", "浩然", "思远", "梓萱", "一诺", "宇轩", "欣怡", "晨曦",
];
const FIRST: [&str; 16] = [
    "Ada", "Emma", "Noah", "Olivia", "Liam", "Sofia", "Lucas", "Mia", "Ethan", "Zoë", "Oscar",
    "Grace", "Leo", "Chloé", "Hugo", "Ruby",
];
const LAST: [&str; 14] = [
    "Smith", "Jones", "O'Brien", "Taylor", "Brown", "Williams", "Wilson", "Nguyen", "García",
    "Müller", "Evans", "Thomas", "Walker", "Okafor",
];

/// Three of four are Chinese.
pub(super) fn person(random: u64) -> String {
    let pick = |list: &[&str], by: u64| list[(by % list.len() as u64) as usize].to_owned();
    match random % 4 {
        0 => format!(
            "{} {}",
            pick(&FIRST, random >> 8),
            pick(&LAST, random >> 24)
        ),
        _ => pick(&FAMILY, random >> 8) + &pick(&GIVEN, random >> 24),
    }
}

/// Each subject with its topics.
pub(super) const SUBJECTS: [(&str, [&str; 6]); 5] = [
    (
        "数学",
        [
            "一次函数",
            "勾股定理",
            "概率初步",
            "二次方程",
            "相似三角形",
            "圆",
        ],
    ),
    (
        "语文",
        [
            "文言文阅读",
            "记叙文写作",
            "古诗鉴赏",
            "说明文阅读",
            "议论文写作",
            "名著导读",
        ],
    ),
    (
        "English",
        [
            "Past tenses",
            "Reading: the sea",
            "Letters",
            "Reported speech",
            "Essay",
            "Conditionals",
        ],
    ),
    (
        "物理",
        ["牛顿定律", "电路", "浮力", "光的折射", "功与能", "压强"],
    ),
    (
        "Chemistry",
        [
            "Acids and bases",
            "The periodic table",
            "Reactions",
            "Moles",
            "Gases",
            "Metals",
        ],
    ),
];

pub(super) fn point(subject: u32, student: u32) -> &'static str {
    let (_, topics) = SUBJECTS[subject as usize % SUBJECTS.len()];
    topics[student as usize % topics.len()]
}

/// What is said of an answer that got this part of its points.
pub(super) fn feedback(part: f64) -> &'static str {
    match part {
        part if part >= 1.0 => "完全正确，步骤清晰。",
        part if part >= 0.8 => "Almost: one step is not explained.",
        part if part >= 0.6 => "思路正确，计算有误。",
        part if part > 0.0 => "Some of it is right; see the rubric for what is missing.",
        _ => "没有作答。",
    }
}

/// A kind of error, what it was, and what to do about it.
pub(super) fn error(number: u64, points: f64) -> [&'static str; 3] {
    if points <= 0.0 {
        return ["blank", "没有作答", "先写出已知条件"];
    }
    match number % 3 {
        0 => ["concept", "概念混淆", "复习本章定义，再做两道同类题"],
        1 => [
            "calculation",
            "The sum is wrong",
            "Check by putting the result back in",
        ],
        _ => ["reading", "审题不清", "圈出题目中的关键词"],
    }
}
