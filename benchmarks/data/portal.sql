-- Schools full of invented people, made in sets by a superuser, whom row security does not bind.
-- The sizes come in bench.students and bench.schools; the same sizes make the same people.

SET session_replication_role = replica;  -- no checks of foreign keys one by one: half the time


CREATE SCHEMA bench;

CREATE TABLE bench.names AS SELECT
  string_to_array('Rodríguez Gómez González Martínez García López Hernández Sánchez Ramírez Pérez Díaz Muñoz Rojas Moreno Jiménez Vargas Castro Suárez Ortiz Gutiérrez Ruiz Álvarez Romero Torres Valencia Cárdenas Mejía Restrepo Ospina Cardona Giraldo Arango Zuluaga Londoño Núñez Castaño Ríos Peña Piñeros Ávila Beltrán Bolaños Córdoba Caicedo Mosquera Hinestroza Palacios Quiñones Angulo Rentería Ibargüen Güiza Chocontá Yepes Zapata Ñáñez Tunubalá Cuchillo Iguarán Epiayú', ' ') AS surnames,
  string_to_array('María Valentina Sofía Isabella Luciana Salomé Mariana Gabriela Antonella Samantha Sara Emilia Violeta Guadalupe Ángela Lucía Nicolás José Andrés Matías Samuel Sebastián Emiliano Jerónimo Ángel Julián Tomás Martín Joaquín Simón Íngrid Óscar Élkin Yeison Mónica Rocío Belén Inés Raúl Saúl', ' ') AS given;

-- Evenly mixed numbers, one series a salt: random() would make other people each time.
CREATE FUNCTION bench.mixed(n bigint, salt integer) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT hashint8extended(n, salt) & 9223372036854775807 $$;

CREATE FUNCTION bench.surname(n bigint, salt integer) RETURNS text LANGUAGE sql STABLE
AS $$ SELECT surnames[1 + bench.mixed(n, salt) % cardinality(surnames)] FROM bench.names $$;

CREATE FUNCTION bench.given(n bigint, salt integer) RETURNS text LANGUAGE sql STABLE
AS $$ SELECT given[1 + bench.mixed(n, salt) % cardinality(given)] FROM bench.names $$;

-- One school of a tenth of all, at most 10,000; one of 2,000 pupils of this year, to roll over; the others share the rest.
-- Students of a school are n in (first, last].
CREATE TABLE bench.schools AS
WITH sizes AS (
  SELECT k, uuidv7() AS id, uuidv7() AS user_id, uuidv7() AS principal_id, uuidv7() AS campus_id,
    uuidv7() AS last_year_id, uuidv7() AS year_id, uuidv7() AS next_year_id,
    CASE k WHEN 1 THEN large WHEN 2 THEN middle ELSE (students - large - middle) / (schools - 2) END AS size
  FROM (SELECT current_setting('bench.students')::int AS students, current_setting('bench.schools')::int AS schools,
          least(10000, current_setting('bench.students')::int / 10) AS large,
          least(2174, current_setting('bench.students')::int / 40) AS middle) AS asked,
    generate_series(1, schools) AS k
)
SELECT *, sum(size) OVER (ORDER BY k) - size AS first, sum(size) OVER (ORDER BY k) AS last FROM sizes;

INSERT INTO schools (id, slug, name, short_name, dane_code, sector, calendar)
SELECT id, 'school-' || k, 'Institución Educativa ' || k, 'I. E. ' || k, (305000000000 + k)::text, 'public', 'A'
FROM bench.schools;

INSERT INTO users (id, email, full_name)
SELECT user_id, 'secretary' || k || '@bench.example', bench.given(k, 1) || ' ' || bench.surname(k, 2)
FROM bench.schools
UNION ALL
SELECT principal_id, 'principal' || k || '@bench.example', bench.given(k, 14) || ' ' || bench.surname(k, 15)
FROM bench.schools;

INSERT INTO school_memberships (school_id, id, user_id, roles)
SELECT id, uuidv7(), user_id, '["secretary"]'::jsonb FROM bench.schools
UNION ALL
SELECT id, uuidv7(), principal_id, '["principal"]' FROM bench.schools;

INSERT INTO user_sessions (id, user_id, token_hash, expires_at)
SELECT uuidv7(), user_id, sha256(convert_to('bench-' || k, 'UTF8')), now() FROM bench.schools
UNION ALL
SELECT uuidv7(), principal_id, sha256(convert_to('principal-' || k, 'UTF8')), now() FROM bench.schools;

INSERT INTO campuses (school_id, id, name, zone)
SELECT id, campus_id, 'Sede principal', 'urban' FROM bench.schools
UNION ALL
SELECT id, uuidv7(), 'Sede La Esperanza', 'rural' FROM bench.schools;

INSERT INTO school_years (school_id, id, name, starts_on, ends_on, status)
SELECT id, last_year_id, '2025', DATE '2025-01-20', DATE '2025-11-28', 'closed' FROM bench.schools
UNION ALL
SELECT id, year_id, '2026', DATE '2026-01-19', DATE '2026-11-27', 'active' FROM bench.schools
UNION ALL
SELECT id, next_year_id, '2027', DATE '2027-01-18', DATE '2027-11-26', 'planning' FROM bench.schools;

