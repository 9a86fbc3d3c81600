"""The plain way to keep students in a JSON file: read it all, change it, write it all, indented."""

import json
import sys


def student(key, number):
    return {
        "id": number + 1,
        "student_id": key,
        "name": f"学生 {number}",
        "class_id": f"C{number % 200:03}",
        "class_name": f"Class {number % 200}",
        "email": f"student{number}@school.example",
        "phone": f"+86 138 {number:08}",
        "extra_metadata": {"seat": number % 50, "tags": ["a", "b"]},
        "created_at": "2025-01-15T08:30:00.000+00:00",
        "updated_at": "2025-01-15T08:30:00.000+00:00",
    }


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def save(path, students):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(students, file, ensure_ascii=False, indent=2)


command, path, argument = sys.argv[1:]
if command == "make":
    save(path, [student(f"S{number:07}", number) for number in range(int(argument))])
elif command == "read":
    print(next(one["name"] for one in load(path) if one["student_id"] == argument))
elif command == "add":
    students = load(path)
    students.append(student(argument, len(students)))
    save(path, students)
