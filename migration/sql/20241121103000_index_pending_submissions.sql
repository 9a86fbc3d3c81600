-- index the submissions that wait to be graded
-- migrate:up
CREATE INDEX idx_assignment_submissions_submitted_at
    ON assignment_submissions (submitted_at)
    WHERE grading_status = 'pending';

-- migrate:up mysql
CREATE INDEX idx_assignment_submissions_grading_status_submitted_at
    ON assignment_submissions (grading_status, submitted_at);

-- migrate:down
DROP INDEX idx_assignment_submissions_submitted_at;

-- migrate:down mysql
DROP INDEX idx_assignment_submissions_grading_status_submitted_at ON assignment_submissions;