-- Groups of about 38, grades 1 to 11.
CREATE TABLE bench.groups AS
SELECT s.id AS school_id, year.id AS year_id, uuidv7() AS id, s.campus_id, grade, room
FROM bench.schools s, unnest(ARRAY[s.last_year_id, s.year_id, s.next_year_id]) AS year (id),
  generate_series(1, 11) AS grade,
  generate_series(1, ceil(s.size / 418.0)::int) AS room;

INSERT INTO groups (school_id, id, year_id, campus_id, grade, shift, code)
SELECT school_id, id, year_id, campus_id, grade, 'morning', lpad(room::text, 2, '0') FROM bench.groups;

CREATE TABLE bench.students AS
SELECT n, uuidv7() AS id, s.id AS school_id, s.size, s.year_id, s.last_year_id, s.campus_id,
  1 + bench.mixed(n, 3)::bigint % 11 AS grade, 1 + n % ceil(s.size / 418.0)::int AS room,
  uuidv7() AS mother_id, CASE WHEN n % 2 = 0 THEN uuidv7() END AS father_id
FROM bench.schools s, generate_series(s.first + 1, s.last) AS n;

INSERT INTO students (school_id, id, document_type, document_number, first_surname, second_surname, first_name,
  middle_names, birth_date, gender, address, municipality_code, zone, phone, eps, stratum)
SELECT school_id, id, CASE WHEN grade < 3 THEN 'RC' ELSE 'TI' END, (1030000000 + n)::text,
  bench.surname(n, 4), bench.surname(n, 5), bench.given(n, 6), CASE WHEN n % 4 > 0 THEN bench.given(n, 7) END,
  DATE '2026-01-01' - ((grade + 5) * 365 + bench.mixed(n, 8) % 365)::int, CASE n % 2 WHEN 0 THEN 'F' ELSE 'M' END,
  'Calle ' || n % 90 || ' # ' || n % 40 || '-' || n % 99, '05001', 'urban', '310' || lpad((n % 10000000)::text, 7, '0'),
  'Sura', 1 + n % 3
FROM bench.students;

INSERT INTO guardians (school_id, id, document_type, document_number, first_surname, second_surname, first_name,
  middle_names, phone, occupation)
SELECT school_id, mother_id, 'CC', (43000000 + n)::text, bench.surname(n, 5), bench.surname(n, 9), bench.given(n, 10),
  NULL, '311' || lpad((n % 10000000)::text, 7, '0'), 'Comerciante'
FROM bench.students
UNION ALL
SELECT school_id, father_id, 'CC', (71000000 + n)::text, bench.surname(n, 4), bench.surname(n, 11), bench.given(n, 12),
  bench.given(n, 13), '312' || lpad((n % 10000000)::text, 7, '0'), 'Agricultor'
FROM bench.students WHERE father_id IS NOT NULL;

INSERT INTO student_guardians (school_id, id, student_id, guardian_id, relationship, is_primary, is_legal_representative,
  contact_order)
SELECT school_id, uuidv7(), id, mother_id, 'mother', true, true, 1 FROM bench.students
UNION ALL
SELECT school_id, uuidv7(), id, father_id, 'father', false, true, 2 FROM bench.students WHERE father_id IS NOT NULL;

-- Last year for all but first graders; this year for 97 of 100.
INSERT INTO enrollments (school_id, id, number, student_id, year_id, grade, group_id, campus_id, shift, starts_on, status,
  submitted_at, outcome)
SELECT s.school_id, uuidv7(), '2025-' || s.n, s.id, s.last_year_id, s.grade - 1, g.id, s.campus_id, 'morning',
  DATE '2025-01-20', 'completed', NULL, 'promoted'
FROM bench.students s
JOIN bench.groups g ON (g.school_id, g.year_id, g.grade, g.room) = (s.school_id, s.last_year_id, s.grade - 1, s.room)
UNION ALL
SELECT s.school_id, uuidv7(), '2026-' || s.n, s.id, s.year_id, s.grade, g.id, s.campus_id, 'morning',
  DATE '2026-01-19', CASE WHEN n % 100 < 92 THEN 'active' WHEN n % 100 < 94 THEN 'submitted' ELSE 'withdrawn' END,
  CASE WHEN n % 100 BETWEEN 92 AND 93 THEN now() END, NULL
FROM bench.students s
JOIN bench.groups g ON (g.school_id, g.year_id, g.grade, g.room) = (s.school_id, s.year_id, s.grade, s.room)
WHERE n % 100 < 97;

-- Two papers and a photo for each: rows as the portal writes them, without the files, which no page of these reads.
INSERT INTO attachments (school_id, id, entity_type, entity_id, kind, file, thumbnail, file_name, content_type, size, sha256,
  uploaded_by_id)
SELECT s.school_id, uuidv7(), 'student', s.id, kind, stored, CASE WHEN kind = 'photo' THEN stored END,
  kind || '.pdf', CASE WHEN kind = 'photo' THEN 'image/webp' ELSE 'application/pdf' END, 48213,
  sha256(convert_to(kind || s.n, 'UTF8')), b.user_id
FROM bench.students s
JOIN bench.schools b ON b.id = s.school_id,
  unnest(ARRAY['photo', 'identity_document', 'health_affiliation']) AS kind,
  LATERAL (SELECT jsonb_build_object('filename', s.school_id || '/student/' || uuidv7(), 'content_type',
    'application/pdf', 'size', 48213, 'backend', 'attachments') AS stored) AS file;
