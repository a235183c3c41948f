-- Jobs and schedules cannot be brought back, and what is queued is not done: take a backup first.
DROP TABLE schedules;
DROP TABLE jobs;
