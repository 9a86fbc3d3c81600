-- add composite indexes for the busiest queries
-- migrate:up
CREATE INDEX idx_assignment_submissions_assignment_id_grading_status
    ON assignment_submissions (assignment_id, grading_status);
CREATE INDEX idx_grading_tasks_student_id_created_at
    ON grading_tasks (student_id, created_at);
CREATE INDEX idx_student_knowledge_points_student_id_knowledge_point
    ON student_knowledge_points (student_id, knowledge_point);
CREATE INDEX idx_grading_results_task_id_question_id
    ON grading_results (task_id, question_id);

-- migrate:down
DROP INDEX idx_grading_results_task_id_question_id;
DROP INDEX idx_student_knowledge_points_student_id_knowledge_point;
DROP INDEX idx_grading_tasks_student_id_created_at;
DROP INDEX idx_assignment_submissions_assignment_id_grading_status;

-- migrate:down mysql
DROP INDEX idx_grading_results_task_id_question_id ON grading_results;
DROP INDEX idx_student_knowledge_points_student_id_knowledge_point ON student_knowledge_points;
DROP INDEX idx_grading_tasks_student_id_created_at ON grading_tasks;
DROP INDEX idx_assignment_submissions_assignment_id_grading_status ON assignment_submissions;
