-- Students of this year, as records.Student wants them; $1 is how many.
SELECT s.id::text, b.school_id::text, 'school-' || k AS slug, 'bench-' || k AS session, b.grade::int,
  s.first_name, s.first_surname, fold(s.first_surname || ' ' || s.first_name) AS plain_name
FROM bench.students b
JOIN bench.schools ON schools.id = b.school_id
JOIN students s ON (s.school_id, s.id) = (b.school_id, b.id)
WHERE b.n % 100 < 92
ORDER BY bench.mixed(b.n, 20)
LIMIT $1
