-- The same rows as Django admin can have them: keyed by `id` alone, without row security, and flat, which spares it the
-- joins of its list: what a student is this year and their first guardian stand in the student's own row.

CREATE SCHEMA django AUTHORIZATION portal_owner;

SET ROLE portal_owner;

CREATE TABLE django.school AS SELECT id, name FROM schools;

CREATE TABLE django.school_year AS SELECT id, school_id, name FROM school_years;

CREATE TABLE django.school_group AS SELECT id, school_id, grade, code FROM groups;

CREATE TABLE django.guardian AS
SELECT id, school_id, document_type, document_number, first_surname, second_surname, first_name, middle_names, phone,
  occupation, full_name
FROM guardians;

CREATE TABLE django.student AS
SELECT s.id, s.school_id, s.document_type, s.document_number, s.first_surname, s.second_surname, s.first_name,
  s.middle_names, s.birth_date, s.birth_municipality_code, s.gender, s.country_code, s.address, s.neighborhood,
  s.municipality_code, s.zone, s.phone, s.email, s.eps, s.blood_type, s.allergies, s.per_id, s.stratum, s.sisben,
  s.sort_name, s.updated_at, e.grade, e.group_id, e.shift, e.status, t.guardian_id
FROM students s
LEFT JOIN school_years y ON y.school_id = s.school_id AND y.status = 'active'
LEFT JOIN enrollments e ON e.school_id = s.school_id AND e.student_id = s.id AND e.year_id = y.id
LEFT JOIN student_guardians t ON t.school_id = s.school_id AND t.student_id = s.id AND t.is_primary;

CREATE TABLE django.student_guardian AS
SELECT id, student_id, guardian_id, relationship, is_primary, is_legal_representative, contact_order
FROM student_guardians;

CREATE TABLE django.enrollment AS
SELECT id, number, student_id, year_id, group_id, grade, shift, starts_on, status FROM enrollments;

CREATE TABLE django.attachment AS
SELECT id, entity_id AS student_id, kind, file_name, content_type, size, received_at FROM attachments;

-- Fitting indexes: every key and every filter, and the order of the list, alone and within a school. (Trigrams for the
-- search are tried apart: records.trigram_indexes.)
ALTER TABLE django.school ADD PRIMARY KEY (id);
ALTER TABLE django.school_year ADD PRIMARY KEY (id);
ALTER TABLE django.school_group ADD PRIMARY KEY (id);
ALTER TABLE django.guardian ADD PRIMARY KEY (id);
ALTER TABLE django.student ADD PRIMARY KEY (id);
ALTER TABLE django.student_guardian ADD PRIMARY KEY (id);
ALTER TABLE django.enrollment ADD PRIMARY KEY (id);
ALTER TABLE django.attachment ADD PRIMARY KEY (id);
CREATE INDEX ON django.student (sort_name, id);
CREATE INDEX ON django.student (school_id, sort_name, id);
CREATE INDEX ON django.student (grade, status);
CREATE INDEX ON django.student (school_id, grade, status);
CREATE INDEX ON django.student (status);
CREATE INDEX ON django.student (group_id);
CREATE INDEX ON django.student (guardian_id);
CREATE INDEX ON django.student_guardian (student_id);
CREATE INDEX ON django.student_guardian (guardian_id);
CREATE INDEX ON django.enrollment (student_id);
CREATE INDEX ON django.attachment (student_id);
CREATE INDEX ON django.enrollment (group_id);
CREATE INDEX ON django.enrollment (year_id);
